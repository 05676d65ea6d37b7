"""Ready counts of tools that name nobody: told by feature and week, in editions as everything."""

from datetime import date, timedelta
from typing import Any

import pytest

from chassis.consuming import Heard
from contracts.outside import ToolUsageReported
from metrics.domain.closing import feature_of
from metrics.domain.series import Span
from metrics.projections.door import counting
from metrics.projections.making import listing
from services.metrics.tests.integration.conftest import Kept, told
from services.metrics.tests.making import day

pytestmark = pytest.mark.integration
WEEK = Span(date(2025, 1, 6), date(2025, 1, 13))
JANUARY = Span(date(2025, 1, 1), date(2025, 2, 1))


def count(
    users: int, department: str = "organisation", feature: str = "book", **said: Any
) -> Heard:
    """Return what a tool that names nobody says of the second week, or of another."""
    given: dict[str, Any] = {"week": "2025-W02", "uses": users * 3, "at": day(14)} | said
    event = ToolUsageReported(
        tool="rooms", feature=feature, users=users, department=department, **given
    )  # fmt: skip
    return told(event, name=f"count {event}")


ROOMS: dict[str, Any] = {"tool": "rooms", "feature": "book"}


async def test_ready_counts_are_told_by_feature_and_week_where_enough_persons_are_meant(
    kept: Kept,
) -> None:
    await kept.use(count(9, "care"), count(8, "care", at=day(15)), count(4, "it"))
    await kept.use(count(4, feature="cancel"), count(40, week="2025-W03", feature="cancel"))
    await kept.make()
    number = (await kept.told("reported_use", WEEK, **ROOMS)).number
    # The last report of a department holds; its features are hidden and told each by itself.
    assert (number.value, number.n, number.beside) == (36, 12, {"users": 12})
    few = (await kept.told("reported_use", WEEK, tool="rooms", feature="cancel")).number
    assert (few.value, few.n, few.reason, few.beside) == (None, None, "suppressed", {})
    assert (await kept.told("reported_use", JANUARY, **ROOMS)).number.reason == "no_data"
    assert {each["about"] for each in await listing(kept.db)("reported_use", None, 50)} == {
        "rooms/book", "rooms/cancel",
    }  # fmt: skip


async def test_the_whole_is_told_as_it_was_reported_whatever_departments_say(kept: Kept) -> None:
    await kept.use(count(9, "care"), count(8, "it"), count(12))  # five use it in both
    await kept.make()
    assert (await kept.told("reported_use", WEEK, **ROOMS)).number.n == 12


async def test_counts_that_are_corrected_by_a_few_persons_stay_as_they_were_told(
    kept: Kept,
) -> None:
    await kept.use(count(9, "care"), count(20, "it"))
    await kept.make()
    await kept.use(count(11, "care", at=day(40)))
    kept.clock.to(2025, 7, 7)
    await kept.make()
    assert (await kept.told("reported_use", WEEK, **ROOMS)).number.n == 29
    await kept.use(count(15, "care", at=day(200)))
    kept.clock.to(2025, 10, 7)
    await kept.make()
    assert (await kept.told("reported_use", WEEK, **ROOMS)).number.n == 35


async def test_editions_wait_while_departments_report_a_closed_week_one_by_one(
    kept: Kept,
) -> None:
    since = "SELECT until FROM edition_rest"
    ledger = counting(kept.db, kept.ledger, kept.editions)
    kept.clock.to(2025, 1, 14)  # the week is over, and not closed
    await ledger([count(9, "care")], timedelta(days=30))
    assert await kept.db.pool.fetchval(since) is None
    kept.clock.to(2025, 1, 20)
    await ledger([count(9, "it")], timedelta(days=30))
    assert await kept.db.pool.fetchval(since) == kept.clock.now() + timedelta(minutes=10)


def test_no_two_features_have_one_name() -> None:
    names = {feature_of(*each) for each in [("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c")]}
    assert len(names) == 3
