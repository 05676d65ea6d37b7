"""What is promised on every idea: one row each, moved in the transaction of the fact itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from contracts.notifications import (
    Escalated,
    LoopEvent,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    Rung,
)
from contracts.vocabulary import IdeaId, PersonId
from notifications.domain.steps import Following
from notifications.projections.directory import metadata

loop = sa.Table(
    "loop",
    metadata,
    sa.Column("idea", sa.Uuid, primary_key=True),
    sa.Column("authors", ARRAY(sa.Text)),
    sa.Column("version", sa.BigInteger),
    sa.Column("finished", sa.Boolean),
    sa.Column("accountable", sa.Text),
    sa.Column("due", sa.DateTime(timezone=True)),
    sa.Column("rung", sa.Text),
    sa.Column("since", sa.DateTime(timezone=True)),
    sa.Column("broken", sa.Integer),
    sa.Column("kept", sa.Integer),
)

# Spoken in the driver's own words, so that a lock that is not to be had is told from a mistake.
_LOCK = "SELECT authors, version FROM loop WHERE idea = $1 FOR UPDATE"

# These run for every step of every idea: making a statement anew took longer than sending it.
_FOLLOW = """
INSERT INTO loop AS l (idea, authors, version, finished) VALUES ($1, $2, $3, $4)
ON CONFLICT (idea) DO UPDATE SET authors = excluded.authors, version = excluded.version,
    finished = CASE WHEN $5 THEN excluded.finished ELSE l.finished END
"""
_PROMISED = "UPDATE loop SET accountable = $2, due = $3, rung = $4, since = $5 WHERE idea = $1"
_KEPT = """
UPDATE loop SET accountable = NULL, due = NULL, rung = NULL, since = NULL, kept = kept + 1
WHERE idea = $1
"""
_BROKEN = "UPDATE loop SET broken = broken + 1 WHERE idea = $1"


class Promise(Struct, frozen=True, kw_only=True):
    """What stands for an idea now; without `accountable` nothing is owed."""

    idea: IdeaId
    authors: tuple[PersonId, ...]
    finished: bool
    accountable: PersonId | None
    due: datetime | None
    rung: Rung | None
    since: datetime | None
    broken: int
    kept: int


class Counts(Struct, frozen=True, kw_only=True):
    """How the guarantee stands: `silent` are unfinished ideas without a promise in time."""

    unfinished: int
    promised: int
    silent: int
    broken: int
    kept: int


async def following(tx: Tx, idea: IdeaId, *, wait: bool = True) -> Following:
    """Return what is known of an idea, and keep others from moving it on meanwhile.

    Where others are at it: wait for them, or raise LockNotAvailableError for another try.
    """
    row = await tx.raw.fetchrow(_LOCK if wait else f"{_LOCK} NOWAIT", idea)
    return Following(tuple(row["authors"]), row["version"]) if row else Following()


async def follow(tx: Tx, idea: IdeaId, known: Following, *, leaves_open: bool | None) -> None:
    """Note how far an idea has been followed, and whether it is open, where the step says so."""
    await tx.raw.execute(
        _FOLLOW, idea, list(known.authors), known.version, leaves_open is False,
        leaves_open is not None,
    )  # fmt: skip


async def apply(tx: Tx, events: Iterable[LoopEvent]) -> None:
    """Move the promise of an idea on by what its loop decided."""
    for event in events:
        statement, *values = _change(event)
        await tx.raw.execute(statement, event.idea, *values)


def _change(event: LoopEvent) -> tuple[Any, ...]:
    match event:
        case PromiseMade(accountable=person, due=due, at=at):
            return _PROMISED, person, due, None, at
        case PromiseKept():
            return (_KEPT,)
        case PromiseBroken():
            return (_BROKEN,)
        case Escalated(accountable=person, due=due, rung=rung, at=at):
            return _PROMISED, person, due, rung, at


async def find(db: AsyncConnection, idea: IdeaId) -> Promise | None:
    found = await db.execute(sa.select(loop).where(loop.c.idea == idea))
    row = found.one_or_none()
    if row is None:
        return None
    return Promise(
        idea=row.idea, authors=tuple(row.authors), finished=row.finished,
        accountable=row.accountable, due=row.due, rung=row.rung,
        since=row.since, broken=row.broken, kept=row.kept,
    )  # fmt: skip


async def by_rung(db: AsyncConnection) -> dict[str, int]:
    """Count the promises that stand, by the step of the ladder on which they are."""
    step = sa.func.coalesce(loop.c.rung, "promised")
    stands = sa.and_(sa.not_(loop.c.finished), loop.c.due.is_not(None))
    rows = await db.execute(sa.select(step, sa.func.count()).where(stands).group_by(step))
    return {row[0]: row[1] for row in rows}


async def counts(db: AsyncConnection, now: datetime) -> Counts:
    """Count over all ideas that were followed; nobody's name is in it."""
    born, open_ = loop.c.version > 0, sa.not_(loop.c.finished)
    unfinished = sa.and_(born, open_)
    promised = sa.and_(unfinished, loop.c.due.is_not(None))
    silent = sa.and_(unfinished, sa.or_(loop.c.due.is_(None), loop.c.due < now))
    found = await db.execute(
        sa.select(
            sa.func.count().filter(unfinished).label("unfinished"),
            sa.func.count().filter(promised).label("promised"),
            sa.func.count().filter(silent).label("silent"),
            sa.func.coalesce(sa.func.sum(loop.c.broken), 0).label("broken"),
            sa.func.coalesce(sa.func.sum(loop.c.kept), 0).label("kept"),
        )
    )
    row = found.one()
    return Counts(
        unfinished=row.unfinished, promised=row.promised, silent=row.silent,
        broken=int(row.broken), kept=int(row.kept),
    )  # fmt: skip
