"""The list of ideas: where each stands, without its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    case,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.ideas import (
    AuthorRevealed,
    CoAuthorsChanged,
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevised,
    IdeaRevived,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotStarted,
)
from contracts.vocabulary import FINISHED, State

IDEAS = Table(
    "idea_v2",
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
    Column("co_authors", ARRAY(Text)),
    Column("way", Text),
    Column("tags", ARRAY(Text)),
    Column("challenge", Uuid),
    Column("tool", Uuid),
    Column("merged_into", Uuid),
)
_INSERT = insert(IDEAS).on_conflict_do_nothing()  # made once: making it costs more than doing it
_OWN: tuple[type[Any], ...] = get_args(IdeaEvent)
_STATES: dict[type[Any], State] = {
    IdeaTakenUnderReview: "under_review", IdeaWithdrawn: "withdrawn", IdeaAccepted: "accepted",
    IdeaDeclined: "declined", IdeaParked: "parked", PilotStarted: "in_pilot",
    IdeaRealised: "realised", IdeaMerged: "merged", IdeaRevived: "submitted",
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
    co_authors: list[str]
    way: str
    tags: list[str]
    challenge: UUID | None
    tool: UUID | None
    merged_into: UUID | None


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold ideas' own events into the list."""
    for recorded in events:
        match recorded.data:
            case IdeaSubmitted() as event:
                await _submitted(tx, event)
            case IdeaRevised() as event:
                said = {"category": event.category, "tags": event.tags}
                await _set(tx, event.idea, {k: v for k, v in said.items() if v is not None})
            case CoAuthorsChanged() as event:
                await _set(tx, event.idea, {"co_authors": list(event.co_authors)})
            case AuthorRevealed() as event:
                await _set(tx, event.idea, {"author": event.by})
            case event if isinstance(event, _OWN):
                await _changed(tx, event)
            case _:
                pass  # what lives around ideas has lists of its own


async def _submitted(tx: Tx, event: IdeaSubmitted) -> None:
    row = {
        "idea": event.idea, "author": event.author, "department": event.department,
        "category": event.category, "language": event.language, "origin": event.origin,
        "state": "submitted", "state_since": event.at, "accountable": event.accountable,
        "due": event.due, "submitted_at": event.at, "co_authors": list(event.co_authors),
        "way": event.way, "tags": list(event.tags), "challenge": event.challenge,
        "tool": event.tool,
    }  # fmt: skip
    await tx.sql.execute(_INSERT, row)


async def _set(tx: Tx, idea: UUID, values: dict[str, Any]) -> None:
    if values:
        await tx.sql.execute(update(IDEAS).where(IDEAS.c.idea == idea).values(values))


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
    if isinstance(event, IdeaMerged):
        values["merged_into"] = event.into
    await _set(tx, event.idea, values)


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


PROJECTION = Projection("ideas", 2, apply)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ideas: what is None is not asked for. One of `authors` has it, alone or with others."""

    state: str | None = None
    open: bool = False
    category: str | None = None
    department: str | None = None
    language: str | None = None
    tag: str | None = None
    challenge: UUID | None = None
    tool: UUID | None = None
    authors: Sequence[str] | None = None
    accountable: str | None = None
    among: Sequence[UUID] | None = None
    after: UUID | None = None
    limit: int = 50


_EQUAL = ("state", "category", "department", "language", "challenge", "tool", "accountable")


async def find_ideas(connection: AsyncConnection, wanted: Wanted) -> list[Listed]:
    """Return ideas, the newest first; a page stays the same while new ideas come."""
    found = select(IDEAS)
    for name in _EQUAL:
        if (value := getattr(wanted, name)) is not None:
            found = found.where(IDEAS.c[name] == value)
    if wanted.open:
        found = found.where(IDEAS.c.state.not_in(FINISHED))
    if wanted.tag is not None:
        found = found.where(IDEAS.c.tags.contains([wanted.tag]))
    if wanted.authors is not None:
        authors = literal(list(wanted.authors), ARRAY(Text))  # one parameter, however many
        has = IDEAS.c.co_authors.overlap(authors)
        found = found.where((IDEAS.c.author == any_(authors)) | has)
    if wanted.among is not None:
        found = found.where(IDEAS.c.idea.in_(wanted.among))
    if wanted.after is not None:
        last = select(IDEAS.c.submitted_at).where(IDEAS.c.idea == wanted.after).scalar_subquery()
        found = found.where(tuple_(IDEAS.c.submitted_at, IDEAS.c.idea) < tuple_(last, wanted.after))
    newest = (IDEAS.c.submitted_at.desc(), IDEAS.c.idea.desc())
    rows = await connection.execute(found.order_by(*newest).limit(wanted.limit))
    return [Listed(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


async def find_answers(connection: AsyncConnection, challenge: UUID) -> list[UUID]:
    """Return the ideas that answer a challenge and were not taken back, the oldest first."""
    stands = IDEAS.c.state.not_in(("withdrawn", "merged"))
    found = select(IDEAS.c.idea).where(IDEAS.c.challenge == challenge, stands)
    rows = await connection.execute(found.order_by(IDEAS.c.submitted_at, IDEAS.c.idea))
    return [row.idea for row in rows]
