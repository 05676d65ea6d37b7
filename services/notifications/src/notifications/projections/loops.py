"""What is promised on every matter: one row each, moved in the transaction of the fact itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from contracts import feedback, ideas
from contracts.notifications import (
    Escalated,
    LoopEvent,
    PromiseBroken,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromisePassedOn,
)
from contracts.vocabulary import IdeaId, Matter, PersonId, Rung, SubjectId, Terms
from notifications.domain.standing_in import Owing
from notifications.domain.steps import Following
from notifications.domain.subjects import Subject
from notifications.projections.directory import metadata

loop = sa.Table(
    "loop",
    metadata,
    sa.Column("subject", sa.Uuid, primary_key=True),
    sa.Column("matter", sa.Text),
    sa.Column("idea", sa.Uuid),
    sa.Column("authors", ARRAY(sa.Text)),
    sa.Column("version", sa.BigInteger),
    sa.Column("finished", sa.Boolean),
    sa.Column("accountable", sa.Text),
    sa.Column("due", sa.DateTime(timezone=True)),
    sa.Column("rung", sa.Text),
    sa.Column("since", sa.DateTime(timezone=True)),
    sa.Column("broken", sa.Integer),
    sa.Column("kept", sa.Integer),
    sa.Column("unanswered", sa.Boolean),
)

# Spoken in the driver's own words, so that a lock that is not to be had is told from a mistake.
# An appeal is always that of everybody whose idea it is about.
_LOCK = """
SELECT coalesce(
    (SELECT i.authors FROM loop i WHERE i.subject = l.idea AND l.matter = 'appeal'),
    l.own, l.authors
) AS own, l.joined, l.version, l.idea, l.matter = 'idea' AND EXISTS (
    SELECT FROM loop a WHERE a.idea = l.subject AND a.matter = 'appeal' AND a.due IS NOT NULL
) AS appealed,
    coalesce(l.terms, (SELECT i.terms FROM loop i WHERE i.subject = l.idea AND l.matter = 'appeal')
) AS terms FROM loop l WHERE l.subject = $1 FOR UPDATE OF l
"""
_HELD_UP = sa.text("""
SELECT (
    SELECT count(DISTINCT key) FROM dead_letter WHERE status = 'parked' AND topic = ANY(:topics)
) + (
    SELECT count(*) FROM review_wait w JOIN loop l ON l.subject = w.idea
    WHERE w.told AND NOT l.finished
)
""")
_APPEAL = "SELECT subject FROM loop WHERE idea = $1 AND matter = 'appeal' AND due IS NOT NULL"

# The loop of an idea says nothing while that of its appeal does.
_OWED_BY = """
SELECT subject, matter, idea, authors, due FROM loop l
WHERE accountable = $1 AND due <= $2 AND subject > $3 AND NOT (matter = 'idea' AND EXISTS (
    SELECT FROM loop a WHERE a.idea = l.subject AND a.matter = 'appeal' AND a.due IS NOT NULL
))
ORDER BY subject LIMIT $4
"""

_PROMISED_BY = """
SELECT subject FROM loop WHERE accountable = $1 AND due <= $2 AND subject > $3
ORDER BY subject LIMIT $4
"""

# These run for every step of every idea: making a statement anew took longer than sending it.
_FOLLOW = """
INSERT INTO loop AS l (subject, matter, idea, authors, version, finished, terms, own, joined)
VALUES ($1, $2, $3, $4, $5, $6, $8, $9, $10)
ON CONFLICT (subject) DO UPDATE SET authors = excluded.authors, version = excluded.version,
    idea = coalesce(l.idea, excluded.idea), terms = coalesce(l.terms, excluded.terms),
    own = excluded.own, joined = excluded.joined,
    finished = CASE WHEN $7 THEN excluded.finished ELSE l.finished END
"""
_PROMISED = """
UPDATE loop SET accountable = $2, due = $3, rung = NULL, since = $4, missed = '{}'
WHERE subject = $1
"""
_HANDED_UP = "UPDATE loop SET accountable = $2, due = $3, rung = $4, since = $5 WHERE subject = $1"
# What was said to be broken and is kept by its date after all does not count as broken.
_KEPT = """
UPDATE loop SET accountable = NULL, due = NULL, rung = NULL, since = NULL, kept = kept + 1,
    broken = broken - (SELECT count(*) FROM unnest(missed) AS due WHERE due >= $2)::int,
    missed = '{}', unanswered = false
WHERE subject = $1
"""
_BROKEN_AND_HANDED_UP = """
UPDATE loop SET broken = broken + 1, unanswered = true, missed = missed || $2::timestamptz,
    accountable = $3, due = $4, rung = $5, since = $6
WHERE subject = $1
"""
_PASSED_ON = "UPDATE loop SET accountable = $2, since = $3 WHERE subject = $1"
_EXTENDED = "UPDATE loop SET due = $2 WHERE subject = $1"
_BROKEN = """
UPDATE loop SET broken = broken + 1, unanswered = true, missed = missed || $2::timestamptz
WHERE subject = $1
"""


class Promise(Struct, frozen=True, kw_only=True):
    """What stands for a matter now; without `accountable` nothing is owed."""

    subject: SubjectId
    matter: Matter
    idea: IdeaId | None
    authors: tuple[PersonId, ...]
    finished: bool
    accountable: PersonId | None
    due: datetime | None
    rung: Rung | None
    since: datetime | None
    broken: int
    kept: int


class Counts(Struct, frozen=True, kw_only=True):
    """How the guarantee stands: `silent` are unfinished matters without a promise in time.

    `unanswered` are those whose promise was broken and where no word came since.
    """

    unfinished: int
    promised: int
    silent: int
    broken: int
    kept: int
    unanswered: int


_COUNTED = Counts.__struct_fields__


async def following(tx: Tx, subject: SubjectId, *, wait: bool = True) -> Following:
    """Return what is known of a matter, and keep others from moving it on meanwhile.

    Where others are at it: wait for them, or raise LockNotAvailableError for another try.
    """
    row = await tx.raw.fetchrow(_LOCK if wait else f"{_LOCK} NOWAIT", subject)
    if row is None:
        return Following()
    terms = msgspec.json.decode(row["terms"], type=Terms) if row["terms"] else None
    joined = msgspec.json.decode(row["joined"], type=dict[IdeaId, tuple[PersonId, ...]])
    own = tuple(row["own"])
    return Following(own, row["version"], row["idea"], row["appealed"], terms, joined)


async def authors(tx: Tx, idea: IdeaId | None) -> tuple[PersonId, ...]:
    """Return the authors of an idea, as far as it was followed."""
    found = await tx.raw.fetchval("SELECT authors FROM loop WHERE subject = $1", idea)
    return tuple(found or ())


async def accountable(tx: Tx, idea: IdeaId) -> PersonId | None:
    """Return who answers for an idea now, if an answer is owed."""
    found: PersonId | None = await tx.raw.fetchval(
        "SELECT accountable FROM loop WHERE subject = $1", idea
    )
    return found


async def open_appeal(tx: Tx, idea: IdeaId) -> Subject | None:
    """Return the appeal about an idea that waits for its answer."""
    found = await tx.raw.fetchval(_APPEAL, idea)
    return Subject("appeal", found, idea) if found else None


async def owed_by(tx: Tx, person: PersonId, until: datetime, after: UUID, most: int) -> list[Owing]:
    """Return what a person owes up to a moment, by subject, from behind one of them."""
    rows = await tx.raw.fetch(_OWED_BY, person, until, after, most)
    return [
        Owing(
            Subject(row["matter"], row["subject"], row["idea"]), tuple(row["authors"]), row["due"]
        )
        for row in rows
    ]


async def promised_by(
    tx: Tx, person: PersonId, until: datetime, after: UUID, most: int
) -> list[SubjectId]:
    """Return on what a person owes the word up to a moment, from behind one of them."""
    rows = await tx.raw.fetch(_PROMISED_BY, person, until, after, most)
    return [SubjectId(row["subject"]) for row in rows]


async def follow(tx: Tx, about: Subject, known: Following, *, leaves_open: bool | None) -> None:
    """Note how far a matter has been followed, and whether it is open, where the step says so."""
    await tx.raw.execute(
        _FOLLOW, about.id, about.matter, about.idea, list(known.authors), known.version,
        leaves_open is False, leaves_open is not None,
        msgspec.json.encode(known.terms).decode() if known.terms else None,
        list(known.own), msgspec.json.encode(known.joined).decode(),
    )  # fmt: skip


async def apply(tx: Tx, events: Iterable[LoopEvent]) -> None:
    """Move the promise of a matter on by what its loop decided."""
    match tuple(events):
        case (PromiseBroken() as broken, Escalated() as up):  # every date that passes
            handed = (broken.due, up.accountable, up.due, up.rung, up.at)
            await tx.raw.execute(_BROKEN_AND_HANDED_UP, broken.subject, *handed)
        case made:
            for event in made:
                statement, *values = _change(event)
                await tx.raw.execute(statement, event.subject, *values)


def _change(event: LoopEvent) -> tuple[Any, ...]:
    match event:
        case PromiseMade(accountable=person, due=due, at=at):
            return _PROMISED, person, due, at
        case PromiseKept(due=due):
            return _KEPT, due
        case PromiseBroken(due=due):
            return _BROKEN, due
        case PromiseExtended(due=due):
            return _EXTENDED, due
        case PromisePassedOn(accountable=person, at=at):
            return _PASSED_ON, person, at
        case Escalated(accountable=person, due=due, rung=rung, at=at):
            return _HANDED_UP, person, due, rung, at


async def find(db: AsyncConnection, subject: SubjectId) -> Promise | None:
    found = await db.execute(sa.select(loop).where(loop.c.subject == subject))
    row = found.one_or_none()
    if row is None:
        return None
    return Promise(
        subject=row.subject, matter=row.matter, idea=row.idea, authors=tuple(row.authors),
        finished=row.finished,
        accountable=row.accountable, due=row.due, rung=row.rung,
        since=row.since, broken=row.broken, kept=row.kept,
    )  # fmt: skip


async def by_rung(db: AsyncConnection) -> dict[str, int]:
    """Count the promises on ideas that stand, by the step of the ladder on which they are."""
    step = sa.func.coalesce(loop.c.rung, "promised")
    stands = sa.and_(loop.c.matter == "idea", sa.not_(loop.c.finished), loop.c.due.is_not(None))
    rows = await db.execute(sa.select(step, sa.func.count()).where(stands).group_by(step))
    return {row[0]: row[1] for row in rows}


async def held_up(db: AsyncConnection) -> int:
    """Count those whose news waits behind a dead letter, here or with whoever finds reviewers."""
    topics = [ideas.TOPIC, feedback.TOPIC]
    return int(await db.scalar(_HELD_UP.bindparams(topics=topics)) or 0)


async def counts(db: AsyncConnection, now: datetime) -> dict[Matter, Counts]:
    """Count over all that was followed, by what it is about; nobody's name is in it."""
    born, open_ = loop.c.version > 0, sa.not_(loop.c.finished)
    unfinished = sa.and_(born, open_)
    promised = sa.and_(unfinished, loop.c.due.is_not(None))
    silent = sa.and_(unfinished, sa.or_(loop.c.due.is_(None), loop.c.due < now))
    rows = await db.execute(
        sa.select(
            loop.c.matter,
            sa.func.count().filter(unfinished).label("unfinished"),
            sa.func.count().filter(promised).label("promised"),
            sa.func.count().filter(silent).label("silent"),
            sa.func.sum(loop.c.broken).label("broken"),
            sa.func.sum(loop.c.kept).label("kept"),
            sa.func.count().filter(loop.c.unanswered).label("unanswered"),
        ).group_by(loop.c.matter)
    )
    found = {row.matter: row for row in rows}
    return {
        matter: Counts(**{name: int(getattr(found.get(matter), name, 0)) for name in _COUNTED})
        for matter in get_args(Matter)
        if matter != "tool"  # people are told of one, and nobody is owed a word about it
    }
