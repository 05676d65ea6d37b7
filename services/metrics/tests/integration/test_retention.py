"""Rows of persons go after 16 months, and no number changes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from chassis.consuming import Heard
from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from metrics.domain.answers import Answer
from metrics.domain.periods import next_month
from metrics.domain.register import Cut
from metrics.domain.series import Span
from metrics.projections.door import counting
from metrics.projections.retention import Retention
from services.metrics.tests.integration.conftest import HEARD_AT, Clock, Kept, listed, told, used
from services.metrics.tests.making import ZONE, day

pytestmark = pytest.mark.integration
BOTH: tuple[Cut | None, ...] = (None, "department")
JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)


@pytest.fixture
def clock(kept: Kept) -> Clock:
    return kept.clock


@pytest.fixture
def keeper(kept: Kept, clock: Clock) -> Retention:
    return Retention(kept.db, ZONE, clock.now)


async def numbers(kept: Kept, month: date) -> list[Answer]:
    """Return what editions of a month would say that are made now."""
    await kept.begin_anew()
    await kept.make()
    asked: list[tuple[str, dict[str, Any]]] = [
        ("active_users", {}), ("advanced_share", {}), ("feature_adoption", {"feature": "macro"}),
        ("feature_adoption", {"feature": "never used"}),
    ]  # fmt: skip
    return [
        await kept.told(kpi, Span(month, next_month(month)), by, tool="wiki", **how)
        for kpi, how in asked
        for by in BOTH
    ]


async def use_much(kept: Kept) -> None:
    """Let people of three departments use a tool in two months: one group is too small to tell."""
    await kept.hear(*[listed(f"p-{p}", -9, "care") for p in range(6)])
    await kept.use(
        *[used(p, 3 + p) for p in range(6)],
        *[used(p, 5, "macro", department="kitchen", advanced=True) for p in range(4, 12)],
        *[used(p, 20, department="lab") for p in range(3)],
        # Five more than in the fullest week, and in February none: weeks tell no small group.
        *[used(p, 13, department="care") for p in range(20, 23)],
        *[used(p, 40 + p % 5) for p in range(9)],
        used(50, 7, tool="mail"),
    )


async def days(kept: Kept) -> list[date]:
    return sorted(row["day"] for row in await kept.rows("usage_ledger"))


async def days_are(kept: Kept, first: date | None) -> bool:
    found = await days(kept)
    return (found[0] if found else None) == first


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await look():  # noqa: ASYNC110 - another task changes the database
            await asyncio.sleep(0.01)


async def test_rows_go_after_sixteen_months_and_every_number_stays_as_it_was(
    kept: Kept, keeper: Retention, clock: Clock
) -> None:
    await use_much(kept)
    before = await numbers(kept, JANUARY), await numbers(kept, FEBRUARY)
    assert before[0][0].number.value == 15
    assert (before[0][1].cells or {})["lab"].reason == "suppressed"
    whole = len(await kept.rows("usage_ledger"))

    assert await keeper.once(clock.to(2026, 5, 1)) == 0  # January 2nd is the first that was used
    assert len(await kept.rows("usage_ledger")) == whole
    dropped = await keeper.once(clock.to(2026, 5, 6))
    assert dropped > 0
    assert (await days(kept))[0] == date(2025, 1, 7)
    assert (await numbers(kept, JANUARY), await numbers(kept, FEBRUARY)) == before

    await keeper.once(clock.to(2026, 8, 1))
    assert await kept.rows("usage_ledger") == []
    assert await keeper.once(clock.to(2026, 8, 2)) == 0
    assert (await numbers(kept, JANUARY), await numbers(kept, FEBRUARY)) == before
    week = Span(date(2025, 1, 6), date(2025, 1, 13))
    assert (await kept.told("active_users", week, tool="wiki")).number.reason == "no_data"
    assert "p-" not in repr(await kept.rows("usage_edition"))


async def test_what_was_counted_stays_counted_when_a_person_is_erased_later(
    kept: Kept, keeper: Retention, clock: Clock
) -> None:
    await use_much(kept)
    before = await numbers(kept, JANUARY)
    await keeper.once(clock.to(2026, 8, 1))
    assert len(await kept.rows("first_use")) == 16
    await kept.erase("p-0")
    assert await numbers(kept, JANUARY) == before
    assert len(await kept.rows("first_use")) == 15


async def test_an_import_that_still_runs_is_waited_for(
    kept: Kept, keeper: Retention, clock: Clock
) -> None:
    await use_much(kept)  # heard on HEARD_AT's day
    assert await keeper.once(HEARD_AT.date()) == 0
    clock.at = HEARD_AT + timedelta(days=730)
    await use_much(kept)  # more of the same months, on a day of its own
    kept.ledger._now = clock.now
    await kept.use(used(60, 4), used(61, 45), used(62, 8, tool="mail"))
    assert await keeper.once(clock.at.date()) == 0
    assert await keeper.once(clock.at.date() + timedelta(days=1)) > 0
    assert await kept.rows("usage_ledger") == []
    assert (await numbers(kept, JANUARY))[0].number.value == 16


async def test_rows_stay_until_the_editions_of_an_import_are_made(
    kept: Kept, keeper: Retention, clock: Clock
) -> None:
    clock.at = HEARD_AT + timedelta(days=730)
    kept.ledger._now = clock.now
    count = counting(kept.db, kept.ledger, kept.editions)
    await count([used(p, 3 + p % 20) for p in range(9)], None)
    clock.at += timedelta(minutes=5)
    assert await keeper.waits()  # facts may still come
    clock.at += timedelta(minutes=6)
    assert await keeper.waits()  # no more do, and nothing is made of them yet
    await kept.make()
    assert not await keeper.waits()
    assert await keeper.once(clock.at.date() + timedelta(days=1)) == 9
    week = Span(date(2025, 1, 6), date(2025, 1, 13))
    assert (await kept.told("active_users", week, tool="wiki")).number.value == 7


async def test_what_comes_for_a_frozen_month_is_refused_and_what_was_counted_is_known(
    kept: Kept, keeper: Retention, clock: Clock
) -> None:
    count = counting(kept.db, kept.ledger, kept.editions)
    batch = [used(p, 3) for p in range(6)]
    assert list(await count(batch, None)) == [True] * 6
    await keeper.once(clock.to(2026, 8, 1))
    before = await numbers(kept, JANUARY)
    late = [batch[0], used(7, 3), used(8, 40), used(9, 3, tool="mail")]
    assert list(await count(late, None)) == [False, None, True, True]
    assert list(await count(late, None)) == [False, None, False, False]
    assert await numbers(kept, JANUARY) == before


def moved(kind: type[PersonLeft | PersonListed], person: str, at: float) -> Heard:
    return told(kind(person=PersonId(person), at=day(at)), name=f"{kind} {person} {at}")


async def test_the_first_use_of_a_tool_is_kept_until_a_person_leaves(
    kept: Kept, keeper: Retention, clock: Clock
) -> None:
    await kept.use(used(1, 9), used(1, 3), used(2, 5), used(1, 4, tool="mail"), used(3, 6))

    async def move(*heard: Heard) -> None:
        async with kept.db.transaction() as tx:
            await kept.ledger.note_moves(tx, heard)

    await move(moved(PersonLeft, "p-2", 30), moved(PersonLeft, "p-3", 30))
    await move(moved(PersonListed, "p-3", 60))
    await keeper.once(clock.to(2026, 8, 1))
    kept_days = sorted((row["tool"], row["day"].day) for row in await kept.rows("first_use"))
    assert kept_days == [("mail", 5), ("wiki", 4), ("wiki", 7)]
    await move(moved(PersonLeft, "p-1", 90))
    assert [row["day"].day for row in await kept.rows("first_use")] == [7]


async def test_it_is_done_on_every_new_day_of_domain_time(
    kept: Kept, keeper: Retention, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use_much(kept)
    monkeypatch.setattr(keeper, "rests", 0.01)
    clock.to(2026, 5, 6)
    running = asyncio.create_task(keeper.run())
    try:
        await until(lambda: days_are(kept, date(2025, 1, 7)))
        clock.to(2026, 8, 1)
        await until(lambda: days_are(kept, None))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
