"""When the house itself was away, and what is kept back until everybody is told at once.

Whether it was away is judged by real time: moving the clock of a development system is no outage.
From when to when is told in domain time, as promises are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from chassis.database import Database, Tx
from chassis.decider import Rejected
from contracts.vocabulary import Matter, PersonId

_AWAY = "SELECT now() - at > $1 FROM pulse"
_NOTE = """
INSERT INTO outage (last_beat, began_at, ended_at, settles_at)
SELECT at, kiem_now() - (now() - at), kiem_now(), now() + $1 FROM pulse
ON CONFLICT (last_beat) DO NOTHING
"""
_BEAT = """
INSERT INTO pulse (at) VALUES (now()) ON CONFLICT (one) DO UPDATE SET at = excluded.at
"""
_MISSED = """
SELECT sum(ended_at - began_at) FROM outage WHERE began_at < $1 AND $1 <= ended_at
"""
# Whatever fell due meanwhile has had its first try before anybody is told.
_RIPE = """
UPDATE outage SET released_at = kiem_now()
WHERE released_at IS NULL AND held_by IS NULL AND settles_at <= now()
    AND NOT EXISTS (SELECT FROM timer WHERE due <= outage.ended_at AND attempts = 0)
    AND NOT EXISTS (SELECT FROM audience_news WHERE at <= outage.ended_at)
"""
_PUT_OFF = """
UPDATE timer SET not_before = now() + $3 * interval '1 second' WHERE owner = $1 AND kind = $2
"""
_OPEN = "SELECT count(*) FROM outage WHERE released_at IS NULL"
_HOLD = "UPDATE outage SET held_by = $1 WHERE released_at IS NULL RETURNING true"
_RELEASE = """
UPDATE outage SET released_at = kiem_now(), released_by = $1 WHERE released_at IS NULL
RETURNING true
"""
_KEPT_BACK = """
SELECT person FROM notice WHERE mail = 'held'
UNION SELECT n.person FROM webhook_call c JOIN notice n USING (notice) WHERE c.state = 'held'
"""
_READY = f"SELECT person FROM ({_KEPT_BACK}) kept WHERE ({_OPEN}) = 0 LIMIT $1"  # noqa: S608
# What is owed comes first, as the mail is judged by it: nobody stops owed mails with one click.
_TOGETHER = """
WITH mine AS (
    SELECT notice, place, owed FROM notice WHERE person = $1 AND mail = 'held' FOR UPDATE
),
first AS (SELECT notice FROM mine ORDER BY owed DESC, place LIMIT 1),
called AS (
    UPDATE webhook_call c SET state = 'waiting', next_attempt_at = now()
    FROM notice n WHERE n.notice = c.notice AND n.person = $1 AND c.state = 'held'
)
UPDATE notice n SET next_attempt_at = now(),
    batch = CASE WHEN (SELECT count(*) FROM mine) > 1 THEN first.notice END,
    mail = CASE WHEN n.notice = first.notice THEN 'waiting' ELSE 'in_digest' END
FROM mine, first WHERE n.notice = mine.notice
"""
_COUNT = "SELECT count(*) FROM notice WHERE mail = 'held'"
_LIST = """
SELECT outage, began_at, ended_at, settles_at, held_by, released_at, released_by FROM outage
ORDER BY ended_at DESC LIMIT 50
"""
_LOOK = """
SELECT notice, place, person, kind, matter, subject, owed, at FROM notice
WHERE mail = 'held' AND place > $1 ORDER BY place LIMIT $2
"""


class NothingIsKeptBack(Rejected):
    """No outage waits for its end, so nothing is kept back. There is nothing to do."""


class Outage(Struct, frozen=True, kw_only=True):
    """A time in which the house was away; `settles_at` and whatever came of it."""

    outage: UUID
    began_at: datetime
    ended_at: datetime
    settles_at: datetime
    held_by: PersonId | None
    released_at: datetime | None
    released_by: PersonId | None


class Kept(Struct, frozen=True, kw_only=True):
    """A notice whose mail is kept back: about what and for whom, without words."""

    notice: UUID
    place: int
    person: PersonId
    kind: str
    matter: Matter
    subject: UUID
    owed: bool
    at: datetime


async def find(tx: Tx, shortest: timedelta, settles: timedelta) -> bool:
    """Note the outage that the last beat tells of, if there is one; return whether there is."""
    if not await tx.raw.fetchval(_AWAY, shortest):
        return False
    await tx.raw.execute(_NOTE, settles)
    return True


async def beat(tx: Tx) -> None:
    """Note that the house is there."""
    await tx.raw.execute(_BEAT)


async def missed(tx: Tx, due: datetime) -> timedelta | None:
    """Return how long the house was away around a moment; None where it was there."""
    length: timedelta | None = await tx.raw.fetchval(_MISSED, due)
    return length


async def put_off(tx: Tx, owner: str, kind: str, seconds: float) -> None:
    """Let a timer rest; its date stays, so that everybody sees that it is overdue."""
    await tx.raw.execute(_PUT_OFF, owner, kind, seconds)


async def ripen(tx: Tx) -> None:
    """Let go what has settled and nobody wants to look at first."""
    await tx.raw.execute(_RIPE)


async def hold(tx: Tx, by: PersonId) -> None:
    """Keep back what piled up until somebody releases it. Raises NothingIsKeptBack."""
    if not await tx.raw.fetch(_HOLD, by):
        raise NothingIsKeptBack


async def release(tx: Tx, by: PersonId) -> None:
    """Let everybody be told. Raises NothingIsKeptBack."""
    if not await tx.raw.fetch(_RELEASE, by):
        raise NothingIsKeptBack


async def ready(db: Database, most: int) -> Sequence[PersonId]:
    """Return people for whom something was kept back that may go now."""
    return [PersonId(row["person"]) for row in await db.pool.fetch(_READY, most)]


async def gather(tx: Tx, person: PersonId) -> None:
    """Put all that was kept back for a person into one mail; their webhooks get each notice."""
    await tx.raw.execute(_TOGETHER, person)


async def count(db: Database) -> int:
    """Return how many mails are kept back."""
    found: int = await db.pool.fetchval(_COUNT)
    return found


async def all_of(db: Database) -> list[Outage]:
    """Return the last outages, the newest first."""
    return [Outage(**dict(row)) for row in await db.pool.fetch(_LIST)]


async def kept_back(db: Database, after: int, most: int) -> list[Kept]:
    """Return what is kept back, from behind a place on."""
    return [Kept(**dict(row)) for row in await db.pool.fetch(_LOOK, after, most)]
