"""The list of ideas: where each stands, without its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid, case, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevised,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotStarted,
)
from contracts.vocabulary import FINISHED, State

IDEAS = Table(
    "idea_v1",
    MetaData(),
    Column("idea", Uuid, primary_key=True),
    Column("author", Text),
    Column("department", Text),
    Column("category", Text),
    Column("language", Text),
    Column("origin", Text),
    Column("state", Text),
    Column("state_since", DateTime(timezone=True)),
    Column("accountable", Text),
    Column("due", DateTime(timezone=True)),
    Column("submitted_at", DateTime(timezone=True)),
)
_STATES: dict[type[Any], State] = {
    IdeaTakenUnderReview: "under_review", IdeaWithdrawn: "withdrawn", IdeaAccepted: "accepted",
    IdeaDeclined: "declined", IdeaParked: "parked", PilotStarted: "in_pilot",
    IdeaRealised: "realised",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """An idea in the list."""

    idea: UUID
    author: str
    department: str | None
    category: str | None
    language: str
    origin: str
    state: str
    state_since: datetime
    accountable: str | None
    due: datetime | None
    submitted_at: datetime


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold ideas' own events into the list."""
    for recorded in events:
        match recorded.data:
            case IdeaSubmitted() as event:
                await _submitted(tx, event)
            case IdeaRevised(category=str() as category) as event:
                changed = update(IDEAS).where(IDEAS.c.idea == event.idea)
                await tx.sql.execute(changed.values(category=category))
            case event:
                await _changed(tx, event)


async def _submitted(tx: Tx, event: IdeaSubmitted) -> None:
    row = {
        "idea": event.idea, "author": event.author, "department": event.department,
        "category": event.category, "language": event.language, "origin": event.origin,
        "state": "submitted", "state_since": event.at, "accountable": event.accountable,
        "due": event.due, "submitted_at": event.at,
    }  # fmt: skip
    await tx.sql.execute(insert(IDEAS).values(row).on_conflict_do_nothing())


async def _changed(tx: Tx, event: Any) -> None:
    """A past step that is imported late changes the present only if it is the latest."""
    state = _state(event)
    accountable, due = getattr(event, "accountable", None), getattr(event, "due", None)
    latest = IDEAS.c.state_since <= event.at
    values: dict[str, Any] = {}
    if state is not None:
        values["state"] = case((latest, state), else_=IDEAS.c.state)
        values["state_since"] = case((latest, event.at), else_=IDEAS.c.state_since)
    if accountable is not None or state in FINISHED:
        values["accountable"] = case((latest, accountable), else_=IDEAS.c.accountable)
        values["due"] = case((latest, due), else_=IDEAS.c.due)
    if values:
        await tx.sql.execute(update(IDEAS).where(IDEAS.c.idea == event.idea).values(values))


def _state(event: Any) -> State | None:
    match event:
        case IdeaReopened(to=to):
            return to
        case PilotConcluded(outcome="stopped"):
            return "stopped"
        case PilotConcluded():
            return "in_pilot"
        case _:
            return _STATES.get(type(event))


PROJECTION = Projection("ideas", 1, apply)


async def find_ideas(
    connection: AsyncConnection, *, state: str | None, after: UUID | None, limit: int
) -> list[Listed]:
    """Return ideas, the newest first."""
    found = select(IDEAS)
    if state is not None:
        found = found.where(IDEAS.c.state == state)
    if after is not None:
        last = select(IDEAS.c.submitted_at).where(IDEAS.c.idea == after).scalar_subquery()
        found = found.where(tuple_(IDEAS.c.submitted_at, IDEAS.c.idea) < tuple_(last, after))
    rows = await connection.execute(
        found.order_by(IDEAS.c.submitted_at.desc(), IDEAS.c.idea.desc()).limit(limit)
    )
    return [Listed(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
