"""Editions are frozen at the close, late facts only lead to revisions, and every number answers."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.timers import Timer, Timers
from contracts import ideas, outside, tools
from contracts.vocabulary import IdeaId, PersonId, ToolId
from metrics.domain.answers import Answer
from metrics.domain.series import Span
from metrics.projections.making import ASKED, KIND, OWNER
from services.metrics.tests.integration.conftest import Kept, told, used
from services.metrics.tests.making import day, idea

pytestmark = pytest.mark.integration
JANUARY = Span(date(2025, 1, 1), date(2025, 2, 1))
FEBRUARY = Span(date(2025, 2, 1), date(2025, 3, 1))
WEEK = Span(date(2025, 1, 6), date(2025, 1, 13))
QUARTER = Span(date(2025, 1, 1), date(2025, 4, 1))
WIKI: dict[str, Any] = {"tool": "wiki"}


def listing(person: int, at: float, department: str, **attributes: str) -> Any:
    data = outside.PersonListed(
        person=PersonId(f"p-{person}"), at=day(at), department=department, attributes=attributes
    )
    return told(data, name=f"listing {person} {at}")


def submitted(number: int, author: int, at: float, *others: int) -> Any:
    data = ideas.IdeaSubmitted(
        idea=IdeaId(idea(number)), author=PersonId(f"p-{author}"), at=day(at),
        co_authors=tuple(PersonId(f"p-{o}") for o in others), origin="imported",
    )  # fmt: skip
    return told(data)


def introduced(at: float) -> Any:
    data = tools.ToolIntroduced(
        tool=ToolId(idea(900)), by=PersonId("p-0"), name="wiki", at=day(at),
        features={"read": "core", "write": "core", "macro": "advanced"},
    )  # fmt: skip
    return told(data)


def reported(month: str, department: str = "care", **said: Any) -> Any:
    given = {"persons": 40, "sick_days": 62.0, "available_days": 1240.0, "leavers": 2} | said
    data = outside.WorkforceReported(department=department, month=month, at=day(100), **given)
    return told(data, name=f"{month} {department} {sorted(given.items())}")


def outcome(period: str, value: float, department: str = "organisation", **said: Any) -> Any:
    data = outside.OutcomeReported(
        measure="satisfaction", unit="of 10", period=period, value=value, department=department,
        at=day(100), **said,
    )  # fmt: skip
    return told(data, name=f"{period} {department} {value}")


async def a_history(kept: Kept) -> None:
    """Let 24 persons of two departments and two sites live through a quarter."""
    people = [
        listing(p, -5, "care" if p < 12 else "it", site="north" if p % 2 else "south")
        for p in range(24)
    ]
    await kept.hear(*people, introduced(-1))
    await kept.hear(*[submitted(n, n, 3 + n, n + 1) for n in range(0, 20, 2)])
    await kept.hear(*[reported(f"2025-0{m}", d) for m in (1, 2, 3) for d in ("care", "it")])
    await kept.hear(outcome("2025-01", 7.5), outcome("2025-01", 8.0, "care", n=30),
                    outcome("2025-01", 6.0, "it"), outcome("2025-Q1", 7.7, n=60))  # fmt: skip
    await kept.use(*[used(p, 5 + d) for p in range(20) for d in range(3)])
    await kept.use(*[used(p, 6, "macro", advanced=True) for p in range(8)])


async def test_every_number_about_people_answers_where_there_are_facts(kept: Kept) -> None:
    await a_history(kept)
    await kept.make()
    expected: dict[str, tuple[dict[str, Any], Any, int | None]] = {
        "active_users": (WIKI, 20, 20), "adoption_rate": (WIKI, 20 / 24, 24),
        "feature_adoption": (WIKI | {"feature": "macro"}, 0.4, 20),
        "advanced_share": (WIKI, 0.4, 20), "depth": (WIKI, 0.5, 20),
        "time_to_adopt": (WIKI, 6, 24), "participation": ({}, 20 / 24, 20),
        "representation": ({}, 1, 20), "turnover_total": ({}, 0.05, 80),
        "turnover_voluntary": ({}, 0, 80), "turnover_first_year": ({}, 0, 80),
        "absence": ({}, 0.05, 80), "outcome": ({"measure": "satisfaction"}, 7.5, None),
    }  # fmt: skip
    for kpi, (how, value, n) in expected.items():
        number = (await kept.told(kpi, JANUARY, **how)).number
        assert number.reason is None, kpi
        assert float(number.value or 0) == pytest.approx(value), kpi
        assert number.n == n, kpi
    assert (await kept.told("outcome", JANUARY, measure="satisfaction")).number.unit == "of 10"
    sticky = (await kept.told("stickiness", JANUARY, **WIKI)).number
    # Three of the 20 working days from the 6th on have users, each all twenty.
    assert float(sticky.value or 0) == pytest.approx(3 / 20)
    assert sticky.n == 20


async def test_a_month_is_told_by_department_and_attribute_and_longer_spans_whole(
    kept: Kept,
) -> None:
    await a_history(kept)
    await kept.make()

    def keys(answer: Answer) -> dict[str, Any]:
        return {key: cell.n for key, cell in (answer.cells or {}).items()}

    assert keys(await kept.told("active_users", JANUARY, "attribute", **WIKI)) == {
        "site=north": 10, "site=south": 10,
    }  # fmt: skip
    assert keys(await kept.told("participation", JANUARY, "department")) == {"care": 12, "it": 8}
    assert keys(await kept.told("stickiness", JANUARY, "department", **WIKI)) == {
        "care": 12, "it": 8,
    }  # fmt: skip
    assert keys(await kept.told("time_to_adopt", JANUARY, "attribute", **WIKI)) == {
        "site=north": 12, "site=south": 12,
    }  # fmt: skip
    assert keys(await kept.told("absence", JANUARY, "department")) == {"care": 40, "it": 40}
    # Of whom `it` is made is not known: without n nothing is told of a department, nor beside it.
    of_groups = await kept.told("outcome", JANUARY, "department", measure="satisfaction")
    assert {c.reason for c in (of_groups.cells or {}).values()} == {"suppressed"}
    for span in (WEEK, QUARTER):
        assert (await kept.told("active_users", span, **WIKI)).number.value == 20
        assert keys(await kept.told("active_users", span, "department", **WIKI)) == {}
    assert (await kept.told("absence", WEEK)).number.reason == "no_data"
    assert (await kept.told("outcome", QUARTER, measure="satisfaction")).number.n == 60


async def test_an_edition_is_made_once_its_span_is_closed_and_not_before(kept: Kept) -> None:
    await kept.use(*[used(p, 5) for p in range(9)])
    kept.clock.to(2025, 2, 4)  # the second of three working days after January
    await kept.make()
    assert (await kept.told("active_users", WEEK, **WIKI)).number.value == 9
    assert (await kept.told("active_users", JANUARY, **WIKI)).number.reason == "no_data"
    due = await kept.db.pool.fetchval("SELECT due FROM timer WHERE owner = $1", OWNER)
    assert due == datetime(2025, 2, 4, 23, tzinfo=UTC)
    kept.clock.to(2025, 2, 6)
    await kept.make()
    assert (await kept.told("active_users", JANUARY, **WIKI)).number.value == 9


async def test_a_number_that_is_defined_anew_is_made_anew_of_what_was_closed_before(
    kept: Kept,
) -> None:
    """Whichever versions the other numbers of its family have, and with groups that it had not."""
    await a_history(kept)
    await kept.make()
    await kept.db.pool.execute("UPDATE edition SET version = 1 WHERE kpi = 'stickiness'")
    await kept.db.pool.execute(
        "DELETE FROM edition_cell c USING edition e WHERE c.edition = e.id AND e.version = 1 "
        "AND e.kpi = 'stickiness' AND c.cut <> ''"
    )
    assert (await kept.told("stickiness", JANUARY, **WIKI)).number.reason == "no_data"
    await kept.make()
    told = await kept.told("stickiness", JANUARY, "department", **WIKI)
    assert told.number.n == 20
    assert {key: cell.n for key, cell in (told.cells or {}).items()} == {"care": 12, "it": 8}


async def test_late_facts_lead_to_a_revision_at_the_close_of_the_quarter_and_only_then(
    kept: Kept,
) -> None:
    await kept.use(*[used(p, 5) for p in range(10)])
    kept.clock.to(2025, 2, 6)
    await kept.make()
    await kept.use(*[used(p, 7) for p in range(10, 16)])
    kept.clock.to(2025, 3, 20)
    await kept.make()
    assert (await kept.told("active_users", JANUARY, **WIKI)).number.value == 10
    kept.clock.to(2025, 4, 4)
    await kept.make()
    assert (await kept.told("active_users", JANUARY, **WIKI)).number.value == 16
    for moment, value in ((datetime(2025, 3, 1, tzinfo=UTC), 10), (kept.clock.at, 10)):
        known = await kept.told("active_users", JANUARY, known=moment, **WIKI)
        assert known.number.value == value
    before = datetime(2025, 2, 5, tzinfo=UTC)
    assert (await kept.told("active_users", JANUARY, known=before, **WIKI)).number.value is None
    later = kept.clock.at + timedelta(seconds=1)
    assert (await kept.told("active_users", JANUARY, known=later, **WIKI)).number.value == 16


async def test_a_change_by_fewer_than_the_threshold_is_never_told(kept: Kept) -> None:
    await kept.use(*[used(p, 5, department="care" if p < 10 else "it") for p in range(20)])
    kept.clock.to(2025, 2, 6)
    await kept.make()
    await kept.use(*[used(p, 7, department="care") for p in range(20, 23)])
    await kept.use(*[used(p, 7, department="it") for p in range(30, 37)])
    await kept.erase("p-0")
    kept.clock.to(2025, 4, 4)
    await kept.make()
    # Two more in care and seven in it: the nine of the whole would tell the two.
    found = await kept.told("active_users", JANUARY, "department", **WIKI)
    assert {key: cell.value for key, cell in (found.cells or {}).items()} == {"care": 10, "it": 10}
    assert found.number.value == 29


async def test_what_an_edition_hid_no_revision_shows(kept: Kept) -> None:
    await kept.use(*[used(p, 5, department="it" if p < 3 else "care") for p in range(30)])
    kept.clock.to(2025, 2, 6)
    await kept.make()
    first = await kept.told("active_users", JANUARY, "department", **WIKI)
    assert {c.reason for c in (first.cells or {}).values()} == {"suppressed"}
    await kept.use(*[used(p, 7, department="it") for p in range(40, 60)])
    kept.clock.to(2025, 4, 4)
    await kept.make()
    found = await kept.told("active_users", JANUARY, "department", **WIKI)
    assert {c.reason for c in (found.cells or {}).values()} == {"suppressed"}


async def test_while_an_import_runs_no_half_of_it_is_frozen(kept: Kept) -> None:
    async with kept.db.transaction() as tx:
        await kept.ledger.apply(tx, [used(p, 5) for p in range(9)])
        await kept.editions.wait(tx)
    await kept.make()
    assert await kept.rows("edition") == []
    due = await kept.db.pool.fetchval("SELECT due FROM timer WHERE owner = $1", OWNER)
    assert due == kept.clock.at + timedelta(minutes=10)
    await kept.use(*[used(p, 6) for p in range(9, 12)])
    kept.clock.at = due
    await kept.make()
    assert (await kept.told("active_users", JANUARY, **WIKI)).number.value == 12


async def test_whoever_knows_that_an_import_is_complete_need_not_wait(kept: Kept) -> None:
    async with kept.db.transaction() as tx:
        await kept.ledger.apply(tx, [used(p, 5) for p in range(9)])
        await kept.editions.wait(tx)
    await kept.editions.soon(complete=True)
    await kept.make()
    assert (await kept.told("active_users", JANUARY, **WIKI)).number.value == 9


async def test_past_facts_that_come_after_an_import_was_complete_are_waited_for_as_well(
    kept: Kept,
) -> None:
    for complete in (True, False):
        async with kept.db.transaction() as tx:
            await kept.ledger.apply(tx, [used(p, 5) for p in range(9)])
            await kept.editions.wait(tx)
        if complete:
            await kept.editions.soon(complete=True)
    await kept.make()
    assert await kept.rows("edition") == []


async def test_a_feature_that_nobody_used_is_known_to_be_used_by_nobody(kept: Kept) -> None:
    await kept.use(*[used(p, 5) for p in range(9)])
    await kept.make()
    unused = (await kept.told("feature_adoption", JANUARY, feature="macro", **WIKI)).number
    assert (unused.value, unused.numerator, unused.n) == (0, 0, 9)


async def test_editions_hold_no_person(kept: Kept) -> None:
    await a_history(kept)
    await kept.make()
    rows = [*await kept.rows("edition"), *await kept.rows("edition_cell")]
    assert rows
    assert "p-" not in repr(rows)


async def test_what_is_asked_for_is_made_at_once_although_a_clock_jumped_and_jumped_back(
    kept: Kept,
) -> None:
    kept.clock.at = datetime.now(UTC) + timedelta(hours=1)
    await kept.editions.soon()
    at_once = "SELECT due <= kiem_now() FROM timer WHERE kind = $1"
    assert await kept.db.pool.fetchval(at_once, ASKED)


async def test_whoever_asks_for_editions_or_tells_past_facts_waits_for_no_making(
    kept: Kept,
) -> None:
    await kept.make()
    async with kept.db.transaction() as making:
        await making.raw.execute("DELETE FROM timer WHERE owner = $1", OWNER)  # as one that fires
        async with asyncio.timeout(10), kept.db.transaction() as hearing:
            await kept.editions.wait(hearing)
        async with asyncio.timeout(10):
            await kept.editions.soon(complete=True)
        await Timers().set(making, OWNER, KIND, kept.clock.at + timedelta(days=1))
    asked = await kept.db.pool.fetch("SELECT * FROM timer WHERE kind = $1", ASKED)
    assert len(asked) == 2
    async with kept.db.transaction() as tx:
        await kept.editions.on_timer(tx, Timer(asked[0]["owner"], ASKED, asked[0]["due"], {}))
    at_once = "SELECT due <= kiem_now() FROM timer WHERE owner = $1"
    assert await kept.db.pool.fetchval(at_once, OWNER)
