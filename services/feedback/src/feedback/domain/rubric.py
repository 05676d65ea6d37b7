"""By what an idea is judged: published before anybody submits, and versioned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from contracts.feedback import Criterion as Told


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question that every answer answers; `nl` and `en` are what people read."""

    name: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Rubric:
    version: str
    criteria: tuple[Criterion, ...]

    @classmethod
    def of(cls, version: str, told: Sequence[Told]) -> Self:
        """Return a rubric as it was published."""
        asked = (Criterion(c.name, c.question["nl"], c.question["en"]) for c in told)
        return cls(version, tuple(asked))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(criterion.name for criterion in self.criteria)


RUBRIC = Rubric(
    "1",
    (
        Criterion(
            "value",
            "Wat levert het op voor klanten, collega's of het werk?",
            "What does it bring customers, colleagues or the work?",
        ),
        Criterion(
            "feasibility",
            "Kan het, met de mensen, de tijd en het geld die er zijn?",
            "Can it be done, with the people, time and money that there are?",
        ),
        Criterion(
            "fit",
            "Past het bij waar we naartoe willen?",
            "Does it fit where we want to go?",
        ),
    ),
)
