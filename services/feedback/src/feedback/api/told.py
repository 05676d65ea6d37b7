"""What the events of a review say of it now, and who may read which of its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.decider import NotFound
from chassis.http import Caller
from chassis.store import Recorded
from contracts.feedback import (
    AppealDecided,
    AppealLodged,
    AuthorsChanged,
    FeedbackRated,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
    ReviewHandedUp,
    ReviewRequested,
)
from contracts.vocabulary import PersonId
from feedback.projections import authors, directory

Owing = ReviewRequested | AppealLodged | ReviewerAssigned | ReviewerRecused | ReviewHandedUp
"""What says anew who owes the answer."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, or for whom a service asks; nobody where a service names nobody."""

    person: PersonId | None
    at_desk: bool


class Told:
    """What the events of a review say of it now."""

    def __init__(self, history: Sequence[Recorded]) -> None:
        self.requested: ReviewRequested | None = _last(history, ReviewRequested)
        self.appeal: AppealLodged | None = _last(history, AppealLodged)
        self.decided: AppealDecided | None = _last(history, AppealDecided)
        self.answer: ReviewCompleted | None = _last(history, ReviewCompleted)
        self.recusals: list[ReviewerRecused] = _every(history, ReviewerRecused)
        asked_in, appealed_in, answered_in = (
            _version(history, fact) for fact in (self.requested, self.appeal, self.answer)
        )
        since = [e for e in history if e.version > asked_in]
        authored: AuthorsChanged | ReviewRequested | None = (
            _last(since, AuthorsChanged) or self.requested
        )
        self.co_authors = authored.co_authors if authored else ()
        self.assigned: ReviewerAssigned | None = _last(since, ReviewerAssigned) or (
            None if self.requested else _last(history, ReviewerAssigned)
        )
        opened_in = max(asked_in, appealed_in)
        self.waits = opened_in > answered_in
        self.appealed = self.waits and opened_in == appealed_in
        # Who was named for an earlier answer does not give this one.
        self._owed([e for e in history if e.version >= opened_in])
        # What was said of an earlier answer was not said of this one.
        self.rating: FeedbackRated | None = _last(
            [e for e in history if e.version > answered_in], FeedbackRated
        )

    def _owed(self, since: Sequence[Recorded]) -> None:
        """Find who owes the answer, and who is named for it beside them."""
        owed = [e for e in _every(since, Owing) if not _past(e)]
        last = owed[-1] if owed else self.requested or self.assigned
        if last is None:
            raise NotFound
        self.owing: Owing = last
        named = [e for e in owed if isinstance(e, ReviewerAssigned | ReviewerRecused)][-1:]
        self.named: ReviewerAssigned | None = _last_of(named, ReviewerAssigned)

    @property
    def asked(self) -> ReviewRequested | ReviewerAssigned:
        asked = self.requested or self.assigned
        if asked is None:
            raise NotFound
        return asked

    @property
    def authors(self) -> frozenset[PersonId]:
        return frozenset({self.asked.author, *self.co_authors})

    @property
    def accountable(self) -> PersonId | None:
        """Return who owes the next word: by the answer, or while there is none."""
        if self.answer is not None and not self.waits:
            return self.answer.accountable
        owing = self.owing
        return owing.reviewer if isinstance(owing, ReviewerAssigned) else owing.accountable

    @property
    def concerned(self) -> frozenset[PersonId]:
        """Return whom the words are to, from, or in the hands of."""
        found = set(self.authors)
        if self.answer is not None:
            found |= {self.answer.reviewer, self.answer.accountable or self.answer.reviewer}
        return frozenset(found) | self._answering

    @property
    def _answering(self) -> frozenset[PersonId]:
        named = {self.named.reviewer} if self.waits and self.named else set()
        # Who was named may still answer, whoever took over.
        return frozenset(named | ({self.accountable} if self.accountable else set()))

    def shows_appeal(self, reader: Reader) -> bool:
        """Tell whether what was missed is for this reader.

        It is for the authors, whoever decides or decided it, whose answer it is against, the desk.
        """
        if self.appeal is None:
            return False
        found = {*self.authors, self.appeal.against}
        found |= self._answering if self.appealed else set()
        found |= {self.decided.reviewer} if self.decided else set()
        return reader.at_desk or reader.person in found

    def shows_rating(self, reader: Reader) -> bool:
        """Tell whether the rating is for this reader: the authors, who is rated, the desk."""
        if self.rating is None:
            return False
        return reader.at_desk or reader.person in {*self.authors, self.rating.reviewer}

    def shows_recusals(self, reader: Reader) -> bool:
        """Tell whether it is for this reader why somebody stood aside: the desk, not of its own."""
        return reader.at_desk and reader.person not in self.authors


async def reader_of(
    connection: AsyncConnection, who: Caller, recipient: str | None, desk: PersonId
) -> Reader:
    """Return who reads: the caller, or for whom a service asks on behalf of."""
    if "service" not in who.roles:
        return Reader(PersonId(who.subject), "desk" in who.roles)
    if recipient is None:
        return Reader(None, at_desk=False)
    # What a service may pass on is what the person may see to whom it writes.
    reader = PersonId(recipient)
    roles = await directory.find_roles(connection, reader)
    return Reader(reader, reader == desk or "desk" in roles)


async def may_read(connection: AsyncConnection, told: Told, reader: Reader) -> bool:
    """Tell whether the words of the answer are for this reader."""
    if reader.person is None:
        return False
    if reader.at_desk or reader.person in told.concerned:
        return True
    owes = told.accountable
    if owes is None or reader.person != await directory.find_lead(connection, owes):
        return False
    # Who leads whoever answers may be near to an author whom nobody is to know.
    return await authors.is_named(connection, told.asked.idea)


def _last(history: Sequence[Recorded], kind: Any) -> Any:
    return _last_of(_every(history, kind), kind)


def _last_of(facts: Sequence[Any], kind: Any) -> Any:
    return next((fact for fact in reversed(facts) if isinstance(fact, kind)), None)


def _every(history: Sequence[Recorded], kind: Any) -> list[Any]:
    return [e.data for e in history if isinstance(e.data, kind)]


def _version(history: Sequence[Recorded], fact: Any) -> int:
    return max((e.version for e in history if e.data is fact), default=0)


def _past(fact: Owing) -> bool:
    """Tell whether a fact of a history that was imported names somebody: they owe nothing now."""
    return isinstance(fact, ReviewerAssigned) and fact.origin == "imported"
