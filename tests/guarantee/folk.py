"""Who and what a town of pure domains is made of: people, events on their way, and matters."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.vocabulary import PersonId
from notifications.domain import loop, steps
from notifications.domain.subjects import Subject

# What a reviewer says of each criterion.
WORDS = {
    "value": "Het scheelt iedereen een kwartier per dag.",
    "feasibility": "De techniek ligt er al, het kost vier dagen.",
    "fit": "Het past bij wat we dit jaar willen.",
}


@dataclass
class Person:
    """Somebody in the directory, which every service knows at once here."""

    lead: PersonId | None = None
    deputy: PersonId | None = None
    roles: frozenset[str] = frozenset()
    left: bool = False
    absences: list[tuple[date, date]] = field(default_factory=list)

    def away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.absences)


@dataclass(frozen=True)
class Told:
    """An event on its way to a service that listens."""

    version: int
    event: Any


@dataclass
class Matter:
    """What notifications knows of a matter: what it followed, and what its loop decided."""

    about: Subject
    known: steps.Following = field(default_factory=steps.Following)
    log: list[Any] = field(default_factory=list)
    _owed: loop.Loop = loop.decider.initial
    _folded: int = 0

    @property
    def owed(self) -> loop.Loop:
        """What its log says is owed; only what is new is folded, as this is asked at every step."""
        fresh, self._folded = self.log[self._folded :], len(self.log)
        self._owed = loop.decider.replay(fresh, self._owed)
        return self._owed
