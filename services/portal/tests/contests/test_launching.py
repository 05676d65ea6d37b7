"""Who leads asks a question of everybody, and closes it with a report."""

import pytest

from portal.contests import whole_points
from portal.pages.why import share
from portal.words import ALL
from services.portal.tests.behind import Visitor
from services.portal.tests.contests.challenge import ME, ONE, PATH, TWO, Behind, C


@pytest.mark.parametrize(
    ("reader", "by", "closes"),
    [(("employee", "desk"), "p-1", True), (("employee", "lead"), ME, True),
     (("employee", "lead"), "p-1", False), (("employee",), ME, True)],
    indirect=["reader"],
)  # fmt: skip
async def test_the_desk_and_who_owes_the_report_are_led_to_the_closing(
    reader: Visitor, behind: Behind, by: str, closes: bool
) -> None:
    behind.by = by
    door = f"/leading/challenge/{C}/closing"
    assert (f'href="{door}"' in await reader.see(f"/challenges/{C}")) == closes
    assert (await reader.browser.get(door)).status_code == (200 if closes else 403)
    behind.owes = (ME, "2026-12-02T16:00:00Z")
    assert f'href="{door}"' in await reader.see(f"/challenges/{C}"), "who took over may close it"
    assert (await reader.browser.get(door)).status_code == 200


LAUNCH = {
    "question": "Hoe?", "why": "Tijd.", "first": "2026-12-01", "last": "2026-12-21",
    "criteria": "effect\nhaalbaarheid", "audience": "", "jury": "p-8; p-9", "jury_weight": "60",
    "hackathon": "1", "phase.name.0": "insturen", "phase.first.0": "2026-12-01",
    "phase.last.0": "2026-12-14",
}  # fmt: skip


leads = pytest.mark.parametrize("reader", [("employee", "lead")], indirect=True)


@leads
async def test_a_challenge_is_launched_with_its_weight_and_phases(
    reader: Visitor, behind: Behind
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
    reader: Visitor, behind: Behind, wrong: dict[str, str], said: str
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
    reader: Visitor, behind: Behind, no: str
) -> None:
    behind.no = 409, {"type": f"urn:kiem:{no}", "detail": "x"}
    sent = await reader.send("/leading/challenge", **LAUNCH)
    assert sent.status_code == 422
    assert ALL[f"no.{no}"][1] in sent.text
    for kept in (
        'value="60"',
        'value="insturen"',
        'value="2026-12-14"',
        'value="Joke de Jury (p-8), p-9"',
    ):
        assert kept in sent.text


@leads
async def test_what_goes_on_is_chosen_among_the_answers(reader: Visitor, behind: Behind) -> None:
    behind.by = ME
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
    assert "The report comes from who asked the question" in sent.text
    assert "Dank!" in sent.text
    assert f'value="{TWO}" checked' in sent.text
    assert f'value="{ONE}" checked' not in sent.text


def test_points_and_weights_are_numbers_within_their_bounds() -> None:
    assert [whole_points(said, 10) for said in ("0", "10", "11", "", "1.5", "²")] == [
        0, 10, None, None, None, None,
    ]  # fmt: skip
    assert [share(said) for said in ("60", "12,5", "0", "100%", "101", "-1", "nan", "x")] == [
        0.6, 0.125, 0, 1, None, None, None, None,
    ]  # fmt: skip
