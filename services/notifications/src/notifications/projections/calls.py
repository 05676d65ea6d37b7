"""The durable queue of what is posted to webhooks: a row by notice and webhook, without words."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from chassis.database import Database, Tx
from contracts.vocabulary import NoticeId
from notifications.domain.ways import Standing, Stood
from notifications.projections.notices import ON_THE_WAY, Waiting, waiting_of

_CLAIM = """
WITH due AS (
    SELECT notice, endpoint FROM webhook_call
    WHERE state = 'waiting'
      AND (next_attempt_at <= now() OR next_attempt_at > now() + $3)
      AND (lease_until IS NULL OR lease_until <= now() OR lease_until > now() + $2)
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE webhook_call c SET lease_until = now() + $2, attempts = c.attempts + 1
FROM due, notice n, endpoint e
WHERE c.notice = due.notice AND c.endpoint = due.endpoint AND n.notice = c.notice
    AND e.endpoint = c.endpoint
RETURNING n.notice, n.person, n.kind, n.matter, n.subject, n.idea, n.owed, n.accountable, n.due,
    n.previous, n.outcome, n.other, n.traceparent, c.attempts, c.refusals, n.token, n.batch,
    n.at, e.endpoint, e.person AS owner, e.receiver, e.reaches, e.sealed, e.made_at,
    CASE WHEN EXISTS (SELECT FROM gone g WHERE g.person = e.person) THEN 'left' ELSE e.stopped END
        AS stopped
"""
_SETTLE = """
UPDATE webhook_call SET state = $3, lease_until = NULL, last_cause = $4
WHERE notice = $1 AND endpoint = $2
"""
_POSTPONE = """
UPDATE webhook_call SET next_attempt_at = now() + $3, lease_until = NULL, last_cause = $4,
    refusals = refusals + $5
WHERE notice = $1 AND endpoint = $2 AND state = 'waiting'
"""
# Whatever settles a way of a notice holds its row first, so that the last to settle sees the rest.
_HOLD = "SELECT owed, shown, mail FROM notice WHERE notice = $1 FOR UPDATE"
_CALLED = """
SELECT coalesce(bool_or(c.state = 'delivered'), false) AS delivered,
    coalesce(bool_or(c.state IN ('waiting', 'held')), false) AS waiting, count(*) > 0 AS called
FROM webhook_call c JOIN endpoint e USING (endpoint) WHERE c.notice = $1 AND e.reaches
"""
_FALL_BACK = """
INSERT INTO webhook_call (notice, endpoint, next_attempt_at)
SELECT n.notice, e.endpoint, now() FROM notice n
JOIN endpoint e ON e.person = n.person OR (e.person IS NULL AND n.person NOT LIKE 'alias-%')
WHERE n.notice = $1 AND e.reaches AND e.stopped IS NULL
    AND NOT EXISTS (SELECT FROM gone g WHERE g.person = e.person)
ON CONFLICT DO NOTHING RETURNING true
"""


class Call(Struct, frozen=True, kw_only=True):
    """A notice that is to be posted to a webhook now, by whoever claimed it."""

    told: Waiting
    row: dict[str, Any]  # of the webhook, sealed

    @property
    def endpoint(self) -> UUID:
        found: UUID = self.row["endpoint"]
        return found

    @property
    def reaches(self) -> bool:
        return bool(self.row["reaches"])


async def claim(db: Database, most: int, lease: timedelta, furthest: timedelta) -> list[Call]:
    """Take calls whose time has come, for a while: nobody else takes them until the lease ends."""
    rows = await db.pool.fetch(_CLAIM, most, lease, furthest)
    names = ("endpoint", "receiver", "reaches", "sealed", "made_at", "stopped")
    return [
        Call(
            told=waiting_of(row),
            row={name: row[name] for name in names} | {"person": row["owner"]},
        )
        for row in rows
    ]


async def settle(
    tx: Tx, call: Call, state: Literal["delivered", "failed"], cause: str | None
) -> None:
    """End the way of a call."""
    await tx.raw.execute(_SETTLE, call.told.notice, call.endpoint, state, cause)


async def postpone(db: Database, call: Call, wait: timedelta, cause: str, *, counts: bool) -> None:
    """Try a call again later; `counts`: the try counts against the webhook, or its words."""
    told = call.told.notice
    await db.pool.execute(_POSTPONE, told, call.endpoint, wait, cause, int(counts))


async def hold(tx: Tx, which: NoticeId) -> Standing:
    """Hold a notice, and return how far it came by each way."""
    notice = await tx.raw.fetchrow(_HOLD, which)
    called = await tx.raw.fetchrow(_CALLED, which)
    if notice is None or called is None:
        raise AssertionError("a notice that was claimed is there")
    mail: Stood = "waiting" if notice["mail"] in ON_THE_WAY else notice["mail"]
    webhook: Stood = "none"
    if called["called"]:
        webhook = "failed"
        webhook = "waiting" if called["waiting"] else webhook
        webhook = "delivered" if called["delivered"] else webhook
    return Standing(notice["owed"], mail, webhook, notice["shown"])


async def fall_back(tx: Tx, which: NoticeId) -> bool:
    """Queue a notice for every webhook that reaches its person; False where there is none."""
    return bool(await tx.raw.fetch(_FALL_BACK, which))
