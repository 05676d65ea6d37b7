"""The pages of a challenge: its teams, jury, standing and report, and every no beside its form."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from portal.contests import contest, whole_points
from portal.pages.challenging import placed
from portal.pages.why import share
from portal.session import Session
from portal.words import ALL
from services.portal.tests import behind as services
from services.portal.tests.behind import reading

C, TEAM, ONE, TWO = (f"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c0{n}" for n in range(4))
PATH = f"/v1/challenges/{C}"
AT = "2026-11-20T09:00:00Z"
ME = "p-77"


def step(kind: str, by: str, words: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": kind, "at": AT, "by": by, "words": words or {}, "more": more}


def launched(**more: Any) -> dict[str, Any]:
    rules = {
        "first": "2026-11-01", "last": "2099-12-31", "criteria": ["effect", "haalbaarheid"],
        "phases": [{"name": "hackathon", "first": "2026-11-10", "last": "2026-11-12"}],
        "jury": ["p-8"], "jury_weight": 0.6, "hackathon": True, "audience": [], **more,
    }  # fmt: skip
    asked = {"question": "Minder dubbel registreren?", "why": "Het kost tijd."}
    return step("ChallengeLaunched", "p-1", asked, **rules)


def formed(*members: str, **more: Any) -> dict[str, Any]:
    return step("TeamFormed", members[0], {"name": "De Kiemen"}, team=TEAM, members=list(members),
                **more)  # fmt: skip


CLOSED = step("ChallengeClosed", "p-1", {"report": "Eén gaat door."}, chosen=[ONE], answers=61)
STANDING = {
    "jury_weight": 0.6,
    "answers": [
        {"idea": ONE, "jury": 0.85, "judged_by": 2, "supports": 1, "crowd": 0.5, "together": 0.71},
        {"idea": TWO, "jury": None, "judged_by": 0, "supports": 2, "crowd": 1.0, "together": None},
    ],
}  # fmt: skip
ROW = {
    "idea": ONE, "title": "Eén keer invoeren", "state": "submitted", "author": "p-5",
    "accountable": None, "due": None, "submitted_at": AT, "supporters": 1,
}  # fmt: skip
REFUSED = {"type": "urn:kiem:TheChallengeIsClosed", "detail": "The challenge is closed."}


class Behind(services.Behind):
    """The services behind the portal, with a challenge that has steps."""

    def __init__(self) -> None:
        super().__init__({})
        self.steps = [launched()]
        self.by = "p-1"
        self.rows, self.next = [ROW], ""
        self.no: tuple[int, Any] | None = None  # to every command
        self.standing: tuple[int, Any] = (200, STANDING)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if request.method != "GET":
            status, body = self.no or (200, {"matter": C, "version": 2, "team": TEAM})
        else:
            status, body = self._read(request)
        return httpx2.Response(status, json=body)

    def _read(self, request: httpx2.Request) -> tuple[int, Any]:
        path, mine = request.url.path, request.url.params.get("mine")
        found: dict[str, tuple[int, Any]] = {
            PATH: (200, {"matter": C, "version": 1, "author": self.by, "accountable": None,
                         "due": None, "steps": self.steps}),
            f"{PATH}/standing": self.standing,
            "/v1/ideas": (200, {"items": [] if mine else self.rows, "next": self.next or None}),
            "/v1/ideas/titles": (200, {"titles": {ONE: "Eén keer invoeren", TWO: "Twee"}}),
            f"/v1/ideas/{ONE}": (200, {"idea": ONE, "title": "Eén keer invoeren", "body": "Zo."}),
            "/v1/people": (200, {"p-8": {"name": "Joke de Jury"}, "p-5": {"name": "Anna"}}),
        }  # fmt: skip
        return found.get(path, (404, {}))

    def told(self) -> tuple[str, str, Any]:
        request = next(each for each in reversed(self.asked) if each.method != "GET")
        return request.method, request.url.path, json.loads(request.content or b"null")


@pytest.fixture
def behind() -> Behind:
    return Behind()


class Reader:
    """Somebody who is signed in, whose pages are there and whose forms are answered."""

    def __init__(self, browser: httpx2.AsyncClient, session: Session) -> None:
        self.browser, self.session = browser, session

    async def see(self, path: str) -> str:
        found = await self.browser.get(path)
        assert found.status_code == 200, found.text
        return found.text

    async def send(self, path: str, **filled: Any) -> httpx2.Response:
        form = {"csrf": self.session.form_token(), "once": "once-1", **filled}
        return await self.browser.post(path, data=form)


@pytest.fixture
async def reader(behind: Behind, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    roles = getattr(request, "param", ("employee",))
    async with reading(behind, roles) as found:
        yield Reader(found.browser, found.session)


async def test_its_rules_and_both_views_stand_side_by_side(reader: Reader) -> None:
    page = await reader.see(f"/challenges/{C}")
    for said in ("Minder dubbel registreren?", "Het kost tijd.", "What we judge by", "effect",
                 "This was fixed before the first answer came", "Joke de Jury", "hackathon",
                 "The jury counts for 60%, support of colleagues for 40%.",
                 "8.5", "by 2 jurors", "50%", "one colleague", "71%", "not yet"):  # fmt: skip
        assert said in page, said
    assert "You are on the jury" not in page
    assert "/closing" not in page


async def test_without_a_jury_only_the_crowd_counts(reader: Reader, behind: Behind) -> None:
    behind.steps = [launched(jury=[])]
    page = await reader.see(f"/challenges/{C}")
    assert "There is no jury: only support of colleagues counts." in page
    assert "60%" not in page


async def test_a_question_whose_last_day_is_over_says_who_owes_its_report(
    reader: Reader, behind: Behind
) -> None:
    assert "Open until 31 December 2099" in await reader.see(f"/challenges/{C}")
    behind.steps = [launched(first="2025-01-01", last="2025-01-31")]
    page = await reader.see(f"/challenges/{C}")
    assert "The last day was 31 January 2025. The report comes from p-1." in page


async def test_answers_are_paged(reader: Reader, behind: Behind) -> None:
    behind.next = ONE
    page = await reader.see(f"/challenges/{C}")
    assert f'href="/challenges/{C}?after={ONE}#answers"' in page
    behind.next = ""
    page = await reader.see(f"/challenges/{C}?after={ONE}")
    asked = [each.url.params for each in behind.asked if each.url.path == "/v1/ideas"]
    assert ONE in [params.get("after") for params in asked]
    assert "Back to the first" in page
    assert "More answers" not in page


async def test_a_team_is_formed_with_its_answer(reader: Reader, behind: Behind) -> None:
    sent = await reader.send(
        f"/challenges/{C}/teams", name="De Kiemen", members="p-8, p-9", idea=ONE
    )
    assert (sent.status_code, sent.headers["location"]) == (
        303, f"/challenges/{C}?done=formed#teams",
    )  # fmt: skip
    told = {"name": "De Kiemen", "members": ["p-8", "p-9"], "idea": ONE}
    assert behind.told() == ("POST", f"{PATH}/teams", told)
    once = [each.headers.get("idempotency-key") for each in behind.asked if each.method == "POST"]
    assert once == ["once-1"]
    assert "The team is there." in await reader.see(f"/challenges/{C}?done=formed")


async def test_a_team_without_a_name_is_not_asked_for(reader: Reader, behind: Behind) -> None:
    sent = await reader.send(f"/challenges/{C}/teams", name=" ", members="p-8")
    assert sent.status_code == 422
    assert "Give the team a name." in sent.text
    assert 'value="p-8"' in sent.text
    assert all(each.method == "GET" for each in behind.asked)


@pytest.mark.parametrize(
    "no",
    ["TheChallengeIsClosed", "NobodyOfThatName", "ThereIsNoSuchTeam", "OnlyTheTeamChangesIt",
     "ATeamHasMembers", "TheTeamIsFull"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["teams", f"teams/{TEAM}", f"teams/{TEAM}/members"])
async def test_a_no_to_a_team_is_said_beside_the_form_that_keeps_what_was_written(
    reader: Reader, behind: Behind, form: str, no: str
) -> None:
    own = ME if form == f"teams/{TEAM}" else "p-5"
    behind.steps.append(formed(own))
    behind.no = 409, {"type": f"urn:kiem:{no}", "detail": "x"}
    sent = await reader.send(f"/challenges/{C}/{form}", name="Nieuw team", members="p-nobody")
    assert sent.status_code == 422
    assert ALL[f"no.{no}"][1].replace("'", "&#39;") in sent.text
    assert sent.text.count('class="problems"') == 1
    if not form.endswith("members"):
        assert 'value="p-nobody"' in sent.text
        before, _, behind_it = sent.text.partition('class="problems"')
        assert f'action="/challenges/{C}/{form}"' in behind_it or "<details open>" in before


async def test_a_team_is_joined_and_only_its_members_change_it(
    reader: Reader, behind: Behind
) -> None:
    behind.steps.append(formed("p-5", idea=ONE))
    page = await reader.see(f"/challenges/{C}")
    assert f'action="/challenges/{C}/teams/{TEAM}/members"' in page
    assert f'action="/challenges/{C}/teams/{TEAM}"' not in page
    sent = await reader.send(f"/challenges/{C}/teams/{TEAM}/members")
    assert sent.status_code == 303
    assert behind.told() == ("PUT", f"{PATH}/teams/{TEAM}/members/me", None)
    behind.steps.append(step("TeamChanged", ME, team=TEAM, members=["p-5", ME], idea=ONE))
    page = await reader.see(f"/challenges/{C}")
    assert f'action="/challenges/{C}/teams/{TEAM}/members"' not in page
    assert f'value="p-5, {ME}"' in page
    assert f'<option value="{ONE}" selected>' in page
    sent = await reader.send(f"/challenges/{C}/teams/{TEAM}", members=f"p-5, {ME}", idea="")
    assert sent.status_code == 303
    assert behind.told()[2] == {"members": ["p-5", ME], "idea": None}


async def test_the_jury_sees_what_waits_and_gives_points_by_criterion(
    reader: Reader, behind: Behind
) -> None:
    behind.steps = [launched(jury=[ME])]
    page = await reader.see(f"/challenges/{C}")
    assert "2 still wait for you." in page
    assert f'href="/challenges/{C}/judgements/{TWO}"' in page
    page = await reader.see(f"/challenges/{C}/judgements/{ONE}")
    assert "Zo." in page
    sent = await reader.send(
        f"/challenges/{C}/judgements/{ONE}", **{"points.0": "9", "points.1": "10"}
    )
    assert (sent.status_code, sent.headers["location"]) == (
        303, f"/challenges/{C}?done=judged#jury",
    )  # fmt: skip
    told = {"points": {"effect": 9, "haalbaarheid": 10}}
    assert behind.told() == ("PUT", f"{PATH}/judgements/{ONE}", told)
    behind.steps.append(step("AnswerJudged", ME, idea=ONE, points=told["points"]))
    assert "One still waits for you." in await reader.see(f"/challenges/{C}")
    assert 'value="9"' in await reader.see(f"/challenges/{C}/judgements/{ONE}")


async def test_the_answer_of_the_jurors_team_does_not_wait_for_them(
    reader: Reader, behind: Behind
) -> None:
    behind.steps = [launched(jury=[ME]), formed(ME, idea=TWO)]
    page = await reader.see(f"/challenges/{C}")
    assert "One still waits for you." in page
    own = behind.asked  # what is the reader's own is asked for, to leave it out as well
    assert any(each.url.params.get("mine") == "true" for each in own)


@pytest.mark.parametrize("wrong", ["", "11", "7,5", "-1", "veel", "00000011"])
async def test_points_that_are_none_are_said_with_the_others_kept(
    reader: Reader, behind: Behind, wrong: str
) -> None:
    behind.steps = [launched(jury=[ME])]
    sent = await reader.send(
        f"/challenges/{C}/judgements/{ONE}", **{"points.0": "7", "points.1": wrong}
    )
    assert sent.status_code == 422
    assert "Give a whole number for each, from 0 to 10." in sent.text
    assert 'value="7"' in sent.text
    assert all(each.method == "GET" for each in behind.asked)


@pytest.mark.parametrize("no", ["OnlyTheJuryJudges", "NobodyJudgesTheirOwn", "TheCriteriaAreFixed"])
async def test_a_no_to_points_is_said_with_the_points_kept(
    reader: Reader, behind: Behind, no: str
) -> None:
    behind.steps = [launched(jury=[ME])]
    behind.no = 403, {"type": f"urn:kiem:{no}", "detail": "x"}
    sent = await reader.send(
        f"/challenges/{C}/judgements/{ONE}", **{"points.0": "7", "points.1": "4"}
    )
    assert sent.status_code == 422
    assert ALL[f"no.{no}"][1].replace("'", "&#39;") in sent.text
    assert 'value="4"' in sent.text


async def test_who_is_not_on_the_jury_gets_no_field_for_points(reader: Reader) -> None:
    page = await reader.see(f"/challenges/{C}/judgements/{ONE}")
    assert "Only the jury gives points." in page
    assert 'name="points.0"' not in page


async def test_all_answers_stand_in_one_list(reader: Reader, behind: Behind) -> None:
    answers = [{**STANDING["answers"][0], "idea": f"{ONE[:-3]}{n:03}"} for n in range(130)]  # type: ignore[index]
    behind.standing = 200, {"jury_weight": 0.6, "answers": answers}
    assert "Look at all 130" in await reader.see(f"/challenges/{C}")
    page = await reader.see(f"/challenges/{C}/standing")
    assert page.count("<tr><td") == 100
    assert f"/challenges/{C}/standing?start=100" in page
    assert (await reader.see(f"/challenges/{C}/standing?start=100")).count("<tr><td") == 30


async def test_without_a_standing_the_rest_of_the_page_is_there(
    reader: Reader, behind: Behind
) -> None:
    behind.standing = 503, {}
    page = await reader.see(f"/challenges/{C}")
    assert "This part is not there for the moment." in page
    assert "Minder dubbel registreren?" in page


async def test_the_report_and_what_was_chosen_stand_on_a_closed_one(
    reader: Reader, behind: Behind
) -> None:
    behind.steps += [formed(ME), CLOSED]
    page = await reader.see(f"/challenges/{C}")
    for said in ("This question is closed.", "There were 61 answers.", "Eén gaat door.", "Chosen"):
        assert said in page
    assert page.count(f'href="/ideas/{ONE}"') == 3  # chosen, in the standing, among the answers
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Answer with an idea" not in page
    assert "This question is closed:" in await reader.see(f"/challenges/{C}/judgements/{ONE}")


@pytest.mark.parametrize(
    ("reader", "by", "closes"),
    [(("employee", "desk"), "p-1", True), (("employee", "lead"), ME, True),
     (("employee", "lead"), "p-1", False), (("employee",), ME, False)],
    indirect=["reader"],
)  # fmt: skip
async def test_the_desk_and_who_asked_are_led_to_the_closing(
    reader: Reader, behind: Behind, by: str, closes: bool
) -> None:
    behind.by = by
    page = await reader.see(f"/challenges/{C}")
    assert (f'href="/leading/challenge/{C}/closing"' in page) == closes


LAUNCH = {
    "question": "Hoe?", "why": "Tijd.", "first": "2026-12-01", "last": "2026-12-21",
    "criteria": "effect\nhaalbaarheid", "audience": "", "jury": "p-8; p-9", "jury_weight": "60",
    "hackathon": "1", "phase.name.0": "insturen", "phase.first.0": "2026-12-01",
    "phase.last.0": "2026-12-14",
}  # fmt: skip
leads = pytest.mark.parametrize("reader", [("employee", "lead")], indirect=True)


@leads
async def test_a_challenge_is_launched_with_its_weight_and_phases(
    reader: Reader, behind: Behind
) -> None:
    sent = await reader.send("/leading/challenge", **LAUNCH)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/challenges/{C}")
    assert behind.told() == (
        "POST", "/v1/challenges",
        {"question": "Hoe?", "why": "Tijd.", "first": "2026-12-01", "last": "2026-12-21",
         "criteria": ["effect", "haalbaarheid"], "audience": [], "jury": ["p-8", "p-9"],
         "jury_weight": 0.6, "hackathon": True,
         "phases": [{"name": "insturen", "first": "2026-12-01", "last": "2026-12-14"}]},
    )  # fmt: skip


@leads
@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"jury_weight": "101"}, "The jury counts for 0 to 100 per cent."),
     ({"jury_weight": "half"}, "The jury counts for 0 to 100 per cent."),
     ({"phase.last.0": ""}, "A phase has a name, a first and a last day.")],
)  # fmt: skip
async def test_a_weight_or_a_phase_that_is_none_is_said_with_the_rest_kept(
    reader: Reader, behind: Behind, wrong: dict[str, str], said: str
) -> None:
    sent = await reader.send("/leading/challenge", **(LAUNCH | wrong))
    assert sent.status_code == 422
    assert said in sent.text
    assert 'value="insturen"' in sent.text
    assert all(each.method == "GET" for each in behind.asked)


@leads
@pytest.mark.parametrize(
    "no", ["PhasesLieWithinTheChallenge", "AChallengeLastsSomeTime", "NobodyOfThatName"]
)
async def test_a_no_to_a_launch_is_said_with_all_kept(
    reader: Reader, behind: Behind, no: str
) -> None:
    behind.no = 409, {"type": f"urn:kiem:{no}", "detail": "x"}
    sent = await reader.send("/leading/challenge", **LAUNCH)
    assert sent.status_code == 422
    assert ALL[f"no.{no}"][1] in sent.text
    for kept in ('value="60"', 'value="insturen"', 'value="2026-12-14"', 'value="p-8; p-9"'):
        assert kept in sent.text


@leads
async def test_what_goes_on_is_chosen_among_the_answers(reader: Reader, behind: Behind) -> None:
    page = await reader.see(f"/leading/challenge/{C}/closing")
    assert "Minder dubbel registreren?" in page
    assert page.index("Eén keer invoeren") < page.index("Twee")
    sent = await reader.send(f"/leading/challenge/{C}/closing", report="Dank!", chosen=[ONE, TWO])
    assert sent.status_code == 303
    assert behind.told() == (
        "POST", f"{PATH}/closing", {"report": "Dank!", "chosen": [ONE, TWO]},
    )  # fmt: skip
    behind.no = 403, {"type": "urn:kiem:OnlyItsLeaderClosesIt", "detail": "x"}
    sent = await reader.send(f"/leading/challenge/{C}/closing", report="Dank!", chosen=[TWO])
    assert sent.status_code == 422
    assert "Only who asked it, or the desk, closes it." in sent.text
    assert "Dank!" in sent.text
    assert f'value="{TWO}" checked' in sent.text
    assert f'value="{ONE}" checked' not in sent.text


def test_answers_that_stand_the_same_share_a_place() -> None:
    stands = [{"together": each} for each in (0.9, 0.5, 0.5, 0.1, None, None)]
    assert [each["place"] for each in placed(stands)] == [1, 2, 2, 4, None, None]


def test_an_erased_name_or_report_leaves_its_place_empty() -> None:
    gone = {**formed("p-5"), "words": {}}
    shown = contest({"matter": C, "author": "p-1", "steps": [
        {**launched(), "words": {}}, gone, {**CLOSED, "words": {}},
    ]})  # fmt: skip
    assert (shown.question, shown.why, shown.report) == (None, None, None)
    assert shown.teams[TEAM].name is None


def test_points_and_weights_are_numbers_within_their_bounds() -> None:
    assert [whole_points(said, 10) for said in ("0", "10", "11", "", "1.5", "²")] == [
        0, 10, None, None, None, None,
    ]  # fmt: skip
    assert [share(said) for said in ("60", "12,5", "0", "100%", "101", "-1", "nan", "x")] == [
        0.6, 0.125, 0, 1, None, None, None, None,
    ]  # fmt: skip
