"""How many kinds of ideas there are in effect."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction

from cli.truth.logs import Idea, Log, Question, Told, rounded

_FEWEST = 30
_NAMES = ("q0", "q1", "q2", "shannon", "pielou", "simpson", "simpson_unbiased")


def _diversity(log: Log, asked: Question) -> Told:
    cohort = [idea for idea in log.ideas(asked.at) if asked.has(idea.born)]
    kinds = [_category(i) for i in cohort if i.stands[0] != "merged" and _category(i)]
    without = sum(_category(idea) is None for idea in cohort)
    if len(kinds) < _FEWEST:
        return Told(None, len(kinds), {**dict.fromkeys(_NAMES), "without_category": without})
    found = _indices(list(Counter(kinds).values()))
    return Told(found["q1"], len(kinds), {**found, "without_category": without})


def _category(idea: Idea) -> str | None:
    said = [step.category for step in idea.steps if getattr(step, "category", None)]
    return said[-1] if said else None


def _indices(sizes: Sequence[int]) -> dict[str, float | None]:
    """Return the Hill numbers (1973) and the indices that they are made of."""
    whole = sum(sizes)
    parts = [Fraction(size, whole) for size in sizes]
    same = sum((part * part for part in parts), Fraction(0))
    drawn = Fraction(sum(size * (size - 1) for size in sizes), whole * (whole - 1))
    with localcontext() as digits:
        digits.prec = 40  # more than enough to be right in the 28 that are asked for
        logs = [_decimal(part).ln() for part in parts]
        shannon = -sum((_decimal(p) * ln for p, ln in zip(parts, logs, strict=True)), Decimal(0))
        among = Decimal(len(sizes)).ln()
        even = Fraction(shannon / among) if len(sizes) > 1 else None
        effective = Fraction(shannon.exp())
    return {
        "q0": len(sizes), "q1": rounded(effective), "q2": rounded(1 / same),
        "shannon": rounded(Fraction(shannon)), "pielou": rounded(even),
        "simpson": rounded(1 - same), "simpson_unbiased": rounded(1 - drawn),
    }  # fmt: skip


def _decimal(part: Fraction) -> Decimal:
    return getcontext().divide(Decimal(part.numerator), Decimal(part.denominator))


NUMBERS: dict[str, Callable[[Log, Question], Told]] = {"idea_diversity": _diversity}
