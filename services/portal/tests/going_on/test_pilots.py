"""What the pages tell of a pilot, of what is asked of an idea, and of its code."""

from typing import Any

import pytest

from services.portal.tests.behind import Visitor
from services.portal.tests.going_on.answered import (
    BEGAN,
    IDEA,
    ME,
    OTHER,
    PILOT,
    SOON,
    Behind,
    shown,
    step,
)


async def test_the_pilot_is_told_with_its_measure_and_what_was_measured_last(
    reader: Visitor, behind: Behind
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
    reader: Visitor, behind: Behind
) -> None:
    behind.stands(shown(state="submitted"))
    page = " ".join((await reader.see(f"/ideas/{IDEA}")).split())
    assert "This is what is asked of it: What is it worth? Does it fit us?" in page
    behind.stands(shown())
    assert "This is what is asked of it" not in await reader.see(f"/ideas/{IDEA}")


async def test_an_author_gets_a_code_for_their_own_idea(reader: Visitor, behind: Behind) -> None:
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
async def test_leaders_see_what_each_pilot_is_measured_by(reader: Visitor, behind: Behind) -> None:
    unread = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c09"
    rows = [
        {"idea": idea, "title": title, "state": "in_pilot", "accountable": OTHER, "author": OTHER,
         "due": SOON} for idea, title in ((IDEA, "A lift"), (unread, "A ramp"))
    ]  # fmt: skip
    trial = {"began": BEGAN, "last": step("PilotMeasured", value=12.0), "ended": None}
    none: tuple[int, Any] = (200, {"items": [], "next": None})
    behind.answers |= {
        ("GET", "/v1/ideas"): (200, {"items": rows, "next": None}), ("GET", "/v1/barriers"): none,
        ("GET", "/v1/time-requests"): none, ("GET", "/v1/challenges"): none,
        ("GET", "/v1/opinions"): none,
        ("GET", "/v1/ideas/trials"): (200, {"trials": {IDEA: trial}}),
    }  # fmt: skip
    page = " ".join((await reader.see("/leading?department=North")).split())
    assert "Minutes per shift · Baseline 30 · Target 10 · last measured 12, 21 Nov 2026" in page
    assert f'href="/leading/pilots/{unread}"' in page, "of a pilot that scaled once nothing is told"
    (asked,) = [each for each in behind.asked if each.url.path == "/v1/ideas/trials"]
    assert asked.url.params.get_list("idea") == [IDEA, unread], "one question for all of them"
    behind.answers["GET", "/v1/ideas/trials"] = (503, {})
    page = await reader.see("/leading?department=North")
    assert f'href="/leading/pilots/{IDEA}"' in page, "how they go did not come; they stay listed"
    assert 'class="away"' in page


async def test_home_lists_pilots_that_run_and_that_one_is_not_in_yet(
    reader: Visitor, behind: Behind
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
