"""Durable timers: set in the transaction of a fact, fired in the transaction of its effect.

A timer is a hint: the aggregate decides whether it still means something. It fires at least once,
and its effect happens once, as the row goes with the effect.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from chassis import components, decider, failpoints, telemetry
from chassis.database import Database, Tx
from chassis.log import log

BATCH = 20
MOST_REST = 300  # seconds a failing timer rests

_SET = """
INSERT INTO timer (owner, kind, due, payload, traceparent)
VALUES ($1, $2, coalesce($3, kiem_now()), $4, $5)
ON CONFLICT (owner, kind) DO UPDATE SET due = excluded.due, payload = excluded.payload,
    traceparent = excluded.traceparent, attempts = 0, not_before = NULL
"""
# The moment is asked for once: a clock in a condition is read for each row, and no index serves it.
# A rest that seems longer than any was written while the clock was ahead.
_DUE = """
SELECT owner, kind, due, payload, traceparent FROM timer
WHERE due <= (SELECT kiem_now()) AND (not_before IS NULL OR not_before <= now()
    OR not_before > now() + $2 * interval '1 second')
ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_DONE = "DELETE FROM timer WHERE owner = $1 AND kind = $2 AND due = $3"
_LATER = """
UPDATE timer SET attempts = attempts + 1,
    not_before = now() + least($3, power(2, least(attempts, 20))) * interval '1 second'
WHERE owner = $1 AND kind = $2
"""
_CANCEL = "DELETE FROM timer WHERE owner = $1 AND ($2::text IS NULL OR kind = $2)"
_OVERDUE = "SELECT extract(epoch FROM kiem_now() - min(due))::float8 FROM timer"


class Timer(msgspec.Struct, frozen=True):
    """A timer that is due: whose it is, what for, and what was kept with it."""

    owner: str
    kind: str
    due: datetime
    payload: dict[str, Any]
    traceparent: str | None = None


OnTimer = Callable[[Tx, Timer], Awaitable[None]]


class Timers:
    """Sets and cancels timers, in the transaction of what makes them needed."""

    async def set(
        self, tx: Tx, owner: str, kind: str, due: datetime | None, payload: Any = None
    ) -> None:
        """Set the owner's timer of a kind, instead of the one that it may have.

        Without `due` it fires at once, also where this process is ahead of the database: its own
        clock never goes back, so after a jump forward and back it may be, for as long as that was.
        """
        trace, kept = telemetry.traceparent(), msgspec.json.encode(payload or {}).decode()
        await tx.raw.execute(_SET, owner, kind, due, kept, trace)

    async def cancel(self, tx: Tx, owner: str, kind: str | None = None) -> None:
        """Cancel the owner's timer of a kind, or all of them."""
        await tx.raw.execute(_CANCEL, owner, kind)


class TimerLoop(components.Loop):
    """Fires the timers of one service; the replicas share them row by row."""

    rests, trouble = 0.5, "timers.interrupted"

    def __init__(self, db: Database, on_timer: OnTimer) -> None:
        super().__init__()
        self._db, self._on_timer = db, on_timer

    async def step(self) -> bool:
        """Fire what is due: a batch in one transaction, each timer in a savepoint of its own."""
        timer: Timer | None = None
        try:
            async with self._db.transaction() as tx:
                rows = await tx.raw.fetch(_DUE, BATCH, MOST_REST)
                for owner, kind, due, payload, traceparent in rows:
                    timer = Timer(owner, kind, due, msgspec.json.decode(payload), traceparent)
                    await self._try(tx, timer)
                timer = None
                failpoints.reach("timers.fired_before_commit")
        except components.PASSING:
            if timer is not None:
                failpoints.reach("timers.undone")
                # What seems to pass by itself may not: this one rests, and the others go on.
                with suppress(*components.PASSING):
                    await self._db.pool.execute(_LATER, timer.owner, timer.kind, MOST_REST)
                    failpoints.reach("timers.rests")
            raise
        if rows:
            failpoints.reach("timers.fired")
        telemetry.OVERDUE.set(max(0.0, await self._db.pool.fetchval(_OVERDUE) or 0.0))
        return bool(rows)

    async def _try(self, tx: Tx, timer: Timer) -> None:
        links = [timer.traceparent] if timer.traceparent else []
        self.alive()
        try:
            async with tx.raw.transaction():
                # The row goes first, so that the handler may set the next timer of the same kind.
                await tx.raw.execute(_DONE, timer.owner, timer.kind, timer.due)
                with telemetry.span(f"timer {timer.kind}", links=links):
                    await self._on_timer(tx, timer)
            telemetry.FIRED.labels(kind=timer.kind).inc()
        except decider.Rejected as refusal:
            log.info("timer.refused", kind=timer.kind, refusal=type(refusal).__name__)
            await tx.raw.execute(_DONE, timer.owner, timer.kind, timer.due)
        except components.PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - one bad timer must not hold up the others
            log.error("timer.failed", kind=timer.kind, error=type(error).__name__)
            await tx.raw.execute(_LATER, timer.owner, timer.kind, MOST_REST)
            failpoints.reach("timers.postponed_before_commit")
