"""Words that several events share: who, which, when, and in what state."""

from datetime import datetime
from typing import Annotated, Literal, NewType
from uuid import UUID

from msgspec import Meta, Struct

IdeaId = NewType("IdeaId", UUID)
PilotId = NewType("PilotId", UUID)
NoticeId = NewType("NoticeId", UUID)
PhotoId = NewType("PhotoId", UUID)
CommentId = NewType("CommentId", UUID)
QuestionId = NewType("QuestionId", UUID)
OpinionId = NewType("OpinionId", UUID)
AppealId = NewType("AppealId", UUID)
ChallengeId = NewType("ChallengeId", UUID)
TeamId = NewType("TeamId", UUID)
BarrierId = NewType("BarrierId", UUID)
RequestId = NewType("RequestId", UUID)
ExperimentId = NewType("ExperimentId", UUID)
LearningId = NewType("LearningId", UUID)
ToolId = NewType("ToolId", UUID)
HelpId = NewType("HelpId", UUID)
SubjectId = NewType("SubjectId", UUID)
"""What a promise is about: the id of an idea, a barrier, a request, a question or an appeal."""
ThanksId = NewType("ThanksId", UUID)
WaveId = NewType("WaveId", UUID)
AnswerId = NewType("AnswerId", UUID)
PersonId = NewType("PersonId", str)
"""A pseudonym from the directory, or an alias made for one idea; never a name or an address."""

Instant = Annotated[datetime, Meta(tz=True)]
"""A moment with its offset; written in UTC."""

Origin = Literal["live", "imported"]
FirstMatter = Literal["idea", "barrier", "time", "help", "appeal"]
Matter = Literal["idea", "barrier", "time", "help", "appeal", "challenge", "experiment", "tool"]
"""What kind of thing somebody is owed a word about, or told of.

Of a challenge the report is owed, of an experiment what it taught; of a tool people are told. The
first versions of what notifications tells know `FirstMatter` alone.
"""
Language = Literal["nl", "en"]
Way = Literal["named", "confidential", "sealed"]
"""How an idea was submitted. Only in the first its author stands in it; else an alias does."""

State = Literal[
    "submitted", "under_review", "accepted", "declined", "parked",
    "withdrawn", "merged", "in_pilot", "realised", "stopped",
]  # fmt: skip
"""Where an idea stands. Finished: declined, withdrawn, merged, realised, stopped."""

FINISHED: frozenset[State] = frozenset({"declined", "withdrawn", "merged", "realised", "stopped"})


Rung = Literal["reviewer", "lead", "director", "desk"]
"""A step of the ladder that a broken promise climbs."""


Gone = Literal["left", "away"]
"""Why somebody can't keep a promise: they left the house, or are away from it for long."""
TakenOver = Literal["broken", "left", "away"]
"""Why somebody else owes the word: the promise was broken, or whoever gave it is gone."""


class Terms(Struct, frozen=True, kw_only=True):
    """What an idea was promised when it was submitted; None: as it is for everybody.

    All are working days: until the desk answers, until the reviewer does, how long before a date
    it is reminded of, and what a broken promise gives the next person. `rungs` are the steps of
    the ladder; the desk is always its last. `version` is that of the rules they come from.
    """

    version: Annotated[int, Meta(ge=1)]
    answer_days: Annotated[int, Meta(ge=1)] | None = None
    decision_days: Annotated[int, Meta(ge=1)] | None = None
    remind_days: tuple[Annotated[int, Meta(ge=0)], ...] | None = None
    escalate_days: Annotated[int, Meta(ge=1)] | None = None
    rungs: tuple[Rung, ...] | None = None


class Event(Struct, frozen=True, kw_only=True):
    """A fact. `at` is when it happened; an imported fact was recorded long after."""

    at: Instant


class Promised(Event, frozen=True, kw_only=True):
    """A fact that may leave an idea unfinished: then it names who is accountable, and until when.

    Both are None only where the fact finishes the idea, and on past steps that a later one follows.
    """

    accountable: PersonId | None = None
    due: Instant | None = None
