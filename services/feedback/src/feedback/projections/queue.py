"""The queue: which reviews are open, whose they are, and when they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.feedback import (
    AppealLodged,
    AuthorsChanged,
    DueMoved,
    QuestionAnswered,
    QuestionAsked,
    ReviewClosed,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
    ReviewHandedUp,
    ReviewRequested,
)

QUEUE = Table(
    "review_queue_v1",
    MetaData(),
    Column("idea", Uuid, primary_key=True),
    Column("author", Text),
    Column("co_authors", ARRAY(Text)),
    Column("department", Text),
    Column("category", Text),
    Column("origin", Text),
    Column("state", Text),
    Column("reviewer", Text),
    Column("accountable", Text),
    Column("due", DateTime(timezone=True)),
    Column("requested_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Queued:
    """A review as its reviewer finds it in the queue."""

    idea: UUID
    author: str
    co_authors: list[str]
    department: str | None
    category: str | None
    origin: str
    state: str
    reviewer: str | None
    accountable: str
    due: datetime
    requested_at: datetime


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold feedback's own events into the queue."""
    for recorded in events:
        await _one(tx, recorded)


async def _one(tx: Tx, recorded: Recorded) -> None:
    match recorded.data:
        case ReviewRequested() as event:
            row = {
                "idea": event.idea, "author": event.author, "co_authors": list(event.co_authors),
                "department": event.department, "category": event.category,
                "origin": event.origin, "state": "open", "reviewer": None,
                "accountable": event.accountable, "due": event.due, "requested_at": event.at,
            }  # fmt: skip
            asked = insert(QUEUE).values(row)
            await tx.sql.execute(
                asked.on_conflict_do_update(index_elements=["idea"], set_=row)
            )  # fmt: skip
        case ReviewerAssigned(origin="live") as event:
            await _set(tx, event.idea, reviewer=event.reviewer, accountable=event.reviewer,
                       due=event.due)  # fmt: skip
        case QuestionAsked() | QuestionAnswered() | DueMoved() as event:
            await _set(tx, event.idea, due=event.due)
        case ReviewHandedUp() as event:
            await _set(tx, event.idea, accountable=event.accountable, due=event.due)
        case AuthorsChanged() as event:
            await _set(tx, event.idea, co_authors=list(event.co_authors))
        case ReviewerRecused() as event:
            await _set(tx, event.idea, reviewer=None, accountable=event.accountable, due=event.due)
        case AppealLodged() as event:
            await _set(tx, event.idea, state="open", reviewer=None, accountable=event.accountable,
                       due=event.due, requested_at=event.at)  # fmt: skip
        case ReviewCompleted() as event:
            await _set(tx, event.idea, state="completed", reviewer=event.reviewer)
        case ReviewClosed() as event:
            await _set(tx, event.idea, state="closed")
        case _:
            pass  # a past naming changes nothing about who answers now


async def _set(tx: Tx, idea: UUID, **values: object) -> None:
    await tx.sql.execute(update(QUEUE).where(QUEUE.c.idea == idea).values(values))


_CONFIDENTIAL = text("""
SELECT q.* FROM review_queue_v1 q JOIN idea_birth_v1 b USING (idea)
WHERE q.state = 'open' AND q.reviewer IS NULL AND q.origin = 'live' AND b.way = 'confidential'
ORDER BY q.requested_at LIMIT :limit
""")
PROJECTION = Projection("review_queue", 1, apply)


async def find_queue(
    connection: AsyncConnection, *, reviewer: str | None, state: str, after: UUID | None, limit: int
) -> list[Queued]:
    """Return reviews, the soonest due first; without a reviewer, everybody's.

    Whose answer is due by now is in the queue of who took over, and of who was named.
    """
    found = select(QUEUE).where(*_whose(reviewer, state))
    if after is not None:
        last = select(QUEUE.c.due, QUEUE.c.idea).where(QUEUE.c.idea == after).subquery()
        found = found.where(
            (QUEUE.c.due > select(last.c.due).scalar_subquery())
            | ((QUEUE.c.due == select(last.c.due).scalar_subquery()) & (QUEUE.c.idea > after))
        )
    rows = await connection.execute(found.order_by(QUEUE.c.due, QUEUE.c.idea).limit(limit))
    return [Queued(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


async def count_queue(connection: AsyncConnection, *, reviewer: str | None, state: str) -> int:
    """Return how many reviews the whole queue has, whichever page of it is read."""
    counted = select(func.count()).select_from(QUEUE).where(*_whose(reviewer, state))
    return int(await connection.scalar(counted) or 0)


def _whose(reviewer: str | None, state: str) -> list[ColumnElement[bool]]:
    found = [QUEUE.c.state == state]
    if reviewer is not None:
        took_over = (QUEUE.c.state == "open") & (QUEUE.c.accountable == reviewer)
        found.append((QUEUE.c.reviewer == reviewer) | took_over)
    return found


async def find_confidential(connection: AsyncConnection, limit: int) -> list[Queued]:
    """Return the reviews that nobody has of ideas whose author only `ideas` knows."""
    rows = await connection.execute(_CONFIDENTIAL, {"limit": limit})
    return [Queued(**row._mapping) for row in rows]  # noqa: SLF001


async def find_held(connection: AsyncConnection, reviewer: str) -> list[Queued]:
    """Return the live reviews that somebody was named for and has not answered, the soonest due."""
    held = (
        select(QUEUE)
        .where(QUEUE.c.state == "open", QUEUE.c.reviewer == reviewer, QUEUE.c.origin == "live")
        .order_by(QUEUE.c.due, QUEUE.c.idea)
    )
    return [Queued(**row._mapping) for row in await connection.execute(held)]  # noqa: SLF001


async def find_waiting(connection: AsyncConnection, limit: int) -> list[Queued]:
    """Return the live reviews that nobody has, the oldest first."""
    waiting = (
        select(QUEUE)
        .where(QUEUE.c.state == "open", QUEUE.c.reviewer.is_(None), QUEUE.c.origin == "live")
        .order_by(QUEUE.c.requested_at)
        .limit(limit)
    )
    return [Queued(**row._mapping) for row in await connection.execute(waiting)]  # noqa: SLF001
