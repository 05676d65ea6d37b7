"""The notices: what each person is told in the app, and the durable queue of the mails.

A row says what a notice is about and how far it came; no words of people are ever in it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database, Tx
from chassis.decider import NotFound
from contracts.vocabulary import Matter, NoticeId, PersonId
from notifications.domain.notices import Facts, Kind
from notifications.domain.steps import Outcome
from notifications.domain.subjects import Subject
from notifications.projections.directory import metadata

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("notice", sa.Uuid, primary_key=True),
    sa.Column("place", sa.BigInteger, sa.Identity(always=True)),
    sa.Column("person", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("subject", sa.Uuid),
    sa.Column("matter", sa.Text),
    sa.Column("idea", sa.Uuid),
    sa.Column("cause", sa.Text),
    sa.Column("owed", sa.Boolean),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("accountable", sa.Text),
    sa.Column("due", sa.DateTime(timezone=True)),
    sa.Column("previous", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("other", sa.Uuid),
    sa.Column("traceparent", sa.Text),
    sa.Column("seen_at", sa.DateTime(timezone=True)),
    sa.Column("mail", sa.Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("refusals", sa.Integer),
    sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
    sa.Column("lease_until", sa.DateTime(timezone=True)),
    sa.Column("last_cause", sa.Text),
    sa.Column("shown", sa.Boolean),
    sa.Column("token", sa.Uuid),
    sa.Column("batch", sa.Uuid),
)

# Nothing waits longer than it could ever be told to: what seems to was written while the clock was
# ahead, and would wait until it is there again.
_CLAIM = """
WITH due AS (
    SELECT notice FROM notice
    WHERE mail = 'waiting'
      AND (next_attempt_at <= now() OR next_attempt_at > now() + $3)
      AND (lease_until IS NULL OR lease_until <= now() OR lease_until > now() + $2)
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE notice n SET lease_until = now() + $2, attempts = n.attempts + 1
FROM due WHERE n.notice = due.notice
RETURNING n.notice, n.person, n.kind, n.matter, n.subject, n.idea, n.owed, n.accountable, n.due,
    n.previous, n.outcome, n.other, n.traceparent, n.attempts, n.refusals, n.token, n.batch,
    n.at
"""

_BATCH = """
WITH mine AS (SELECT notice, place FROM notice WHERE person = $1 AND mail = 'digest' FOR UPDATE),
first AS (SELECT notice FROM mine ORDER BY place LIMIT 1)
UPDATE notice n SET batch = first.notice, next_attempt_at = now(),
    mail = CASE WHEN n.notice = first.notice THEN 'waiting' ELSE 'in_digest' END
FROM mine, first WHERE n.notice = mine.notice
"""
_OF_BATCH = """
SELECT * FROM notice WHERE batch = $1 AND mail IN ('waiting', 'in_digest') ORDER BY place
"""
# Where the first of one mail is not wanted any more, the next one carries the others.
_GO_ON = """
UPDATE notice SET mail = 'waiting' WHERE mail = 'in_digest' AND notice IN (
    SELECT DISTINCT ON (batch) notice FROM notice n
    WHERE person = $1 AND mail = 'in_digest' AND NOT EXISTS (
        SELECT FROM notice first WHERE first.batch = n.batch AND first.mail = 'waiting'
    )
    ORDER BY batch, owed DESC, place
)
"""


ON_THE_WAY = ("waiting", "held", "digest", "in_digest")


class Waiting(Struct, frozen=True, kw_only=True):
    """A notice whose mail is to be sent now, by whoever claimed it."""

    notice: NoticeId
    person: PersonId
    kind: Kind
    at: datetime
    about: Subject
    owed: bool
    facts: Facts
    attempts: int
    refusals: int
    token: UUID
    batch: NoticeId | None = None
    traceparent: str | None = None


class Shown(Struct, frozen=True, kw_only=True):
    """A notice as its person sees it in the app; the words are asked for by whoever shows it."""

    notice: UUID
    kind: str
    matter: Matter
    subject: UUID
    idea: UUID | None
    owed: bool
    at: datetime
    accountable: str | None
    due: datetime | None
    outcome: Outcome | None
    seen_at: datetime | None
    place: int


async def gather(tx: Tx, person: PersonId) -> None:
    """Put what waits for a person's digest into one mail, which goes the way of every mail."""
    await tx.raw.execute(_BATCH, person)


async def go_on(tx: Tx, person: PersonId) -> None:
    """Let what waits for a mail be sent whose first notice is not sent any more."""
    await tx.raw.execute(_GO_ON, person)


async def of_batch(db: Database, batch: NoticeId) -> list[Waiting]:
    """Return the notices of a digest that is on its way."""
    return [waiting_of(row) for row in await db.pool.fetch(_OF_BATCH, batch)]


async def show(tx: Tx, which: NoticeId) -> bool:
    """Show a notice in the app that could not be told otherwise; False where it was shown."""
    shown = await tx.raw.fetchval(
        "UPDATE notice SET shown = true, told_in = pg_current_xact_id() "
        "WHERE notice = $1 AND NOT shown RETURNING true",
        which,
    )
    return bool(shown)


async def claim(db: Database, most: int, lease: timedelta, furthest: timedelta) -> list[Waiting]:
    """Take mails whose time has come, for a while: nobody else takes them until the lease ends.

    `furthest` is the longest that a mail can have been told to wait.
    """
    return [waiting_of(row) for row in await db.pool.fetch(_CLAIM, most, lease, furthest)]


def waiting_of(row: Any) -> Waiting:
    """Return what is to be sent, from the row that was claimed."""
    return Waiting(
        notice=row["notice"], person=row["person"], kind=row["kind"], at=row["at"],
        about=Subject(row["matter"], row["subject"], row["idea"]),
        owed=row["owed"], attempts=row["attempts"], refusals=row["refusals"],
        token=row["token"], batch=row["batch"], traceparent=row["traceparent"],
        facts=Facts(row["accountable"], row["due"], row["previous"], row["outcome"], row["other"]),
    )  # fmt: skip


async def settle(tx: Tx, which: NoticeId, mail: str, cause: str | None = None) -> None:
    """End the way of a mail: it was delivered, failed, or there is no address (none)."""
    await tx.sql.execute(
        sa.update(notice)
        .where(notice.c.notice == which)
        .values(mail=mail, lease_until=None, last_cause=cause)
    )


async def postpone(
    db: Database, which: NoticeId, wait: timedelta, cause: str, *, refused: bool
) -> None:
    """Try a mail again later; `refused` counts against it, an unreachable server does not."""
    await db.pool.execute(
        "UPDATE notice SET next_attempt_at = now() + $2, lease_until = NULL, last_cause = $3, "
        "refusals = refusals + $4 WHERE notice = $1 AND mail = 'waiting'",
        which, wait, cause, int(refused),
    )  # fmt: skip


async def forget(tx: Tx, person: PersonId) -> None:
    """Send nothing more to a person who was erased."""
    await tx.sql.execute(
        sa.update(notice)
        .where(notice.c.person == person, notice.c.mail.in_(ON_THE_WAY))
        .values(mail="none", lease_until=None)
    )


async def count_waiting(db: AsyncConnection, person: PersonId) -> int:
    """Return how many mails to a person wait to be sent."""
    waiting = sa.select(sa.func.count()).where(
        notice.c.person == person, notice.c.mail.in_(ON_THE_WAY)
    )
    return int(await db.scalar(waiting) or 0)


async def inbox(
    db: AsyncConnection, person: PersonId, before: int | None, most: int, *,
    idea: UUID | None = None, unread: bool = False,
) -> Sequence[Shown]:  # fmt: skip
    """Return notices of a person (about an idea, or all), newest first, from behind a place."""
    columns = [notice.c[name] for name in Shown.__struct_fields__]
    found = await db.execute(
        sa.select(*columns)
        .where(notice.c.person == person, notice.c.shown)
        .where(sa.true() if before is None else notice.c.place < before)
        .where(sa.true() if idea is None else notice.c.idea == idea)
        .where(notice.c.seen_at.is_(None) if unread else sa.true())
        .order_by(notice.c.place.desc())
        .limit(most)
    )
    return [Shown(**row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name


async def count_unread(db: AsyncConnection, person: PersonId) -> int:
    """Return how many notices a person has not seen yet."""
    mine = sa.and_(notice.c.person == person, notice.c.shown, notice.c.seen_at.is_(None))
    return int(await db.scalar(sa.select(sa.func.count()).where(mine)) or 0)


async def see(tx: Tx, person: PersonId, which: UUID, at: datetime | None) -> None:
    """Note that a person has seen a notice; the first time counts. None: unread again.

    Raises NotFound.
    """
    value = sa.null() if at is None else sa.func.coalesce(notice.c.seen_at, at)
    seen = await tx.sql.execute(
        sa.update(notice)
        .where(notice.c.notice == which, notice.c.person == person)
        .values(seen_at=value)
        .returning(notice.c.notice)
    )
    if seen.one_or_none() is None:
        raise NotFound
