"""Saying what is in the way and asking for time, and reading what was answered."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.portal.tests.behind import Answers, Behind, Reader, reading

IDEA, PILOT, TOOL, ONE, TWO, THREE = (
    f"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c0{n}" for n in range(1, 7)
)
DUE = "2099-12-01T16:00:00Z"
NO_PAGE: dict[str, Any] = {"items": [], "next": None}
PEOPLE = {"lia": {"name": "Lia Leads"}, "dirk": {"name": "Dirk Directs"}}


def step(name: str, by: str, words: dict[str, str] | None = None, /, **more: Any) -> dict[str, Any]:
    return {"type": name, "at": "2026-11-20T09:00:00Z", "by": by, "words": words or {},
            "more": more}  # fmt: skip


def listed(matter: str, answer: dict[str, Any] | None, words: str, **more: Any) -> dict[str, Any]:
    return {
        "matter": matter, "author": "p-77", "accountable": None if answer else "lia",
        "due": None if answer else DUE, "department": "care", "idea": None, "tool": None,
        "told_at": "2026-11-20T09:00:00Z", "ended_at": answer and answer["at"],
        "words": {"words": words}, "more": more, "answer": answer,
    }  # fmt: skip


def one(matter: str, *steps: dict[str, Any], owed: bool) -> dict[str, Any]:
    return {"matter": matter, "version": len(steps), "author": "p-77", "steps": list(steps),
            "accountable": "lia" if owed else None, "due": DUE if owed else None}  # fmt: skip


RAISED = step("BarrierRaised", "p-77", {"words": "No test system"}, kind="access", idea=IDEA)
GONE = step("BarrierRemoved", "lia", {"reason": "There is one now."})
STAYS = step("BarrierDeclined", "lia", {"reason": "Too dear.", "next_step": "Ask in May."})
GRANTED = step("TimeGranted", "lia", hours=4.5)
REFUSED = step("TimeRefused", "lia", {"reason": "Too busy."}, barrier=TWO)
ANSWERS: Answers = {
    ("GET", "/v1/barriers"): (200, NO_PAGE),
    ("GET", "/v1/time-requests"): (200, NO_PAGE),
    ("POST", "/v1/barriers"): (201, {"matter": ONE, "version": 1}),
    ("POST", "/v1/time-requests"): (201, {"matter": ONE, "version": 1}),
    ("GET", "/v1/ideas"): (
        200,
        {"items": [{"idea": IDEA, "title": "A second lift"}], "next": None},
    ),
    ("GET", "/v1/tools"): (
        200,
        {"items": [{"matter": TOOL, "words": {}, "more": {"name": "Planner"}}], "next": None},
    ),
    ("GET", "/v1/ideas/titles"): (200, {"titles": {PILOT: "Of somebody else", IDEA: "A lift"}}),
    ("GET", "/v1/people"): (200, PEOPLE),
}
BARRIER = {"kind": "access", "words": "No test system", "owner": "", "about": ""}
WISH = {"hours": "4,5", "purpose": "pilot", "words": "To try it", "lead": "", "about": ""}


@pytest.fixture
def behind() -> Behind:
    return Behind(dict(ANSWERS))


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee",)) as found:
        yield found


def chosen(page: str) -> str:
    found = re.search(r'<option value="([^"]*)" selected>([^<]*)<', page)
    return f"{found[1]} {found[2]}" if found else ""


def checked(page: str) -> list[str]:
    return re.findall(r'value="([^"]*)" required checked', page)


@pytest.mark.parametrize(
    ("about", "sent"),
    [
        ("", {}), (f"idea:{IDEA}", {"idea": IDEA}), (f"tool:{TOOL}", {"tool": TOOL}),
        (f"idea:{IDEA} pilot:{PILOT}", {"idea": IDEA, "pilot": PILOT}), ("author:me x", {}),
    ],
)  # fmt: skip
async def test_a_barrier_is_raised_about_what_was_chosen(
    reader: Reader, behind: Behind, about: str, sent: dict[str, str]
) -> None:
    done = await reader.post("/room/barriers", **{**BARRIER, "about": about, "owner": "dirk"})
    assert (done.status_code, done.headers["location"]) == (303, f"/room/barriers/{ONE}?sent=1")
    told = behind.last("/v1/barriers", "POST")
    assert json.loads(told.content) == {
        "kind": "access", "words": "No test system", "owner": "dirk", **sent,
    }  # fmt: skip
    assert told.headers["idempotency-key"] == "1"


async def test_the_form_of_a_barrier_offers_my_ideas_the_tools_and_every_kind(
    reader: Reader, behind: Behind
) -> None:
    status, page = await reader.see("/room/barriers/new")
    assert status == 200
    for said in ("A second lift", "Planner", "Nothing in particular", *(
        f'value="{kind}"' for kind in
        ("time", "budget", "access", "training", "skill", "legal", "silo")
    )):  # fmt: skip
        assert said in page, said
    assert chosen(page) == " Nothing in particular"
    assert behind.last("/v1/ideas").url.params["mine"] == "true"


@pytest.mark.parametrize(
    ("query", "picked"),
    [
        (f"idea={IDEA}", f"idea:{IDEA} A second lift"),
        (f"idea={PILOT}", f"idea:{PILOT} Of somebody else"),
        (f"tool={TOOL}", f"tool:{TOOL} Planner"),
        (f"idea={IDEA}&pilot={PILOT}", f"idea:{IDEA} pilot:{PILOT} The pilot of: A lift"),
    ],
)
async def test_what_led_to_the_form_is_filled_in(reader: Reader, query: str, picked: str) -> None:
    assert chosen((await reader.see(f"/room/barriers/new?{query}"))[1]) == picked


async def test_a_barrier_that_lacks_something_says_what_and_keeps_the_rest(
    reader: Reader, behind: Behind
) -> None:
    status, page = await reader.send("/room/barriers", **{**BARRIER, "words": " "})
    assert status == 422
    assert "Say it in a few words." in page
    assert "Choose what kind" not in page
    assert checked(page) == ["access"]
    status, page = await reader.send("/room/barriers", **{**BARRIER, "kind": ""})
    assert status == 422
    assert "Choose what kind" in page
    assert ">No test system</textarea>" in page
    assert not [each for each in behind.asked if each.method == "POST"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("NobodyIsAtTheDesk", "Nobody is at the innovation desk"),
        ("NobodyOfThatName", "There is nobody of that name"),
        ("NobodyAnswersTheirOwnBarrier", "Name somebody else."),
        ("InvalidRequest", "Something is too long"),
    ],
)
async def test_a_barrier_that_is_refused_says_why_and_is_kept(
    reader: Reader, behind: Behind, name: str, said: str
) -> None:
    behind.answers["POST", "/v1/barriers"] = (422, {"type": f"urn:kiem:{name}"})
    about = f"idea:{IDEA}"
    status, page = await reader.send("/room/barriers", **{**BARRIER, "about": about, "owner": "x"})
    assert status == 422
    assert said in page
    assert 'value="x"' in page
    assert chosen(page) == f"{about} A second lift"
    assert ">No test system</textarea>" in page


async def test_time_is_asked_for_with_hours_as_people_write_them(
    reader: Reader, behind: Behind
) -> None:
    wish = {**WISH, "about": f"idea:{IDEA} tool:{TOOL}", "lead": "lia"}
    done = await reader.post("/room/time", **wish)
    assert (done.status_code, done.headers["location"]) == (303, f"/room/time/{ONE}?sent=1")
    assert json.loads(behind.last("/v1/time-requests", "POST").content) == {
        "purpose": "pilot", "hours": 4.5, "words": "To try it", "lead": "lia", "idea": IDEA,
    }  # fmt: skip


@pytest.mark.parametrize("hours", ["", "many", "0", "nan", "inf"])
async def test_hours_that_are_none_are_told_beside_their_field(
    reader: Reader, behind: Behind, hours: str
) -> None:
    status, page = await reader.send("/room/time", **{**WISH, "hours": hours})
    assert status == 422
    assert page.count("Say how many hours, as a number above nought.") == 1
    assert checked(page) == ["pilot"]
    assert not [each for each in behind.asked if each.method == "POST"]


async def test_time_that_is_refused_to_be_asked_says_why_and_is_kept(
    reader: Reader, behind: Behind
) -> None:
    behind.answers["POST", "/v1/time-requests"] = (
        409, {"type": "urn:kiem:NobodyGrantsTheirOwnTime"},
    )  # fmt: skip
    status, page = await reader.send("/room/time", **WISH)
    assert status == 422
    assert "Nobody grants themselves time." in page
    assert 'value="4,5"' in page
    lacking = (await reader.send("/room/time", hours="2", purpose="", words=""))[1]
    assert "Choose what it is for." in lacking
    assert "Say it in a few words." in lacking


async def test_my_list_has_each_with_its_promise_or_its_answer(
    reader: Reader, behind: Behind
) -> None:
    assert "You have raised nothing yet." in (await reader.see("/room"))[1]
    behind.answers["GET", "/v1/barriers"] = (200, {"items": [
        listed(ONE, None, "Still there", kind="budget"),
        listed(TWO, GONE, "Was there", kind="access"),
        listed(THREE, STAYS, "Stays there", kind="silo"),
    ], "next": None})  # fmt: skip
    behind.answers["GET", "/v1/time-requests"] = (200, {"items": [
        listed(ONE, GRANTED, "An afternoon", hours=6, purpose="idea"),
        listed(TWO, REFUSED, "A week", hours=36, purpose="reflection"),
    ], "next": THREE})  # fmt: skip
    status, page = await reader.see("/room")
    assert status == 200
    for said in (
        "Lia Leads", "1 December 2099", "Gone, says Lia Leads", "There is one now.",
        "It stays as it is, says Lia Leads", "Too dear.", "Ask in May.", "6 hours: Work out",
        "4.5 hours given by Lia Leads", "Not given by Lia Leads", "Too busy.",
        f'href="/room/barriers/{TWO}"', "These are the last 20.",
    ):  # fmt: skip
        assert said in page, said
    assert page.count("1 December 2099") == 1, "what is answered has no promise any more"
    assert behind.last("/v1/barriers").url.params["mine"] == "true"
    assert behind.last("/v1/time-requests").url.params["mine"] == "true"


async def test_one_barrier_shows_its_promise_and_then_its_answer(
    reader: Reader, behind: Behind
) -> None:
    over = step("BarrierHandedOver", "dirk", {"reason": "It is hers."})
    up = step("BarrierHandedUp", "p-77")
    path = f"/v1/barriers/{ONE}"
    behind.answers["GET", path] = (200, one(ONE, RAISED, over, up, owed=True))
    _, page = await reader.see(f"/room/barriers/{ONE}?sent=1")
    for said in ("Sent. Here is who answers", "Lia Leads", "1 December 2099", "No test system",
                 "A lift", "Handed over by Dirk Directs", "It is hers.",
                 "now somebody one step up owes it"):  # fmt: skip
        assert said in page, said
    behind.answers["GET", path] = (200, one(ONE, RAISED, over, STAYS, owed=False))
    _, page = await reader.see(f"/room/barriers/{ONE}")
    for said in ("It stays as it is, says Lia Leads", "Too dear.", "Ask in May.", "It is hers."):
        assert said in page, said
    assert "1 December 2099" not in page
    assert page.count("Too dear.") == 1


async def test_time_that_was_refused_leads_to_the_barrier_that_it_became(
    reader: Reader, behind: Behind
) -> None:
    asked = step("TimeAsked", "p-77", {"words": "A week"}, hours=36, purpose="reflection")
    behind.answers["GET", f"/v1/time-requests/{ONE}"] = (200, one(ONE, asked, REFUSED, owed=False))
    _, page = await reader.see(f"/room/time/{ONE}")
    for said in ("36 hours: Think and learn", "Not given by Lia Leads", "Too busy.",
                 f'href="/room/barriers/{TWO}"'):  # fmt: skip
        assert said in page, said
    raised = step("BarrierRaised", "p-77", {"words": "Too busy."}, kind="time", request=ONE)
    behind.answers["GET", f"/v1/barriers/{TWO}"] = (200, one(TWO, raised, owed=True))
    assert f'href="/room/time/{ONE}"' in (await reader.see(f"/room/barriers/{TWO}"))[1]


async def test_words_that_were_erased_are_said_to_be_and_a_stranger_finds_no_page(
    reader: Reader, behind: Behind
) -> None:
    bare = step("BarrierRaised", "p-77", kind="access")
    behind.answers["GET", f"/v1/barriers/{ONE}"] = (200, one(ONE, bare, owed=True))
    status, page = await reader.see(f"/room/barriers/{ONE}")
    assert status == 200
    assert "erased" in page
    assert (await reader.see(f"/room/barriers/{TWO}"))[0] == 404


async def test_without_ideas_the_pages_say_so(reader: Reader, behind: Behind) -> None:
    for each in ("/v1/barriers", "/v1/time-requests", "/v1/ideas", "/v1/tools"):
        behind.answers["GET", each] = (503, {})
    for path in ("/room", "/room/barriers/new", "/room/time/new"):
        status, page = await reader.see(path)
        assert status == 200, path
        assert 'class="away"' in page, path


async def test_nobody_raises_anything_without_our_form(reader: Reader, behind: Behind) -> None:
    for path in ("/room/barriers", "/room/time"):
        assert (await reader.send(path, csrf="made up"))[0] == 403
    assert not [each for each in behind.asked if each.method == "POST"]
