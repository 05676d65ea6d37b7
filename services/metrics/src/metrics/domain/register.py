"""What is known about each number: its name, meaning, purpose, and how it may be asked."""

from typing import Literal

from msgspec import Struct, structs

from metrics.domain.series import STEPS, Span, Step, step_of

Cut = Literal[
    "department", "category", "origin", "state", "challenge", "tool", "kind", "level", "purpose",
    "attribute",
]  # fmt: skip
Kind = Literal["open", "protected"]
Compared = Literal["previous", "last_year"]
"""The span right before, the same one a year before."""

OPEN_CUTS: tuple[Cut, ...] = ("department", "category", "origin", "state", "challenge", "tool")
OPEN_PARAMETERS = ("from", "to", "at", "by", "as_known_at", "origin")
THRESHOLD, HIGHER_THRESHOLD = 5, 10
"""How many persons a number about people must rest on; more where it is about health or leaving."""

NO_PERSONS = "None needed: it counts ideas and answers, and tells nothing about a person."
CONSENT = (
    "GDPR art. 6(1)(f), legitimate interest, with the consent of the works council "
    "(WOR art. 27(1)(k) and (l)); only numbers of groups leave."
)


class Definition(Struct, frozen=True, kw_only=True):
    """One number. `version` rises when a change of the definition changes what comes out.

    `plain` says what it tells in everyday words, `definition` what it is exactly, `formula` how it
    is computed and `source` where that formula comes from. `period` says what lies in a period.
    `needs` are the parameters that may not be left out; `beside` says what is told along with it.
    `steps` are the spans of which a number about people is told, none where it is told by the
    wave; an open one is told of any days. `compared_with`: what goes with the season is no better
    or worse than the span before it.
    """

    id: str
    title_en: str
    title_nl: str
    plain_en: str
    plain_nl: str
    definition: str
    formula: str
    purpose: str
    unit: str
    source: str = "own definition"
    period: str = "what happened in [from, to)"
    owner: str = "desk"
    legal_basis: str = NO_PERSONS
    version: int = 1
    kind: Kind = "open"
    threshold: int | None = None
    cuts: tuple[Cut, ...] = OPEN_CUTS
    parameters: tuple[str, ...] = OPEN_PARAMETERS
    needs: tuple[str, ...] = ()
    beside: dict[str, str] = {}
    steps: tuple[Step, ...] = ()
    compared_with: tuple[Compared, ...] = ("previous", "last_year")

    def is_told_of(self, span: Span) -> bool:
        """Tell whether a number about people is told of such a span at all."""
        return step_of(span.since, span.until) in self.steps


def protected(
    definition: Definition, *needs: str, cuts: tuple[Cut, ...] = ("department", "attribute"),
    threshold: int = THRESHOLD, period: str = "a closed week, month, quarter or year",
    steps: tuple[Step, ...] = STEPS,
) -> Definition:  # fmt: skip
    """Return the definition of a number about people: it leaves in editions of closed periods."""
    required = ("from", "to", *needs)
    cut = ("by",) if cuts else ()
    return structs.replace(
        definition, kind="protected", threshold=threshold, cuts=cuts, needs=required,
        parameters=(*required, "at", *cut, "as_known_at"), legal_basis=CONSENT, owner="hr",
        period=period, steps=steps,
    )  # fmt: skip


def by_wave(definition: Definition) -> Definition:
    """Return the definition of a number that a survey asks: it is told of each wave, by itself."""
    made = protected(definition, cuts=("department",), steps=(), period="a wave that closed")
    return structs.replace(made, needs=(), parameters=())
