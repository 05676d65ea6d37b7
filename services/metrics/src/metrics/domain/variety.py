"""The numbers about variety: how many kinds of ideas there are, and who works together on them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from metrics.domain.facts import UNKNOWN
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact, Number, share
from metrics.domain.scene import Scene

FEWEST = 30
"""Under so many ideas the index says nothing."""

_DIGITS = 28
TOGETHER = 2


def idea_diversity(scene: Scene, ideas: Sequence[Life]) -> Number:
    """How many kinds of ideas there are in effect, however many categories have names."""
    cohort = [life for life in ideas if scene.window.holds(life.submitted_at)]
    counted = [life for life in cohort if life.state != "merged" and life.category != UNKNOWN]
    shares = hill(Counter(life.category for life in counted).values())
    without: dict[str, Exact | None] = {
        "without_category": sum(life.category == UNKNOWN for life in cohort)
    }
    if len(counted) < FEWEST:
        few = dict.fromkeys(shares) | without
        return Number(value=None, n=len(counted), reason="no_data", beside=few)
    return Number(value=shares["q1"], n=len(counted), beside=shares | without)


def hill(counts: Iterable[int]) -> dict[str, Exact | None]:
    """Return the Hill numbers of how often each kind occurs, and the indices made of them."""
    kinds = [number for number in counts if number]
    total, among = sum(kinds), len(kinds)
    if not total:
        return dict.fromkeys(("q0", "q1", "q2", "shannon", "pielou", "simpson", "simpson_unbiased"))
    squares = Fraction(sum(number**2 for number in kinds), total**2)
    pairs = Fraction(sum(n * (n - 1) for n in kinds), total * (total - 1)) if total > 1 else None
    with localcontext() as exact:
        exact.prec = _DIGITS + 4  # so that 28 digits are right
        parts = [Decimal(number) / total for number in kinds]
        shannon = -sum((part * part.ln() for part in parts), Decimal(0))
        evenness = Fraction(shannon / Decimal(among).ln()) if among > 1 else None
        return {
            "q0": among, "q1": Fraction(shannon.exp()), "q2": 1 / squares,
            "shannon": Fraction(shannon), "pielou": evenness, "simpson": 1 - squares,
            "simpson_unbiased": None if pairs is None else 1 - pairs,
        }  # fmt: skip


def cross_department(scene: Scene, ideas: Sequence[Life]) -> Number:
    """How many ideas have authors and supporters from more than one department."""
    cohort = [life for life in ideas if scene.window.holds(life.submitted_at)]
    across = sum(is_across(scene, life) for life in cohort)
    return share(across, len(cohort))


def is_across(scene: Scene, life: Life) -> bool:
    return len(_departments(scene, life)) >= TOGETHER


def _departments(scene: Scene, life: Life) -> set[str]:
    found = {life.department}
    joined = scene.co_authors(life).items()
    found |= {scene.roster.department(person, moment) for person, moment in joined}
    standing: dict[bytes | None, str] = {}
    for doing in scene.of(life.idea, "IdeaSupported", "SupportWithdrawn"):
        if doing.type == "IdeaSupported":
            standing[doing.person] = scene.roster.department(doing.person, doing.occurred_at)
        else:
            standing.pop(doing.person, None)
    return (found | set(standing.values())) - {UNKNOWN}
