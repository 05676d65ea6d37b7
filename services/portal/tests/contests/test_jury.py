"""The jury of a challenge: what waits for it, its points, and every no to them."""

import pytest

from portal.words import ALL
from services.portal.tests.behind import Visitor
from services.portal.tests.contests.challenge import (
    ME,
    ONE,
    PATH,
    TWO,
    Behind,
    C,
    formed,
    launched,
    step,
)


async def test_the_jury_sees_what_waits_and_gives_points_by_criterion(
    reader: Visitor, behind: Behind
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
    reader: Visitor, behind: Behind
) -> None:
    behind.steps = [launched(jury=[ME]), formed(ME, idea=TWO)]
    page = await reader.see(f"/challenges/{C}")
    assert "One still waits for you." in page
    own = behind.asked  # what is the reader's own is asked for, to leave it out as well
    assert any(each.url.params.get("mine") == "true" for each in own)


@pytest.mark.parametrize("wrong", ["", "11", "7,5", "-1", "veel", "00000011"])
async def test_points_that_are_none_are_said_with_the_others_kept(
    reader: Visitor, behind: Behind, wrong: str
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
    reader: Visitor, behind: Behind, no: str
) -> None:
    behind.steps = [launched(jury=[ME])]
    behind.no = 403, {"type": f"urn:kiem:{no}", "detail": "x"}
    sent = await reader.send(
        f"/challenges/{C}/judgements/{ONE}", **{"points.0": "7", "points.1": "4"}
    )
    assert sent.status_code == 422
    assert ALL[f"no.{no}"][1].replace("'", "&#39;") in sent.text
    assert 'value="4"' in sent.text


async def test_who_is_not_on_the_jury_gets_no_field_for_points(reader: Visitor) -> None:
    page = await reader.see(f"/challenges/{C}/judgements/{ONE}")
    assert "Only the jury gives points." in page
    assert 'name="points.0"' not in page
