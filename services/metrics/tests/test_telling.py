"""What a number is made of, compared with and told beside: explained, reported, exported."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import httpx2
import pytest

from services.metrics.tests.number_doors import Metrics, bearing, get, opened


@pytest.fixture
async def door() -> AsyncIterator[httpx2.AsyncClient]:
    async with opened(Metrics()) as client:
        yield client


def _of_tool(axis: dict[str, Any], kpi: str, tool: str) -> list[dict[str, Any]]:
    """Return the values of a number of a tool, of those that lead."""
    (line,) = [each for each in axis["leading"] if (each["kpi"], each["tool"]) == (kpi, tool)]
    values: list[dict[str, Any]] = line["values"]
    return values


async def test_an_explanation_counts_what_is_left_out_and_says_why(
    door: httpx2.AsyncClient,
) -> None:
    given = {"at": "2025-01-02", "origin": "live"}
    _, told = await get(door, "/v1/kpis/ideas_submitted/explain", **given)
    assert (told["counted"], told["left_out"]) == ({"IdeaSubmitted": 3}, {})
    assert told["parts"] == {"numerator": {"IdeaSubmitted": 3}}
    assert told["number"]["value"] == 3
    _, judged = await get(door, "/v1/kpis/realisation_b/explain", **given)
    assert judged["counted"] == {}
    assert judged["left_out"] == {"they happened at or after the instant of judging": 1}
    (one,) = judged["excluded"]
    assert (one["reason"], one["facts"]) == ("later", 1)
    assert one["words"]["nl"] == "ze gebeurden op of na het moment van oordelen"
    march = {"from_": "2025-03-01", "to": "2025-04-01", "tool": "wiki"}
    _, protected = await get(door, "/v1/kpis/active_users/explain", **march)
    assert protected["counted"] == {}, "how many facts there are would say how many persons"
    assert protected["left_out"] == protected["parts"] == {}
    assert {"below_threshold", "erased"} <= {each["reason"] for each in protected["excluded"]}
    assert {each["facts"] for each in protected["excluded"]} == {None}


async def test_a_report_tells_of_tools_and_outcomes_and_compares_absence_with_last_year_only(
    door: httpx2.AsyncClient,
) -> None:
    params = {"from": "2025-03-01", "to": "2025-04-01", "language": "en"}
    page = (await door.get("/v1/report", params=params, headers=bearing("employee"))).text
    assert "<strong>Active users: wiki</strong>" in page
    assert "<strong>Feature adoption: wiki, read</strong>" in page
    assert "<strong>Outcome: satisfaction</strong>" in page
    assert "<td>7.5 of 10</td>" in page, "in the unit that was reported"
    assert "chat" not in page, "nobody used it at that time"
    (row,) = [row for row in page.split("<tr>") if "<strong>Absence</strong>" in row]
    assert row.count("<td>–</td>") == 1, "with the period before it is not compared"


async def test_a_report_may_be_asked_as_it_was_known_on_a_day() -> None:
    params = {"from": "2025-03-01", "to": "2025-04-01", "language": "en"}
    params["as_known_at"] = "2025-05-02"
    metrics = Metrics()
    async with opened(metrics) as door:
        page = (await door.get("/v1/report", params=params, headers=bearing("employee"))).text
    assert "As it was known on 2 May 2025." in page
    ended = datetime(2025, 5, 2, 22, tzinfo=UTC)
    assert {sought.known for sought in metrics.sought} == {ended}, "the edition of that day"


async def test_an_outcome_has_the_unit_that_was_reported(door: httpx2.AsyncClient) -> None:
    march = {"from_": "2025-03-01", "to": "2025-04-01", "measure": "satisfaction"}
    _, told = await get(door, "/v1/kpis/outcome", **march)
    assert (told["value"], told["unit"]) == (7.5, "of 10")
    _, along = await get(door, "/v1/axis", from_="2025-02-01", to="2025-04-01")
    lines = {line["measure"]: line for line in along["lagging"]}
    assert lines["satisfaction"]["unit"] == "of 10"


async def test_absence_is_compared_with_last_year_only(door: httpx2.AsyncClient) -> None:
    given = {"from_": "2025-01-01", "to": "2025-03-01"}
    _, told = await get(door, "/v1/kpis/absence/trend", **given)
    for point in told["points"]:
        assert point["previous"] == {
            "value": None, "numerator": None, "denominator": None, "n": None, "reason": None,
            "beside": {}, "unit": None,
        }  # fmt: skip
        assert point["last_year"]["reason"] == "no_data"
    _, register = await get(door, "/v1/kpis")
    compared = {kpi["id"]: kpi["compared_with"] for kpi in register["kpis"]}
    assert compared["absence"] == ["last_year"]
    assert compared["wip"] == ["previous", "last_year"]


async def test_csv_says_of_which_tool_and_feature_a_number_is(door: httpx2.AsyncClient) -> None:
    headers = bearing("employee") | {"Accept": "text/csv"}
    params = {"from": "2025-03-01", "to": "2025-04-01", "tool": "wiki", "feature": "=read"}
    for path in ("", "/trend"):
        found = await door.get(f"/v1/kpis/feature_adoption{path}", params=params, headers=headers)
        (line, *_) = csv.DictReader(StringIO(found.text))
        assert (line["tool"], line["feature"]) == ("wiki", "'=read"), "and it is no formula"


async def test_leading_and_lagging_numbers_stand_on_one_axis_and_claim_no_cause(
    door: httpx2.AsyncClient,
) -> None:
    given = {"from_": "2025-01-01", "to": "2025-04-01"}
    status, told = await get(door, "/v1/axis", **given)
    assert status == 200
    assert [p["from"] for p in told["periods"]] == ["2025-01-01", "2025-02-01", "2025-03-01"]
    leading = {line["kpi"]: line for line in told["leading"]}
    assert [v["value"] for v in leading["ideas_submitted"]["values"]] == [3, 0, 0]
    assert [v["value"] for v in _of_tool(told, "active_users", "wiki")] == [None, None, 16]
    lagging = [(line["kpi"], line["measure"]) for line in told["lagging"]]
    assert ("absence", None) in lagging
    assert ("outcome", "satisfaction") in lagging
    assert all(len(line["values"]) == 3 for line in [*told["leading"], *told["lagging"]])
    assert "nothing of a cause" in told["note"]["en"]
    assert (await get(door, "/v1/axis", from_="2025-01-01", to="2025-01-15"))[0] == 422
