"""What ideas answer, field by field: the shapes that other services and the portal rely on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class Where(BaseModel):
    """Where an idea stands; an open one has an accountable person and a date."""

    idea: UUID
    version: int
    state: str
    accountable: str | None
    due: datetime | None


class Given(Where):
    """An idea that was told, and its code: shown once, and kept by whoever told it."""

    code: str


class Shown(Where):
    """An idea as it is now; `title` and `body` are null where its author is erased.

    So they are where the idea is confidential or sealed, and the caller neither has nor answers it.
    """

    author: str
    co_authors: list[str]
    department: str | None
    category: str | None
    tags: list[str]
    language: str
    way: str
    origin: str
    title: str | None
    body: str | None
    challenge: UUID | None
    tool: UUID | None
    submitted_at: datetime
    told_by: str | None
    reviewer: str | None
    pilot: UUID | None
    team: list[str]
    merged_into: UUID | None
    absorbed: list[UUID]
    photos: list[UUID]


class Row(BaseModel):
    """An idea in a list."""

    idea: UUID
    state: str
    state_since: datetime
    title: str | None
    author: str
    co_authors: list[str]
    department: str | None
    category: str | None
    tags: list[str]
    language: str
    way: str
    origin: str
    accountable: str | None
    due: datetime | None
    submitted_at: datetime
    challenge: UUID | None
    tool: UUID | None
    merged_into: UUID | None
    supporters: int


class Page(BaseModel):
    """A page of a list; `next` asks for the one behind it as `after`."""

    items: list[Row]
    next: UUID | None


class Alike(BaseModel):
    """An idea that tells much the same; `alike` is from 0 to 1.

    `learnings` are the words of what its pilots and its readers taught, the newest first.
    """

    idea: UUID
    title: str | None
    state: str
    alike: float
    learnings: list[str] = []


class AlikeIdeas(BaseModel):
    items: list[Alike]


class Step(BaseModel):
    """What happened, with its words; `why` is what the latest answer says to this caller."""

    version: int
    type: str
    at: datetime
    recorded_at: datetime
    by: str | None
    accountable: str | None
    due: datetime | None
    origin: str
    trace: str | None
    words: dict[str, str]
    more: dict[str, Any]
    why: dict[str, Any] | None = None


class Timeline(BaseModel):
    """Every step of an idea in the order in which it happened, and where it stands after them."""

    idea: UUID | None
    state: str | None
    accountable: str | None
    due: datetime | None
    steps: list[Step]


class Trial(BaseModel):
    """The last pilot of an idea: how it began and ended, and the last value that was measured."""

    began: Step
    last: Step | None
    ended: Step | None


class Trials(BaseModel):
    """The last pilots of ideas; nothing of those that had none, and of unknown ones."""

    trials: dict[UUID, Trial]


class Titles(BaseModel):
    """What ideas are called: null where the caller may not know it, and nothing of unknown ones."""

    titles: dict[UUID, str | None]


class Words(BaseModel):
    """What a mail may say of an idea to a recipient.

    `reason`: why it and another one became one, or two again, where that is asked.
    """

    recipient: str
    title: str | None
    language: str
    author: str
    co_authors: list[str]
    way: str
    reason: str | None = None
    category: str | None = None
