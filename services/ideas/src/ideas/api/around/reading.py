"""How a matter is shown: its steps with their words, and lists of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from msgspec import UNSET, structs, to_builtins
from pydantic import BaseModel

from chassis.commands import Commands
from chassis.decider import NotFound
from chassis.http import Caller, caller
from chassis.process import Parts
from chassis.store import Recorded
from contracts.personal import personal_fields
from contracts.vocabulary import Event, Promised
from ideas.projections.directory import find_people
from ideas.projections.matters import ENDS, Matter, Wanted, find_matters

Leader = Annotated[Caller, Depends(caller("lead", "director", "desk"))]
_APART = frozenset({"at", "by", "author", "accountable", "due"})


class Step(BaseModel):
    """What happened to a matter. `words` are UNSET, and so left out, where they were erased."""

    type: str
    at: datetime
    by: str | None
    words: dict[str, str]
    more: dict[str, Any]


class Shown(BaseModel):
    """A matter with all its steps. `accountable` and `due` are null where nothing is owed."""

    matter: UUID
    version: int
    author: str
    accountable: str | None
    due: datetime | None
    steps: list[Step]


class Item(BaseModel):
    """A matter in a list, with the words that it began with.

    `answer` is the step that ended it; null while it is open.
    """

    matter: UUID
    author: str
    accountable: str | None
    due: datetime | None
    department: str | None
    idea: UUID | None
    tool: UUID | None
    told_at: datetime
    ended_at: datetime | None
    words: dict[str, str]
    more: dict[str, Any]
    answer: Step | None = None


class Page(BaseModel):
    """A page of a list; `next` asks for the one behind it as `after`."""

    items: list[Item]
    next: UUID | None


class Done(BaseModel):
    """What a command led to."""

    matter: UUID
    version: int


class Asked(BaseModel):
    """Which part of a list is wanted: newest first.

    `of_my_people`: of those whom you lead, directly or through others; with `mine`, of both.
    """

    mine: bool = False
    of_my_people: bool = False
    owed_by_me: bool = False
    open: bool | None = None
    idea: UUID | None = None
    tool: UUID | None = None
    department: Annotated[str | None, Query(max_length=200)] = None
    after: UUID | None = None
    limit: Annotated[int, Query(ge=1, le=100)] = 50


Which = Annotated[Asked, Query()]


def step_of(recorded: Recorded) -> Step:
    event: Any = recorded.data
    personal = personal_fields(type(recorded.data))
    words = {n: getattr(event, n) for n in personal if getattr(event, n) is not UNSET}
    more = {
        name: to_builtins(value)  # also what a phase or a team is made of
        for name, value in structs.asdict(event).items()
        if name not in _APART and name not in personal and value is not None
    }
    by = getattr(event, "by", None) or event.author
    return Step(type=type(event).__name__, at=recorded.occurred_at, by=by, words=words, more=more)


def shown(matter: UUID, history: Sequence[Recorded]) -> Shown:
    """Return a matter as it is after its history; the last step that promises says what is owed."""
    first: Any = history[0].data
    # A team that is formed, or points that are given, change nothing about who owes the report.
    last = next((r.data for r in reversed(history) if _says_what_is_owed(r.data)), None)
    return Shown(
        matter=matter, version=history[-1].version,
        author=getattr(first, "author", None) or first.by,
        accountable=getattr(last, "accountable", None), due=getattr(last, "due", None),
        steps=[step_of(recorded) for recorded in history],
    )  # fmt: skip


def _says_what_is_owed(event: Event) -> bool:
    return isinstance(event, Promised) or type(event) in ENDS


async def page_of(parts: Parts, commands: Commands[Any, Any, Any], kind: str, who: Caller,
                  asked: Asked) -> Page:  # fmt: skip
    """Return a page of matters of one kind: how each began, and how those that are over ended."""
    people = await find_people(parts.db.pool, who.subject) if asked.of_my_people else None
    mine = [who.subject] if asked.mine else []
    wanted = Wanted(
        kind, authors=[*mine, *(people.persons if people else ())] if mine or people else None,
        accountable=who.subject if asked.owed_by_me else None, idea=asked.idea, tool=asked.tool,
        department=asked.department, is_open=asked.open, after=asked.after, limit=asked.limit,
    )  # fmt: skip
    async with parts.db.reading() as connection:
        found = await find_matters(connection, wanted)
    items = [await _item(commands, matter) for matter in found]
    return Page(items=items, next=found[-1].matter if len(found) == asked.limit else None)


async def _item(commands: Commands[Any, Any, Any], matter: Matter) -> Item:
    """Return a matter of the list; only of one that is over are more steps read than the first."""
    over = matter.ended_at is not None
    history = await commands.history(matter.matter, upto=None if over else 1)
    if not history:
        raise NotFound
    began = step_of(history[0])
    ended = next((each for each in reversed(history) if over and type(each.data) in ENDS), None)
    listed = {name: getattr(matter, name) for name in Matter.__slots__ if name != "kind"}
    return Item(
        **listed, words=began.words, more=began.more,
        answer=None if ended is None else step_of(ended),
    )  # fmt: skip
