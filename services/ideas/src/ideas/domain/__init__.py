"""The life of an idea: who may do what to it, and what then is true. Pure."""

from ideas.domain.commands import (
    ConcludePilot,
    IdeaCommand,
    RealiseIdea,
    RecordAnswer,
    RecordMeasurement,
    RecordPastStep,
    ReopenIdea,
    ReviseIdea,
    StartPilot,
    SubmitIdea,
    TakeUnderReview,
    WithdrawIdea,
)
from ideas.domain.handing_over import HandOverIdea
from ideas.domain.idea import decide, decider
from ideas.domain.joining import JoinPilot
from ideas.domain.past import Imported, Promise, Result, import_history
from ideas.domain.photos import AddPhoto, RemovePhoto, require_room
from ideas.domain.state import Idea, evolve
from ideas.domain.together import (
    AbsorbIdea,
    ChangeCoAuthors,
    HearAppeal,
    MergeIdea,
    MovePromise,
    ReviveIdea,
    SeparateIdea,
    SetPromise,
)
from ideas.domain.ways import RevealAuthor, may_see

__all__ = [
    "AbsorbIdea",
    "AddPhoto",
    "ChangeCoAuthors",
    "ConcludePilot",
    "HandOverIdea",
    "HearAppeal",
    "Idea",
    "IdeaCommand",
    "Imported",
    "JoinPilot",
    "MergeIdea",
    "MovePromise",
    "Promise",
    "RealiseIdea",
    "RecordAnswer",
    "RecordMeasurement",
    "RecordPastStep",
    "RemovePhoto",
    "ReopenIdea",
    "Result",
    "RevealAuthor",
    "ReviseIdea",
    "ReviveIdea",
    "SeparateIdea",
    "SetPromise",
    "StartPilot",
    "SubmitIdea",
    "TakeUnderReview",
    "WithdrawIdea",
    "decide",
    "decider",
    "evolve",
    "import_history",
    "may_see",
    "require_room",
]  # fmt: skip
