"""Counting what comes over HTTP: through the same inbox as Kafka, in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from chassis.consuming import Heard, dedupe
from chassis.database import Database
from metrics.projections.usage import Ledger


def counting(
    db: Database, ledger: Ledger
) -> Callable[[Sequence[Heard], timedelta | None], Awaitable[list[bool]]]:
    """Return what counts events and says which were new; without a `max_age` it never forgets."""

    async def count(heard: Sequence[Heard], max_age: timedelta | None) -> list[bool]:
        expires = [
            None if max_age is None else e.occurred_at + max_age + dedupe.SKEW for e in heard
        ]
        async with db.transaction() as tx:
            new = await dedupe.enter(tx.raw, [(e.source, e.id) for e in heard], expires)
            await ledger.apply(tx, [e for e, is_new in zip(heard, new, strict=True) if is_new])
        return new

    return count
