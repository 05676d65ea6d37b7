"""Who was asked to tell whom what, and who said that they did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from chassis.database import Database, Tx
from chassis.decider import NotFound
from contracts.vocabulary import Matter, NoticeId, PersonId
from notifications.domain.handing import Task, Unread
from notifications.domain.subjects import Subject

_UNREAD = """
SELECT notice, person, kind, matter, subject, idea, owed, seen_at IS NOT NULL OR mail = 'delivered'
    OR EXISTS (SELECT FROM hand_over h WHERE h.notice = n.notice AND h.told_at IS NOT NULL)
    OR EXISTS (SELECT FROM webhook_call c JOIN endpoint e USING (endpoint)
        WHERE c.notice = n.notice AND e.reaches AND c.state = 'delivered') AS arrived
FROM notice n WHERE notice = $1 FOR UPDATE
"""
_ASKED = "SELECT colleague FROM hand_over WHERE notice = $1 ORDER BY asked_at, turn"
_ASK = """
INSERT INTO hand_over (task, notice, colleague, turn, asked_at, due)
SELECT $1, $2, $3, 1 + count(*), $4, $5 FROM hand_over WHERE notice = $2 ON CONFLICT DO NOTHING
"""
_TASKS = """
SELECT h.task, h.asked_at, h.due, h.told_at, n.person, n.kind, n.matter, n.subject, n.idea,
    h.told_at IS NULL AND n.seen_at IS NULL AND NOT EXISTS (
        SELECT FROM hand_over o WHERE o.notice = h.notice AND o.told_at IS NOT NULL) AS open
FROM hand_over h JOIN notice n ON n.notice = h.notice
WHERE h.colleague = $1 ORDER BY h.asked_at DESC, h.task LIMIT 100
"""
_NEWS = "SELECT n.kind FROM hand_over h JOIN notice n ON n.notice = h.notice WHERE h.task = $1"


class HandOver(Struct, frozen=True, kw_only=True):
    """A colleague's task; `open` until somebody told the person, or the person saw the notice."""

    task: UUID
    person: PersonId
    kind: str
    matter: Matter
    subject: UUID
    idea: UUID | None
    asked_at: datetime
    due: datetime
    told_at: datetime | None
    open: bool


async def unread(tx: Tx, notice: NoticeId) -> Unread | None:
    """Hold a notice, and return how it stands."""
    row = await tx.raw.fetchrow(_UNREAD, notice)
    return _unread(row) if row else None


def _unread(row: Any) -> Unread:
    return Unread(
        row["notice"], row["person"], row["kind"],
        Subject(row["matter"], row["subject"], row["idea"]), row["owed"], row["arrived"],
    )  # fmt: skip


async def asked(tx: Tx, notice: NoticeId) -> Sequence[PersonId]:
    """Return who was asked to tell of a notice, in order."""
    return [row["colleague"] for row in await tx.raw.fetch(_ASKED, notice)]


async def ask(tx: Tx, task: Task, at: datetime, until: datetime) -> None:
    """Note that a colleague is asked."""
    told = task.unread
    await tx.raw.execute(_ASK, task.notice.id, told.notice, task.colleague, at, until)


async def confirm(tx: Tx, task: UUID, colleague: PersonId, at: datetime) -> tuple[Unread, int]:
    """Note that a colleague told the person; return of what, and at which turn. Raises NotFound."""
    found = await tx.raw.fetchrow(
        "SELECT notice, turn FROM hand_over WHERE task = $1 AND colleague = $2", task, colleague
    )
    told = found and await unread(tx, NoticeId(found["notice"]))
    if not told:
        raise NotFound
    await tx.raw.execute(
        "UPDATE hand_over SET told_at = coalesce(told_at, $2) WHERE task = $1", task, at
    )
    return told, found["turn"]


async def of_colleague(db: Database, colleague: PersonId) -> list[HandOver]:
    """Return whom a colleague was asked to tell, the newest first."""
    rows = await db.pool.fetch(_TASKS, colleague)
    return [HandOver(**dict(row)) for row in rows]


async def news(db: Database, task: UUID) -> str | None:
    """Return what kind of notice a task is about."""
    kind: str | None = await db.pool.fetchval(_NEWS, task)
    return kind
