"""What a leader's room shows: whose promises, which answers about time, and barriers counted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.portal.tests.behind import Answers, Behind, Reader, reading

IDEA, ONE, TWO = (f"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c0{n}" for n in range(1, 4))
AT, DUE = "2026-11-20T09:00:00Z", "2099-12-01T16:00:00Z"
NO_PAGE: dict[str, Any] = {"items": [], "next": None}


def asked(matter: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "matter": matter, "author": "anna", "accountable": None, "due": None, "department": "care",
        "idea": None, "tool": None, "told_at": AT, "ended_at": AT, "words": {"words": "To try."},
        "more": {"hours": 6, "purpose": "idea", "month": "2026-11"},
        "answer": {"at": AT, "by": "dirk", **answer},
    }  # fmt: skip


def cell(key: str, n: int, value: float | None, **beside: int) -> dict[str, Any]:
    return {"key": key, "n": n, "value": value, "numerator": None, "denominator": None,
            "reason": None, "beside": beside}  # fmt: skip


def budget(department: str) -> dict[str, Any]:
    return {"department": department, "month": "2026-11", "persons": 4, "meant": 93.6,
            "asked": 6, "granted": 4.5}  # fmt: skip


KPI = {
    "id": "barrier_resolution", "kind": "open", "by": ["department", "kind", "level"], "needs": [],
    "parameters": ["from", "to", "at", "by", "as_known_at"],
}  # fmt: skip
CELLS = [
    cell("legal", 2, 3.5, open=1, removed=1, declined=0),
    cell("access", 7, 4.5, open=2, removed=4, declined=1),
    cell("silo", 6, None, open=6, removed=0, declined=0),
]
ANSWERS: Answers = {
    ("GET", "/v1/barriers"): (200, NO_PAGE),
    ("GET", "/v1/time-requests"): (200, NO_PAGE),
    ("GET", "/v1/challenges"): (200, NO_PAGE),
    ("GET", "/v1/experiments"): (200, NO_PAGE),
    ("GET", "/v1/opinions"): (200, NO_PAGE),
    ("GET", "/v1/deputy"): (200, {"deputy": None, "chosen": False}),
    ("GET", "/v1/departments"): (
        200, {"items": ["care", "home", "office"], "of_my_people": ["care", "home"]},
    ),
    ("GET", "/v1/ideas"): (200, {"items": [
        {"idea": IDEA, "title": "A second lift", "state": "submitted", "author": "anna",
         "accountable": "rob", "due": DUE},
    ], "next": None}),
    ("GET", "/v1/time-requests/budget"): (200, budget("care")),
    ("GET", "/v1/people"): (200, {"anna": {"name": "Anna"}, "dirk": {"name": "Dirk"}}),
    ("GET", "/v1/kpis"): (200, {"kpis": [KPI]}),
    ("GET", "/v1/kpis/barrier_resolution"): (200, {"cells": CELLS}),
}  # fmt: skip


@pytest.fixture
def behind() -> Behind:
    return Behind(dict(ANSWERS))


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee", "lead")) as found:
        yield found


def params(behind: Behind, path: str) -> list[dict[str, str]]:
    return [dict(each.url.params) for each in behind.asked if each.url.path == path]


async def test_what_my_people_are_promised_is_asked_of_the_directory_and_not_guessed(
    reader: Reader, behind: Behind
) -> None:
    status, page = await reader.see("/leading")
    assert status == 200
    assert "A second lift" in page
    (found,) = params(behind, "/v1/ideas")
    assert found["of_my_people"] == "true"
    assert "department" not in found
    months = [each["department"] for each in params(behind, "/v1/time-requests/budget")]
    assert sorted(months) == ["care", "home"], "the hours of every department of my people"


async def test_another_department_is_chosen_from_a_list(reader: Reader, behind: Behind) -> None:
    _, page = await reader.see("/leading?department=office")
    assert "<option selected>office</option>" in page
    assert "<option>care</option>" in page
    (found,) = params(behind, "/v1/ideas")
    assert found["department"] == "office"
    assert "of_my_people" not in found
    assert [each["department"] for each in params(behind, "/v1/time-requests/budget")] == ["office"]


async def test_who_leads_nobody_is_told_so_and_can_choose(reader: Reader, behind: Behind) -> None:
    behind.answers["GET", "/v1/ideas"] = (200, NO_PAGE)
    behind.answers["GET", "/v1/departments"] = (200, {"items": ["care"], "of_my_people": []})
    _, page = await reader.see("/leading")
    assert "Nothing is open for those whom the directory says you lead." in page
    assert "<option>care</option>" in page
    assert params(behind, "/v1/time-requests/budget") == []


async def test_time_that_was_answered_is_listed_with_how_much_and_by_whom(
    reader: Reader, behind: Behind
) -> None:
    behind.answers["GET", "/v1/time-requests"] = (200, {"items": [
        asked(ONE, {"type": "TimeGranted", "words": {}, "more": {"hours": 4.5}}),
        asked(TWO, {"type": "TimeRefused", "words": {"reason": "No."}, "more": {"barrier": ONE}}),
    ], "next": None})  # fmt: skip
    _, page = await reader.see("/leading")
    assert "4.5 hours given by Dirk" in page
    assert "not given by Dirk" in page
    assert f'href="/room/time/{TWO}"' in page
    ended = [each for each in params(behind, "/v1/time-requests") if each["open"] == "false"]
    assert [each["of_my_people"] for each in ended] == ["true"]


async def test_barriers_are_counted_and_of_few_no_time_is_told(
    reader: Reader, behind: Behind
) -> None:
    _, page = await reader.see("/leading")
    by = sorted(each["by"] for each in params(behind, "/v1/kpis/barrier_resolution"))
    assert by == ["department", "kind"]
    rows = [each.partition("</tr>")[0] for each in page.split("<tr>") if 'scope="row"' in each]
    access, silo, legal = rows[:3]
    assert "legal" in rows[5], "a department is called as it is called"
    assert "Law" not in rows[5]
    assert "Access" in access
    assert "4.5" in access
    assert "not yet" in silo
    assert "too few" in legal
    assert "3.5" not in page, "how long one of two people waited is nobody's number"


async def test_without_metrics_the_rest_of_the_room_is_there(
    reader: Reader, behind: Behind
) -> None:
    behind.answers["GET", "/v1/kpis"] = (503, {})
    status, page = await reader.see("/leading")
    assert status == 200
    assert "A second lift" in page
    assert 'class="away"' in page


@pytest.mark.parametrize(
    ("cut", "key", "said"),
    [
        ("kind", "silo", "Walls between departments"),
        ("purpose", "reflection", "Think and learn"),
        ("level", "silo", "silo"),
    ],
)
async def test_the_page_of_a_number_names_its_groups_in_the_readers_words(
    reader: Reader, behind: Behind, cut: str, key: str, said: str
) -> None:
    kpi = "time_granted" if cut == "purpose" else "barrier_resolution"
    both = {"en": "It", "nl": "Het"}
    told = {**KPI, "id": kpi, "by": [cut], "title": both, "plain": both, "definitions": both,
            "purposes": both, "formula": "n", "version": 1, "unit": "days", "threshold": None,
            "source": ""}  # fmt: skip
    path = f"/v1/kpis/{kpi}"
    behind.answers["GET", "/v1/kpis"] = (200, {"kpis": [told]})
    behind.answers["GET", path] = (
        200, {**cell("", 7, 2.0), "cells": [cell(key, 7, 2.0)], "unit": "days", "version": 1},
    )  # fmt: skip
    behind.answers["GET", f"{path}/trend"] = (200, {"points": []})
    behind.answers["GET", f"{path}/explain"] = (200, {
        "counted": {"BarrierRaised": 7}, "left_out": {"they lie outside the period": 3},
        "excluded": [{"reason": "outside", "facts": 3, "words": {
            "en": "they lie outside the period", "nl": "ze liggen buiten de periode"}}],
    })  # fmt: skip
    _, page = await reader.see(f"/numbers/{kpi}")
    assert f'<th scope="row">{said}</th>' in page
    assert "they lie outside the period" in page, "why facts are left out, in the reader's language"


async def test_reports_that_are_owed_are_listed_the_soonest_first(
    reader: Reader, behind: Behind
) -> None:
    def owed(matter: str, due: str, **words: str) -> tuple[int, Any]:
        return 200, {"items": [{"matter": matter, "due": due, "words": words}], "next": None}

    behind.answers[("GET", "/v1/challenges")] = owed("c-1", "2026-12-09T16:00:00Z", question="Why?")
    behind.answers[("GET", "/v1/experiments")] = owed(
        "e-1", "2026-12-02T16:00:00Z", hypothesis="A bell helps."
    )
    _, page = await reader.see("/leading")
    assert "Reports that you owe" in page
    led = ("/experiments/e-1", "/leading/challenge/c-1/closing")
    links = [page.index(f'href="{link}"') for link in led]
    assert links == sorted(links)
    asked = params(behind, "/v1/experiments")
    assert asked[0]["owed_by_me"] == "true"
