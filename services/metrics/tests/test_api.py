"""The doors of metrics: who may ask and tell, and what is refused with which words."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest

from metrics.domain.council import Standing
from services.metrics.tests.number_doors import Metrics, bearing, get, opened

AGE = timedelta(days=30)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def door(metrics: Metrics) -> AsyncIterator[httpx2.AsyncClient]:
    async with opened(metrics) as client:
        yield client


async def test_nobody_asks_without_a_token(door: httpx2.AsyncClient) -> None:
    for path in ("/v1/kpis", "/v1/kpis/wip"):
        assert (await door.get(path)).status_code == 401


async def test_the_register_says_what_each_number_means(door: httpx2.AsyncClient) -> None:
    _, told = await get(door, "/v1/kpis")
    found = {kpi["id"]: kpi for kpi in told["kpis"]}
    assert found["active_users"]["kind"] == "protected"
    assert found["active_users"]["threshold"] == 5
    assert found["lead_time_to_pilot"]["by"] == [
        "department",
        "category",
        "origin",
        "state",
        "challenge",
        "tool",
    ]
    assert all(kpi["definition"] and kpi["title"]["nl"] for kpi in found.values())


async def test_a_number_comes_with_what_it_is_made_of(door: httpx2.AsyncClient) -> None:
    status, told = await get(door, "/v1/kpis/realisation_b", from_="2025-01-01", to="2025-02-01")
    assert status == 200
    assert (told["value"], told["numerator"], told["denominator"], told["n"]) == (1.0, 1, 1, 1)
    assert told["reason"] is None
    assert told["unit"] == "share"
    assert told["version"] == 1
    assert told["definition"].startswith("Of the ideas whose first final judgement")
    assert told["asked"]["from"] == "2025-01-01"
    assert told["asked"]["judged_at"] == "2025-06-01T12:00:00Z"
    assert told["cells"] is None


async def test_an_unknown_value_is_null_with_a_reason(door: httpx2.AsyncClient) -> None:
    _, told = await get(door, "/v1/kpis/realisation_b", from_="2024-01-01", to="2024-02-01")
    assert (told["value"], told["reason"]) == (None, "no_data")


async def test_a_cut_gives_a_cell_for_each_group(door: httpx2.AsyncClient) -> None:
    _, told = await get(door, "/v1/kpis/ideas_submitted", by="department")
    assert [(cell["key"], cell["value"]) for cell in told["cells"]] == [("care", 1), ("it", 2)]


async def test_small_groups_are_hidden_and_larger_ones_told(door: httpx2.AsyncClient) -> None:
    march = {"from_": "2025-03-01", "to": "2025-04-01", "tool": "wiki"}
    _, told = await get(door, "/v1/kpis/active_users", by="department", **march)
    assert told["value"] == 16
    care, it, lab = told["cells"]
    assert (lab["value"], lab["reason"]) == (10, None)
    assert care["reason"] == "suppressed", "with the whole and the others it would tell the rest"
    assert it == {
        "key": "it", "value": None, "numerator": None, "denominator": None, "n": None,
        "reason": "suppressed", "beside": {}, "unit": None,
    }  # fmt: skip


async def test_a_number_that_does_not_exist_is_not_found(door: httpx2.AsyncClient) -> None:
    status, told = await get(door, "/v1/kpis/happiness")
    assert status == 404
    assert told["type"] == "urn:kiem:NoSuchKpi"
    assert "GET /v1/kpis" in told["detail"]


@pytest.mark.parametrize(
    ("kpi", "params", "field", "words"),
    [
        ("wip", {"at": "yesterday"}, "query.at", "valid date"),
        ("wip", {"by": "person"}, "query.by", "'department', 'category', 'origin', 'state'"),
        ("wip", {"form": "2025-01-01"}, "query.form", "it takes: from, to, at, by"),
        ("wip", {"from_": "2025-02-01", "to": "2025-01-01"}, "query.to", "after `from`"),
        ("active_users", {"from_": "2025-03-01", "to": "2025-04-01"}, "query.tool", "needs it"),
        ("active_users", {"from_": "2025-03-01", "to": "2025-03-08", "tool": "wiki"}, "query.from",
         "whole week"),
        ("active_users", {"from_": "2025-06-01", "to": "2025-07-01", "tool": "wiki"}, "query.to",
         "open until 2025-07-04"),
        ("active_users", {"from_": "2025-03-01", "to": "2025-04-01", "tool": "wiki",
                          "by": "state"}, "query.by", "by department, attribute only"),
    ],
)  # fmt: skip
async def test_a_question_that_can_not_be_answered_is_told_why(
    door: httpx2.AsyncClient, kpi: str, params: dict[str, str], field: str, words: str
) -> None:
    status, told = await get(door, f"/v1/kpis/{kpi}", **params)
    assert status == 422
    problems = {each["field"]: each["problem"] for each in told["errors"]}
    assert words in problems[field]


async def test_the_register_has_current_values_where_they_are_asked_for(
    door: httpx2.AsyncClient,
) -> None:
    _, told = await get(door, "/v1/kpis", values="true")
    found = {kpi["id"]: kpi["current"] for kpi in told["kpis"]}
    assert found["ideas_submitted"]["value"] == 3
    assert found["active_users"] is None


async def test_prometheus_gets_the_open_numbers_that_are_known(door: httpx2.AsyncClient) -> None:
    headers = bearing("service") | {"Accept": "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}
    found = await door.get("/v1/kpis", headers=headers)
    lines = [line for line in found.text.splitlines() if line.startswith("kiem_kpi{")]
    assert 'kiem_kpi{kpi="ideas_submitted",unit="ideas"} 3.0' in lines
    assert not any("active_users" in line or "idea_rate" in line for line in lines)


async def test_a_number_and_a_trend_come_as_csv_too(door: httpx2.AsyncClient) -> None:
    headers = bearing("employee") | {"Accept": "text/csv"}
    path = "/v1/kpis/ideas_submitted"
    found = await door.get(path, params={"by": "department"}, headers=headers)
    assert found.headers["content-type"].startswith("text/csv")
    head, whole, care, it = found.text.splitlines()
    assert head.startswith("kpi,version,unit,from,to,cut,key,value")
    assert whole == "ideas_submitted,1,ideas,,,department,,3,3,,3,,,,,,,"
    assert (care.split(",")[6:8], it.split(",")[6:8]) == (["care", "1"], ["it", "2"])
    params = {"from": "2025-01-01", "to": "2025-03-01"}
    series = await door.get(f"{path}/trend", params=params, headers=headers)
    assert [line.split(",")[3] for line in series.text.splitlines()[1:]] == [
        "2025-01-01", "2025-02-01",
    ]  # fmt: skip


async def test_a_trend_has_the_span_before_and_last_years_beside(
    door: httpx2.AsyncClient,
) -> None:
    given = {"from_": "2025-01-01", "to": "2025-03-01", "step": "month"}
    status, told = await get(door, "/v1/kpis/ideas_submitted/trend", **given)
    assert status == 200
    assert [(p["from"], p["value"], p["previous"]["value"]) for p in told["points"]] == [
        ("2025-01-01", 3, 0), ("2025-02-01", 0, 3),
    ]  # fmt: skip
    assert told["points"][0]["last_year"]["value"] == 0


@pytest.mark.parametrize(("language", "words"), [("nl", "Ingediende ideeën"), ("en", "Ideas sub")])
async def test_a_report_is_one_page_in_either_language(
    door: httpx2.AsyncClient, language: str, words: str
) -> None:
    params = {"from": "2025-01-01", "to": "2025-04-01", "language": language}
    found = await door.get("/v1/report", params=params, headers=bearing("employee"))
    assert found.headers["content-type"].startswith("text/html")
    assert f'lang="{language}"' in found.text
    assert words in found.text
    assert "@media print" in found.text
    no = await door.get("/v1/report", params=params | {"to": "2025-03-02"},
                        headers=bearing("employee"))  # fmt: skip
    assert no.status_code == 422
    assert "whole week, month, quarter or year" in no.json()["errors"][0]["problem"]


async def test_without_consent_a_number_about_people_is_told_to_nobody(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    march = {"from_": "2025-03-01", "to": "2025-04-01", "tool": "wiki"}
    for standing in (Standing(), Standing(version=2), Standing(version=1, until=date(2025, 5, 31))):
        metrics.consent = standing
        _, told = await get(door, "/v1/kpis/active_users", by="department", **march)
        assert (told["value"], told["n"], told["reason"], told["cells"]) == (
            None, None, "pending_consent", None,
        )  # fmt: skip
    metrics.consent = Standing(version=1, until=date(2025, 6, 1))
    assert (await get(door, "/v1/kpis/active_users", **march))[1]["value"] == 16


async def test_the_edition_that_was_current_on_a_day_is_looked_for(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    march = {"from_": "2025-03-01", "to": "2025-04-01", "tool": "wiki"}
    await get(door, "/v1/kpis/feature_adoption", feature="read", as_known_at="2025-05-01", **march)
    (sought,) = metrics.sought
    assert sought.known == datetime(2025, 5, 1, 22, tzinfo=UTC)
    assert (sought.kpi, sought.family, sought.feature) == ("feature_adoption", "use:wiki", "read")
    april = march | {"from_": "2025-04-01", "to": "2025-05-01"}
    _, told = await get(door, "/v1/kpis/active_users", **april)
    assert (told["value"], told["reason"]) == (None, "no_data")


async def test_a_raised_threshold_hides_more(door: httpx2.AsyncClient, metrics: Metrics) -> None:
    metrics.consent = Standing(version=1, threshold=17)
    march = {"from_": "2025-03-01", "to": "2025-04-01", "tool": "wiki"}
    _, told = await get(door, "/v1/kpis/active_users", **march)
    assert (told["value"], told["reason"], told["threshold"]) == (None, "suppressed", 17)


async def test_a_refused_question_about_people_is_kept_without_who_asked(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    week = {"from_": "2025-03-04", "to": "2025-03-11", "tool": "wiki", "person": "p-1"}
    assert (await get(door, "/v1/kpis/active_users", **week))[0] == 422
    ((kpi, asked, why),) = metrics.refused
    assert (kpi, asked) == ("active_users", "from=2025-03-04&to=2025-03-11&tool=wiki&person")
    assert "it takes" in why


async def test_a_trend_refuses_and_notes_what_its_number_would(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    march = {"from_": "2025-03-01", "to": "2025-04-01", "step": "month"}
    status, told = await get(door, "/v1/kpis/wip/trend", tool="crm", **march)
    assert (status, told["errors"][0]["field"]) == (422, "query.tool")
    assert metrics.refused == []
    path = "/v1/kpis/active_users/trend"
    assert (await get(door, path, tool="wiki", **march))[0] == 200
    assert (await get(door, path, tool="wiki", person="p-1", **march))[0] == 422
    ((kpi, asked, _),) = metrics.refused
    assert (kpi, asked) == ("active_users", "from=2025-03-01&to=2025-04-01&tool=wiki&person")
