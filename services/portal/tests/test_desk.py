"""The desk: two ideas that tell the same become one, and other criteria are looked at first."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.portal.tests.behind import Behind, Reader, reading

ONE, OTHER = (f"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c0{n}" for n in range(1, 3))
BOTH = f"/desk/merger?idea={ONE}&into={OTHER}"
VALUE = {"name": "value", "nl": "Wat levert het op?", "en": "What is it worth?"}
FIT = {"name": "fit", "nl": "Past het?", "en": "Does it fit?"}


def idea(which: str, title: str) -> dict[str, Any]:
    return {"idea": which, "title": title, "body": f"{title}, please.", "author": "ann",
            "state": "submitted"}  # fmt: skip


@pytest.fixture
def behind() -> Behind:
    alike = {"idea": OTHER, "title": "A lift for beds", "state": "accepted", "alike": 0.8}
    return Behind({
        ("GET", f"/v1/ideas/{ONE}"): (200, idea(ONE, "A bed lift")),
        ("GET", f"/v1/ideas/{OTHER}"): (200, idea(OTHER, "A lift for beds")),
        ("GET", "/v1/ideas/similar"): (200, {"items": [alike]}),
        ("GET", "/v1/people"): (200, {"ann": {"name": "Ann Smith"}}),
        ("GET", "/v1/routing"): (200, {"rules": [], "most_open": 9}),
        ("GET", "/v1/rubric"): (200, {"version": "house", "criteria": [VALUE]}),
        ("POST", f"/v1/ideas/{ONE}/merger"): (200, {}),
        ("PUT", "/v1/rubrics/spring"): (200, {}),
    })  # fmt: skip


@pytest.fixture
async def desk(behind: Behind) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee", "desk")) as found:
        yield found


def told(behind: Behind) -> list[str]:
    return [each.url.path for each in behind.asked if each.method != "GET"]


async def test_similar_ideas_lead_to_both_beside_each_other_and_then_to_one(
    desk: Reader, behind: Behind
) -> None:
    _, page = await desk.see(f"/desk/merger?idea={ONE}")
    assert "A bed lift" in page
    assert f'href="{BOTH.replace("&", "&amp;")}"' in page
    assert behind.last("/v1/ideas/similar").url.params["but"] == ONE, "none is like itself"
    _, sure = await desk.see(BOTH)
    for words in ("A bed lift", "A lift for beds", "Ann Smith", 'name="sure" value="1"'):
        assert words in sure
    assert f'href="/desk/merger?idea={OTHER}&amp;into={ONE}"' in sure, "the other way around"
    assert told(behind) == [], "looking merges nothing"
    form = {"idea": ONE, "into": OTHER, "reason": "Both ask for the lift."}
    status, again = await desk.send("/desk/merger", **form)
    assert (status, told(behind)) == (200, []), "without having seen both nothing is merged"
    assert "Both ask for the lift." in again
    sent = await desk.post("/desk/merger", sure="1", **form)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/ideas/{OTHER}")
    assert told(behind) == [f"/v1/ideas/{ONE}/merger"]


async def test_a_no_to_a_merger_keeps_the_reason_beside_both_titles(
    desk: Reader, behind: Behind
) -> None:
    behind.answers["POST", f"/v1/ideas/{ONE}/merger"] = (
        409, {"type": "urn:kiem:TheIdeaIsFinished", "detail": "x"},
    )  # fmt: skip
    status, page = await desk.send("/desk/merger", sure="1", idea=ONE, into=OTHER, reason="Same.")
    assert status == 422
    assert 'role="alert"' in page
    assert "A lift for beds" in page
    assert ">Same.</textarea>" in page


@pytest.mark.parametrize("into", ["", "no idea", ONE, "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c09"])
async def test_two_ideas_that_are_not_two_are_not_merged(
    desk: Reader, behind: Behind, into: str
) -> None:
    status, page = await desk.send("/desk/merger", sure="", idea=ONE, into=into, reason="Same.")
    assert status == 422
    assert 'role="alert"' in page
    assert told(behind) == []


async def test_other_criteria_are_shown_beside_the_old_ones_before_they_hold(
    desk: Reader, behind: Behind
) -> None:
    form: dict[str, Any] = {
        "rubric": "spring", "category": "care", "name": ["value", "fit", ""],
        "nl": ["Wat levert het op?", "Past het?", ""],
        "en": ["Is it worth it?", "Does it fit?", ""],
    }  # fmt: skip
    status, page = await desk.send("/desk/rubric", **form)
    assert (status, told(behind)) == (200, [])
    for words in ("instead of house, for ideas about care", "Does it fit?", "Is it worth it?",
                  "was: What is it worth?"):  # fmt: skip
        assert words in page
    assert behind.last("/v1/rubric").url.params["category"] == "care"
    assert page.count('name="nl"') == 2, "an empty row goes no further"
    sent = await desk.post("/desk/rubric", sure="1", **form)
    assert sent.status_code == 303
    assert told(behind) == ["/v1/rubrics/spring"]


async def test_a_rubric_without_a_name_keeps_what_was_filled_in(
    desk: Reader, behind: Behind
) -> None:
    form: dict[str, Any] = {
        "rubric": "no name", "category": "", "name": ["fit"], "nl": ["Past het?"],
        "en": ["Does it fit?"],
    }  # fmt: skip
    status, page = await desk.send("/desk/rubric", **form)
    assert status == 422
    assert 'value="Does it fit?"' in page
    assert 'value="no name"' in page
    assert told(behind) == []


@pytest.mark.parametrize("path", [BOTH, f"/desk/merger?idea={ONE}"])
async def test_only_the_desk_merges(behind: Behind, path: str) -> None:
    async with reading(behind, ("employee", "reviewer")) as reviewer:
        assert (await reviewer.see(path))[0] == 403
