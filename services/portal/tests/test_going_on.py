"""Going on with an answered idea: who gets which forms, what is sent, and how a no is said."""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from chassis.settings import example
from portal import trying
from portal.main import application
from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings

ME, OTHER = "p-77", "p-1"
IDEA, PILOT = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01", "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c02"
SOON = (datetime.now(UTC) + timedelta(days=20)).isoformat()
RUBRIC = {
    "rubric": "house", "criteria": [
        {"name": "value", "nl": "Wat levert het op?", "en": "What is it worth?"},
        {"name": "fit", "nl": "Past het bij ons?", "en": "Does it fit us?"},
    ],
}  # fmt: skip
REVIEW: dict[str, Any] = {
    "outcome": None, "reviewer": OTHER, "answered_by": None, "answered_at": None,
    "rated_at": None, "appealed_at": None, "reason": None, "criteria": [], "marks": {},
}  # fmt: skip
PLAN = {
    "hypothesis": "Fewer steps.", "measure": "Minutes per shift", "stop_rule": "No change.",
    "ends_on": "2026-12-24", "baseline": "30", "target": "9,5", "team": "p-3, p-4",
}  # fmt: skip
FORMS = {
    "pilot": PLAN, "realisation": {"remark": "Everywhere."}, "revival": {"reason": "Money came."},
    "promise": {"until": "2026-12-24", "reason": "The supplier is late."},
}  # fmt: skip
PATHS = {"pilot": "pilots"}


def shown(**other: Any) -> dict[str, Any]:
    return {
        "idea": IDEA, "version": 3, "state": "accepted", "accountable": ME, "due": SOON,
        "author": OTHER, "co_authors": [], "department": None, "category": None, "tags": [],
        "language": "en", "way": "named", "origin": "live", "title": "A lift", "body": "Up.",
        "challenge": None, "tool": None, "submitted_at": "2026-11-20T09:00:00Z", "told_by": None,
        "reviewer": OTHER, "pilot": None, "team": [], "merged_into": None, "absorbed": [],
        "photos": [], **other,
    }  # fmt: skip


def step(kind: str, *, who: str | None = ME, due: str = SOON, **more: Any) -> dict[str, Any]:
    words = {name: more.pop(name) for name in ("hypothesis", "measure") if name in more}
    return {
        "version": 1, "type": kind, "at": "2026-11-21T09:00:00Z", "by": OTHER, "accountable": who,
        "due": due, "origin": "live", "words": words, "more": more,
    }  # fmt: skip


BEGAN = step(
    "PilotStarted", pilot=PILOT, baseline=30.0, target=10.0, measure="Minutes per shift",
    hypothesis="Fewer steps.", ends_on="2026-12-24",
)  # fmt: skip


class Behind:
    """The services behind the portal: what they were asked, and what they answer."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.lists: dict[str, list[dict[str, Any]]] = {}  # of ideas, by the state that is asked
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("GET", f"/v1/ideas/{IDEA}/talk"): (
                200, {"comments": [], "supporters": 0, "you_support": False, "you_follow": False},
            ),
            ("GET", f"/v1/reviews/{IDEA}"): (200, REVIEW),
            ("GET", f"/v1/reviews/{IDEA}/questions"): (200, {"items": []}),
            ("GET", f"/v1/reviews/{IDEA}/opinions"): (200, {"items": []}),
            ("GET", f"/v1/reviews/{IDEA}/rubric"): (200, RUBRIC),
            ("GET", f"/v1/loops/{IDEA}"): (200, {"broken": 0}),
            ("GET", "/v1/people"): (200, {}),
            **{("POST", f"/v1/ideas/{IDEA}/{PATHS.get(s, s)}"): (200, {}) for s in FORMS},
        }  # fmt: skip
        self.stands(shown())

    def stands(self, idea: dict[str, Any], *steps: dict[str, Any]) -> None:
        self.answers["GET", f"/v1/ideas/{IDEA}"] = (200, idea)
        self.answers["GET", f"/v1/ideas/{IDEA}/timeline"] = (200, {"steps": list(steps)})

    def refuses(self, path: str, name: str, status: int = 409) -> None:
        told = {"type": f"urn:kiem:{name}", "detail": "No."}
        self.answers["POST", f"/v1/ideas/{IDEA}/{path}"] = (status, told)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        where = (request.method, request.url.path)
        if where == ("GET", "/v1/ideas") and where not in self.answers:
            rows = self.lists.get(request.url.params.get("state", ""), [])
            return httpx2.Response(200, json={"items": rows, "next": None})
        status, body = self.answers.get(where, (404, {}))
        return httpx2.Response(status, json=body)

    def told(self) -> list[httpx2.Request]:
        return [each for each in self.asked if each.method == "POST"]


class Reader:
    """Somebody who is signed in, with their browser."""

    def __init__(self, browser: httpx2.AsyncClient, session: Session) -> None:
        self.browser, self.session = browser, session

    async def see(self, path: str) -> str:
        found = await self.browser.get(path)
        assert found.status_code == 200, found.text
        return found.text

    async def send(self, path: str, **filled: Any) -> httpx2.Response:
        form = {"csrf": self.session.form_token(), "once": "once-1", **filled}
        return await self.browser.post(path, data=form)


class Door:
    """The one portal of these tests, in front of whichever services a test has."""

    def __init__(self) -> None:
        self.settings = example(PortalSettings)
        self.behind = Behind()
        services = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        self.app = application(self.settings, services)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        return self.behind(request)


@pytest.fixture(scope="module")
def door() -> Door:
    return Door()


@pytest.fixture
def behind(door: Door) -> Behind:
    door.behind = Behind()
    return door.behind


@pytest.fixture
async def reader(
    door: Door, behind: Behind, request: pytest.FixtureRequest
) -> AsyncIterator[Reader]:
    roles = getattr(request, "param", ("employee",))
    session = Session(
        person=ME, roles=roles, token="the-token", csrf=new_csrf(), ends=time.time() + 60
    )
    kept = Response()
    seal = Seal(sealing_keys(door.settings.keys.get_secret_value()), secure=False)
    seal.write(kept, NAME, session)
    cookies: dict[str, str] = {"kiem-language": "en"}
    for name, value in kept.raw_headers:
        if name == b"set-cookie":
            cookies |= {m.key: m.value for m in SimpleCookie(value.decode()).values() if m.value}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=door.app), base_url=door.settings.portal_url,
        cookies=cookies,
    ) as browser:  # fmt: skip
        yield Reader(browser, session)


def offered(page: str) -> set[str]:
    return {name for name in FORMS if f'action="/ideas/{IDEA}/turn/{name}"' in page}


@pytest.mark.parametrize(
    ("idea", "forms"),
    [
        ({}, {"pilot", "realisation", "promise"}),
        ({"state": "in_pilot", "pilot": PILOT}, {"realisation", "promise"}),
        ({"state": "in_pilot"}, {"pilot", "realisation", "promise"}),
        ({"state": "parked"}, {"revival", "promise"}),
        ({"state": "under_review"}, {"promise"}),
        ({"state": "realised", "accountable": None, "due": None}, set()),
        ({"due": "2020-01-02T16:00:00Z"}, {"pilot", "realisation"}),
        ({"accountable": OTHER}, set()),
    ],
)
async def test_whoever_is_to_act_gets_the_steps_that_the_state_allows(
    reader: Reader, behind: Behind, idea: dict[str, Any], forms: set[str]
) -> None:
    behind.stands(shown(**idea))
    page = await reader.see(f"/ideas/{IDEA}")
    assert offered(page) == forms
    assert ("Your turn" in page) == bool(forms)


@pytest.mark.parametrize("reader", [("employee", "desk")], indirect=True)
async def test_the_desk_gets_them_too_but_moves_no_promise_of_another(
    reader: Reader, behind: Behind
) -> None:
    behind.stands(shown(accountable=OTHER))
    assert offered(await reader.see(f"/ideas/{IDEA}")) == {"pilot", "realisation"}


@pytest.mark.parametrize("name", FORMS)
async def test_a_step_is_sent_once_with_what_was_written(
    reader: Reader, behind: Behind, name: str
) -> None:
    done = await reader.send(f"/ideas/{IDEA}/turn/{name}", **FORMS[name])
    assert (done.status_code, done.headers["location"]) == (303, f"/ideas/{IDEA}?went={name}")
    (told,) = behind.told()
    assert told.url.path == f"/v1/ideas/{IDEA}/{PATHS.get(name, name)}"
    assert told.headers["idempotency-key"] == "once-1"
    assert told.headers["authorization"] == "Bearer the-token"
    wanted: dict[str, Any] = dict(FORMS[name])
    if name == "pilot":
        wanted |= {"baseline": 30.0, "target": 9.5, "team": ["p-3", "p-4"]}
    assert json.loads(told.content) == wanted
    assert 'role="status"' in await reader.see(f"/ideas/{IDEA}?went={name}")


@pytest.mark.parametrize(
    ("name", "no", "said"),
    [
        ("pilot", "OnlyAcceptedIdeasArePiloted", "Only an idea that got a yes can be piloted."),
        ("pilot", "APilotRuns", "A pilot runs already."),
        ("pilot", "APilotEndsLater", "That last day is over."),
        ("pilot", "NobodyOfThatName", "There is nobody of that name"),
        ("realisation", "OnlyAcceptedIdeasAreRealised", "Only an idea that got a yes can be rea"),
        ("realisation", "OnlyTheAccountableDoThis", "Only the accountable person, or the desk"),
        ("revival", "OnlyParkedIdeasWake", "The idea is not parked."),
        ("promise", "APromiseMovesOnce", "The promise was moved before."),
        ("promise", "APromiseMovesOn", "A promise moves to a later date."),
        ("promise", "ThePromiseIsBroken", "The date is over, and the promise with it."),
        ("promise", "NothingIsPromised", "The idea is finished, so no promise is left."),
    ],
)
async def test_a_no_is_said_in_its_form_where_what_was_written_stays(
    reader: Reader, behind: Behind, name: str, no: str, said: str
) -> None:
    behind.stands(shown(accountable=OTHER))  # whoever tried in vain sees the form all the same
    behind.refuses(PATHS.get(name, name), no)
    answer = await reader.send(f"/ideas/{IDEA}/turn/{name}", **FORMS[name])
    assert answer.status_code == 422
    form = answer.text.partition(f'action="/ideas/{IDEA}/turn/{name}"')[2].partition("</form>")[0]
    assert said in form
    for written in FORMS[name].values():
        assert written in form
    assert answer.text.count('role="alert"') == 1


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("pilot", {"stop_rule": " "}, "Fill in what you expect"),
        ("pilot", {"target": "many"}, "The baseline and the target are numbers"),
        ("pilot", {"baseline": "inf"}, "The baseline and the target are numbers"),
        ("revival", {"reason": ""}, "Say what has come"),
        ("promise", {"until": ""}, "Fill in a new day, and why"),
    ],
)
async def test_what_is_missing_is_said_before_it_is_sent(
    reader: Reader, behind: Behind, name: str, wrong: dict[str, str], said: str
) -> None:
    answer = await reader.send(f"/ideas/{IDEA}/turn/{name}", **(FORMS[name] | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert behind.told() == []


async def test_there_is_no_other_step(reader: Reader, behind: Behind) -> None:
    assert (await reader.send(f"/ideas/{IDEA}/turn/erasure")).status_code == 404
    assert behind.told() == []


async def test_a_promise_that_was_moved_is_not_offered_to_be_moved_again(
    reader: Reader, behind: Behind
) -> None:
    moved = step("PromiseMoved", due="2026-12-30T16:00:00Z", cause="longer")
    behind.stands(shown(), step("IdeaAccepted"), moved)
    assert offered(await reader.see(f"/ideas/{IDEA}")) == {"pilot", "realisation"}


def test_a_promise_moves_once_until_another_is_made() -> None:
    made, later = step("IdeaAccepted"), step("PromiseMoved", due="2027-01-02T16:00:00Z")
    outage = step("PromiseMoved", due="2027-01-02T16:00:00Z", cause="outage")
    again = step("PilotStarted", due="2027-02-02T16:00:00Z")
    beside = step("CoAuthorsChanged", due="2027-01-02T16:00:00Z")
    over = step("PilotConcluded", who=None)
    assert not trying.was_moved([])
    assert not trying.was_moved([made, outage])
    assert trying.was_moved([made, later])
    assert trying.was_moved([made, later, beside, over])
    assert not trying.was_moved([made, later, again])


async def test_the_pilot_is_told_with_its_measure_and_what_was_measured_last(
    reader: Reader, behind: Behind
) -> None:
    behind.stands(
        shown(state="in_pilot", pilot=PILOT, accountable=OTHER, team=[ME]), BEGAN,
        step("PilotMeasured", value=29.5), step("PilotMeasured"),
    )  # fmt: skip
    page = " ".join((await reader.see(f"/ideas/{IDEA}")).split())
    assert "Minutes per shift" in page
    assert "Baseline 30 · Target 10 · last measured 29.5, 21 Nov 2026" in page
    assert f'href="/leading/pilots/{IDEA}"' in page, "who is in its team may look"
    own = await reader.see(f"/leading/pilots/{IDEA}")
    assert "29.5" in own
    assert 'href="/leading"' not in own, "that room is not theirs"
    behind.stands(shown(state="in_pilot", pilot=PILOT, accountable=OTHER), BEGAN)
    page = await reader.see(f"/ideas/{IDEA}")
    assert "not measured yet" in page
    assert f'href="/leading/pilots/{IDEA}"' not in page
    assert (await reader.browser.get(f"/leading/pilots/{IDEA}")).status_code == 403


async def test_what_is_asked_of_an_idea_is_said_while_it_is_open(
    reader: Reader, behind: Behind
) -> None:
    behind.stands(shown(state="submitted"))
    page = " ".join((await reader.see(f"/ideas/{IDEA}")).split())
    assert "This is what is asked of it: What is it worth? Does it fit us?" in page
    behind.stands(shown())
    assert "This is what is asked of it" not in await reader.see(f"/ideas/{IDEA}")


async def test_an_author_gets_a_code_for_their_own_idea(reader: Reader, behind: Behind) -> None:
    behind.stands(shown(author=ME))
    assert f'action="/ideas/{IDEA}/code"' in await reader.see(f"/ideas/{IDEA}")
    behind.answers["POST", f"/v1/ideas/{IDEA}/code"] = (201, {"code": "abcd-efgh-jkmn"})
    given = await reader.send(f"/ideas/{IDEA}/code")
    assert given.status_code == 200
    assert 'id="code">abcd-efgh-jkmn<' in given.text
    assert "Your idea is sent" not in given.text
    behind.stands(shown())
    assert f'action="/ideas/{IDEA}/code"' not in await reader.see(f"/ideas/{IDEA}")
    behind.refuses("code", "OnlyAuthorsDoThis", 403)
    refused = await reader.send(f"/ideas/{IDEA}/code")
    assert refused.status_code == 422
    assert "Only its authors can do this." in refused.text


@pytest.mark.parametrize("reader", [("employee", "lead")], indirect=True)
async def test_leaders_see_what_each_pilot_is_measured_by(reader: Reader, behind: Behind) -> None:
    unread = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c09"
    rows = [
        {"idea": idea, "title": title, "state": "in_pilot", "accountable": OTHER, "author": OTHER,
         "due": SOON} for idea, title in ((IDEA, "A lift"), (unread, "A ramp"))
    ]  # fmt: skip
    behind.stands(shown(), BEGAN, step("PilotMeasured", value=12.0))
    none: tuple[int, Any] = (200, {"items": [], "next": None})
    behind.answers |= {
        ("GET", "/v1/ideas"): (200, {"items": rows, "next": None}), ("GET", "/v1/barriers"): none,
        ("GET", "/v1/time-requests"): none, ("GET", "/v1/challenges"): none,
        ("GET", "/v1/opinions"): none,
    }  # fmt: skip
    page = " ".join((await reader.see("/leading?department=North")).split())
    assert "Minutes per shift · Baseline 30 · Target 10 · last measured 12, 21 Nov 2026" in page
    assert f'href="/leading/pilots/{unread}"' in page, "its timeline did not come; it stays listed"


async def test_home_lists_pilots_that_run_and_that_one_is_not_in_yet(
    reader: Reader, behind: Behind
) -> None:
    stand: dict[str, dict[str, Any]] = {
        "a": {"pilot": PILOT, "title": "Run with us"}, "b": {"pilot": None, "title": "Scaled"},
        "c": {"pilot": PILOT, "title": "Mine already", "team": [ME]},
        "d": {"pilot": PILOT, "title": None}, "e": {"pilot": PILOT, "title": "I lead it"},
    }  # fmt: skip
    ids = {key: f"{IDEA[:-1]}{key}" for key in stand}
    rows = [
        {"idea": ids[key], "accountable": ME if key == "e" else OTHER, "author": OTHER}
        for key in stand
    ]
    for key, other in stand.items():
        about = {"idea": ids[key], "state": "in_pilot", "accountable": OTHER}
        told = shown(**about | other)
        behind.answers["GET", f"/v1/ideas/{ids[key]}"] = (200, told)
    behind.lists = {"in_pilot": rows}
    page = await reader.see("/")
    assert "Pilots that you can join" in page
    assert f'href="/ideas/{ids["a"]}"' in page
    for title in ("Scaled", "Mine already", "I lead it"):
        assert title not in page
    assert f'href="/ideas/{ids["d"]}"' not in page
    behind.lists = {}
    assert "Pilots that you can join" not in await reader.see("/")
