"""Counting what comes over HTTP: through the same inbox as Kafka, in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from chassis.consuming import Heard, dedupe
from chassis.database import Database, Tx
from contracts.outside import ToolUsageRecorded
from metrics.projections.editions import find_frozen
from metrics.projections.making import Editions
from metrics.projections.usage import Ledger

_KNOWN = "SELECT id FROM inbox WHERE id = ANY ($1::bytea[])"


def counting(
    db: Database, ledger: Ledger, editions: Editions
) -> Callable[[Sequence[Heard], timedelta | None], Awaitable[Sequence[bool | None]]]:
    """Return what counts events and says which were new; without a `max_age` it never forgets.

    None: it is of a month that is frozen, so it can't be counted any more. The editions wait while
    an import is on its way.
    """

    async def count(heard: Sequence[Heard], max_age: timedelta | None) -> Sequence[bool | None]:
        async with db.transaction() as tx:
            late = await _too_late(tx, ledger, heard) if max_age is None else frozenset()
            taken = [event for n, event in enumerate(heard) if n not in late]
            if max_age is None:
                await editions.wait(tx)
            await editions.wait_for_reports(tx, taken)
            new = await dedupe.enter(tx.raw, taken, max_age)
            await ledger.apply(tx, [e for e, is_new in zip(taken, new, strict=True) if is_new])
        said = iter(new)
        return [None if n in late else next(said) for n in range(len(heard))]

    return count


async def _too_late(tx: Tx, ledger: Ledger, heard: Sequence[Heard]) -> frozenset[int]:
    """Return the places of new events whose month is frozen; what was counted before is no news."""
    months = [
        (e.data.tool if isinstance(e.data, ToolUsageRecorded) else "", ledger.month(e.occurred_at))
        for e in heard
    ]
    frozen = await find_frozen(tx, set(months))
    if not frozen:
        return frozenset()
    ids = {n: dedupe.inbox_id(e.source, e.id) for n, e in enumerate(heard) if months[n] in frozen}
    known = {bytes(row["id"]) for row in await tx.raw.fetch(_KNOWN, list(ids.values()))}
    return frozenset(n for n, each in ids.items() if each not in known)
