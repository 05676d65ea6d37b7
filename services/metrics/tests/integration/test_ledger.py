"""The ledger of use in a real database: exact, once, and about nobody."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from chassis.consuming import Heard
from contracts.outside import ToolUsageReported
from metrics.domain.series import Span
from metrics.projections.door import counting
from services.metrics.tests.integration.conftest import Kept, listed, told, used
from services.metrics.tests.making import day

pytestmark = pytest.mark.integration
JANUARY = Span(date(2025, 1, 1), date(2025, 2, 1))


async def uses(kept: Kept) -> int:
    return sum(row["uses"] for row in await kept.rows("usage_ledger"))


async def test_uses_add_up_over_batches(kept: Kept) -> None:
    batch = [used(p % 7, 1 + p % 3, f"f{p % 2}") for p in range(500)]
    await kept.use(*batch)
    await kept.use(*batch[:100])
    assert await uses(kept) == 600
    kinds = Counter((e.data.person, e.data.at, e.data.feature) for e in batch)
    assert len(await kept.rows("usage_ledger")) == len(kinds)


async def test_a_use_late_in_the_evening_belongs_to_the_local_day(kept: Kept) -> None:
    # 23:30 UTC on 1 January is the 2nd in Amsterdam; what is recorded is recorded on the day heard.
    await kept.use(used(1, 23.5 / 24))
    row, = await kept.rows("usage_ledger")  # fmt: skip
    assert (row["day"], row["recorded"]) == (date(2025, 1, 2), date(2025, 6, 1))


async def test_numbers_of_a_month_come_out_of_the_ledger(kept: Kept) -> None:
    await kept.use(*[used(p, 3, department="care") for p in range(6)])
    await kept.use(*[used(p, 5, "macro", department="care", advanced=True) for p in range(2)])
    await kept.use(used(50, 40), used(51, -2))  # other months
    asked: dict[str, Any] = {"tool": "wiki"}
    assert (await kept.anew("active_users", JANUARY, **asked)).number.value == 6
    share = (await kept.told("advanced_share", JANUARY, **asked)).number
    assert (share.numerator, share.denominator) == (2, 6)
    adoption = (await kept.told("feature_adoption", JANUARY, feature="macro", **asked)).number
    assert (adoption.numerator, adoption.denominator) == (2, 6)


async def test_the_directory_says_the_department_where_the_use_does_not(kept: Kept) -> None:
    await kept.hear(*[listed(f"p-{p}", -9, "care") for p in range(5)])
    await kept.use(*[used(p, 3) for p in range(10)])
    cells = (await kept.anew("active_users", JANUARY, "department", tool="wiki")).cells or {}
    assert {key: cell.value for key, cell in cells.items()} == {"care": 5, "unknown": 5}


async def test_no_person_is_found_in_the_ledger(kept: Kept) -> None:
    await kept.use(*[used(p, 3) for p in range(10)])
    rows = await kept.rows("usage_ledger")
    assert "p-" not in repr([*rows, *await kept.rows("usage_kind")])
    assert {len(row["person"]) for row in rows} == {16}


async def test_who_is_erased_is_gone_and_does_not_come_back(kept: Kept) -> None:
    await kept.use(*[used(p, 3 + p) for p in range(7)])
    await kept.erase("p-0", "p-1")
    assert await uses(kept) == 5
    await kept.use(used(0, 9), used(2, 9))
    assert await uses(kept) == 6
    assert (await kept.anew("active_users", JANUARY, tool="wiki")).number.value == 5
    assert await kept.ledger.is_erased(kept.db, "p-0")
    assert not await kept.ledger.is_erased(kept.db, "p-2")


async def test_what_comes_over_http_is_counted_once_whatever_is_sent_again(kept: Kept) -> None:
    count = counting(kept.db, kept.ledger, kept.editions)
    batch = [used(p, 3) for p in range(10)]
    assert await count([*batch, batch[0]], timedelta(days=30)) == [True] * 10 + [False]
    assert await count(batch, timedelta(days=30)) == [False] * 10
    assert await uses(kept) == 10


async def test_ids_of_imports_never_expire_and_others_outlive_their_acceptance(kept: Kept) -> None:
    count = counting(kept.db, kept.ledger, kept.editions)
    await count([used(1, 3)], timedelta(days=30))
    await count([used(2, 3)], None)
    expiries = {row["expires_at"] for row in await kept.rows("inbox")}
    assert expiries == {None, day(3) + timedelta(days=31)}


async def test_a_batch_that_fails_leaves_nothing_behind(kept: Kept) -> None:
    count = counting(kept.db, kept.ledger, kept.editions)
    broken = used(1, 3, feature="\0")  # what PostgreSQL does not store
    with pytest.raises(Exception, match="0x00"):
        await count([used(2, 3), broken], None)
    assert await kept.rows("inbox") == []
    assert await uses(kept) == 0


async def test_counts_of_others_are_kept_beside_the_ledger_each_report_once(kept: Kept) -> None:
    count = counting(kept.db, kept.ledger, kept.editions)

    def report(users: int, at: float) -> Heard:
        said = ToolUsageReported(
            tool="wiki", feature="read", week="2025-W02", users=users, uses=users * 3, at=day(at)
        )
        return told(said, name=f"report {users}")

    assert await count([report(9, 10), used(1, 3)], timedelta(days=30)) == [True, True]
    await kept.use(report(8, 12), report(9, 10))  # corrected; and the first heard again
    rows = [(r["users"], r["uses"], r["week"]) for r in await kept.rows("usage_report")]
    assert rows == [(9, 27, date(2025, 1, 6)), (8, 24, date(2025, 1, 6))]
    assert await uses(kept) == 1


async def test_counts_may_be_imported_into_a_month_that_is_closed_for_persons(kept: Kept) -> None:
    frozen = "INSERT INTO usage_edition VALUES ('wiki', $1, '', 'active', '', 9)"
    await kept.db.pool.execute(frozen, date(2025, 1, 1))
    said = ToolUsageReported(
        tool="wiki", feature="read", week="2025-W02", users=5, uses=5, at=day(9)
    )  # fmt: skip
    count = counting(kept.db, kept.ledger, kept.editions)
    assert await count([told(said, name="late"), used(1, 3)], None) == [True, None]
