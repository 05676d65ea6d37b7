"""How an explanation looks when it leaves: the facts that count, what they make, and the others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from metrics.api.answers import Told, number_told
from metrics.domain.answers import Question
from metrics.domain.explaining import Explanation
from metrics.domain.explaining.reasons import Why
from metrics.domain.numbers import Number, rounded


class Excluded(BaseModel):
    """Facts that are left out for one reason."""

    reason: str = Field(description="a name of the reason, which stays")
    words: dict[Literal["en", "nl"], str] = Field(description="the reason, by language")
    facts: int | None = Field(
        description="how many; null of a number about people, where it would say of how many"
    )


class Explained(BaseModel):
    """Which facts a number is made of, and which are left out, and why."""

    kpi: str
    definition: str
    formula: str
    version: int
    number: Told
    counted: dict[str, int] = Field(
        description="how many facts of each type count; empty of a number about people"
    )
    parts: dict[str, dict[str, int | float]] = Field(
        description="what they make: numerator, denominator, n and what is told beside, by the "
        "type of the facts; the amounts of a part add up to what `number` says of it"
    )
    left_out: dict[str, int] = Field(description="how many do not, by the reason in English")
    excluded: list[Excluded] = Field(
        description="the same by name, most facts first; of a number about people its rules"
    )
    judged_at: datetime


def explained(
    meant: Question, number: Number, found: Explanation | None, rules: Sequence[Why]
) -> Explained:
    """Return an explanation as it leaves; of a number about people its rules without counts."""
    kpi = meant.kpi
    made = found or Explanation({}, {}, {}, {why.key: why for why in rules})
    return Explained(
        kpi=kpi.id, definition=kpi.definition, formula=kpi.formula, version=kpi.version,
        number=Told(**number_told(number)), judged_at=meant.window.at,
        counted=dict(made.counted), parts={
            name: {kind: rounded(amount) or 0 for kind, amount in part.items()}
            for name, part in made.parts.items()
        },
        left_out={made.reasons[key].en: count for key, count in made.left_out.items()},
        excluded=[
            Excluded(reason=key, words=why.words(), facts=made.left_out.get(key))
            for key, why in sorted(made.reasons.items(), key=lambda r: -made.left_out.get(r[0], 0))
        ],
    )  # fmt: skip
