"""What lives around ideas in one list: whose it is, who owes what until when; no words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
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
from contracts import challenges, handed_up, room, tools

MATTERS = Table(
    "matter_v1",
    MetaData(),
    Column("matter", Uuid, primary_key=True),
    Column("kind", Text),
    Column("author", Text),
    Column("accountable", Text),
    Column("due", DateTime(timezone=True)),
    Column("department", Text),
    Column("idea", Uuid),
    Column("tool", Uuid),
    Column("told_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
)
# What begins a matter, with the field that holds its id; what ends it.
_BEGINS: dict[type[Any], tuple[str, str]] = {
    room.BarrierRaised: ("barrier", "barrier"),
    room.TimeAsked: ("time", "request"),
    room.ExperimentStarted: ("experiment", "experiment"),
    room.LearningShared: ("learning", "learning"),
    room.ThanksGiven: ("thanks", "thanks"),
    tools.ToolIntroduced: ("tool", "tool"),
    tools.HelpAsked: ("help", "help"),
    challenges.ChallengeLaunched: ("challenge", "challenge"),
}
_ENDS: dict[type[Any], str] = {
    room.BarrierRemoved: "barrier",
    room.BarrierDeclined: "barrier",
    room.TimeGranted: "request",
    room.TimeRefused: "request",
    room.ExperimentReported: "experiment",
    tools.HelpAnswered: "help",
    challenges.ChallengeClosed: "challenge",
}
ENDS = frozenset(_ENDS)
# What makes somebody else owe the answer to a matter.
_OWES: dict[type[Any], str] = {
    room.BarrierHandedOver: "barrier",
    handed_up.BarrierHandedUp: "barrier",
    handed_up.TimeHandedUp: "request",
    handed_up.HelpHandedUp: "help",
    handed_up.ChallengeHandedUp: "challenge",
    handed_up.ExperimentHandedUp: "experiment",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter in the list; `accountable` and `due` are None where nothing is owed."""

    matter: UUID
    kind: str
    author: str
    accountable: str | None
    due: datetime | None
    department: str | None
    idea: UUID | None
    tool: UUID | None
    told_at: datetime
    ended_at: datetime | None


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold ideas' own events into the list."""
    for recorded in events:
        event: Any = recorded.data
        if begins := _BEGINS.get(type(event)):
            await tx.sql.execute(
                insert(MATTERS).values(_row(event, *begins)).on_conflict_do_nothing()
            )
        elif ends := _ENDS.get(type(event)):
            over = {"ended_at": event.at, "accountable": None, "due": None}
            await _change(tx, getattr(event, ends), over)
        elif owes := _OWES.get(type(event)):
            owner = {"accountable": event.accountable, "due": event.due}
            await _change(tx, getattr(event, owes), owner)


def _row(event: Any, kind: str, key: str) -> dict[str, Any]:
    more = ("accountable", "due", "department", "idea", "tool")
    return {
        "matter": getattr(event, key), "kind": kind, "told_at": event.at,
        "author": getattr(event, "author", None) or event.by,
    } | {name: getattr(event, name, None) for name in more}  # fmt: skip


async def _change(tx: Tx, matter: UUID, values: dict[str, Any]) -> None:
    await tx.sql.execute(update(MATTERS).where(MATTERS.c.matter == matter).values(values))


PROJECTION = Projection("matters", 1, apply)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters: of a kind; of one of `authors`; of who owes the answer; about what."""

    kind: str
    authors: Sequence[str] | None = None
    accountable: str | None = None
    idea: UUID | None = None
    tool: UUID | None = None
    department: str | None = None
    is_open: bool | None = None
    after: UUID | None = None
    limit: int = 50


async def find_matters(connection: AsyncConnection, wanted: Wanted) -> list[Matter]:
    """Return matters, the newest first."""
    found = select(MATTERS).where(MATTERS.c.kind == wanted.kind)
    if wanted.authors is not None:
        authors = literal(list(wanted.authors), ARRAY(Text))
        found = found.where(MATTERS.c.author == any_(authors))
    for name in ("accountable", "idea", "tool", "department"):
        if (value := getattr(wanted, name)) is not None:
            found = found.where(MATTERS.c[name] == value)
    if wanted.is_open is not None:
        found = found.where(MATTERS.c.ended_at.is_(None) == wanted.is_open)
    if wanted.after is not None:
        last = select(MATTERS.c.told_at).where(MATTERS.c.matter == wanted.after).scalar_subquery()
        found = found.where(
            tuple_(MATTERS.c.told_at, MATTERS.c.matter) < tuple_(last, wanted.after)
        )
    newest = (MATTERS.c.told_at.desc(), MATTERS.c.matter.desc())
    rows = await connection.execute(found.order_by(*newest).limit(wanted.limit))
    return [Matter(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
