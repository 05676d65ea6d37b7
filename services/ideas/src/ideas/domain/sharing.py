"""What people share with everybody: a learning, thanks. Said once; nothing follows from it."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Decider, Rejected
from contracts.room import LearningShared, ThanksGiven
from contracts.vocabulary import IdeaId, LearningId, PersonId, ThanksId


class NobodyThanksThemselves(Rejected):
    """Thanks are for others. Name a colleague."""


@dataclass(frozen=True, slots=True)
class ShareLearning:
    learning: LearningId
    by: PersonId
    at: datetime
    words: str
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class GiveThanks:
    thanks: ThanksId
    by: PersonId
    at: datetime
    to: tuple[PersonId, ...]
    words: str
    idea: IdeaId | None = None


def share(shared: bool, command: ShareLearning) -> list[LearningShared]:
    if shared:
        return []
    return [
        LearningShared(
            at=command.at, learning=command.learning, by=command.by, words=command.words,
            idea=command.idea,
        )
    ]  # fmt: skip


def thank(given: bool, command: GiveThanks) -> list[ThanksGiven]:
    if given:
        return []
    if command.by in command.to:
        raise NobodyThanksThemselves
    return [
        ThanksGiven(
            at=command.at, thanks=command.thanks, by=command.by, to=command.to,
            words=command.words, idea=command.idea,
        )
    ]  # fmt: skip


learning_decider = Decider[bool, ShareLearning, LearningShared](False, share, lambda _, __: True)
thanks_decider = Decider[bool, GiveThanks, ThanksGiven](False, thank, lambda _, __: True)
