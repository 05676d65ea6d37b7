"""Asks the owners for the words of a letter when it is sent, as its reader may see them."""

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from chassis.auth import Peer, PeerRefused
from contracts.vocabulary import IdeaId, Language, PersonId
from notifications.domain.subjects import Subject

T = TypeVar("T")


class NotUnderstood(Exception):
    """The owner answered something else than its words; the message says what was wrong."""


class IdeaWords(Struct, frozen=True):
    """What a letter may say of an idea to its reader; None where that is withheld or erased."""

    title: str | None = None
    author: PersonId | None = None
    reason: str | None = None
    category: str | None = None


class MatterWords(Struct, frozen=True):
    """What a letter may say of a barrier, a request for time or a question for help."""

    author: PersonId | None = None
    asked: str | None = None
    reason: str | None = None
    next_step: str | None = None
    hours: float | None = None
    granted: float | None = None
    tool: str | None = None


class AnswerWords(Struct, frozen=True):
    """What was answered, in the reviewer's words."""

    outcome: str | None = None
    reason: str | None = None
    next_step: str | None = None


class Criterion(Struct, frozen=True):
    """A question that every idea is asked, as people read it."""

    nl: str
    en: str


class Rubric(Struct, frozen=True):
    """The published criteria."""

    criteria: tuple[Criterion, ...] = ()


class Owners:
    """Those who have the words. Without `feedback` a letter points to the answer instead."""

    def __init__(self, ideas: Peer, feedback: Peer | None = None) -> None:
        self._ideas = ideas
        self._feedback = feedback

    async def of_idea(self, idea: IdeaId, reader: PersonId) -> IdeaWords:
        """Ask what a letter to this reader may say of an idea. Raises PeerUnavailable."""
        path = f"/v1/ideas/{idea}/words"
        return _understood(await self._ideas.get(path, params={"for": reader}), IdeaWords)

    async def of_merger(
        self, idea: IdeaId, other: IdeaId, reader: PersonId, *, undone: bool
    ) -> IdeaWords:
        """Ask what the other idea is called, and why they became one, or two again."""
        params = {"for": reader, "separated_from" if undone else "merged_with": str(idea)}
        found = await self._ideas.get(f"/v1/ideas/{other}/words", params=params)
        return _understood(found, IdeaWords)

    async def of_matter(self, about: Subject, reader: PersonId) -> MatterWords:
        """Ask what a letter to this reader may say of a matter around ideas."""
        path = f"/v1/matters/{about.matter}/{about.id}/words"
        return _understood(await self._ideas.get(path, params={"for": reader}), MatterWords)

    async def of_answer(self, idea: IdeaId, reader: PersonId, outcome: str | None) -> AnswerWords:
        """Ask what a letter to this reader may say of an answer with this outcome."""
        if self._feedback is None:
            return AnswerWords()
        try:
            path = f"/v1/reviews/{idea}"
            found = await self._feedback.get(path, params={"for": reader})
        except PeerRefused:
            return AnswerWords()  # An idea that came from elsewhere was never reviewed here.
        words = _understood(found, AnswerWords)
        return words if words.outcome == outcome else AnswerWords()

    async def of_criteria(
        self, idea: IdeaId, category: str | None, language: Language
    ) -> tuple[str, ...]:
        """Ask by which questions an idea is judged. Raises PeerUnavailable.

        These are of the version that it was told under; where feedback has not heard of the idea
        yet, those that hold for its category now.
        """
        if self._feedback is None:
            return ()
        try:
            found = await self._feedback.get(f"/v1/reviews/{idea}/rubric")
        except PeerRefused:
            asked = {"category": category} if category else {}
            found = await self._feedback.get("/v1/rubric", params=asked)
        rubric = _understood(found, Rubric)
        return tuple(getattr(criterion, language) for criterion in rubric.criteria)


def _understood(found: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise NotUnderstood(f"the answer is no {kind.__name__}: {error}") from None
