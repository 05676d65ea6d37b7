"""The test vectors of the definitions, one by one, to the last digit that their sources print."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from contracts.pulse import PulseQuestion
from metrics.domain import people
from metrics.domain.facts import Report
from metrics.domain.numbers import Exact
from metrics.domain.pulse import ALL, Given, Wave, result
from metrics.domain.survival import Duration, quantile, survival
from metrics.domain.variety import hill
from services.metrics.tests.making import day

Vector = tuple[Callable[[], Exact | None], str]
"""What computes it, and what is printed: so many digits are compared as it has."""


def variety(name: str, *counts: int) -> Callable[[], Exact | None]:
    return lambda: hill(counts)[name]


def enps(promoters: int, passives: int, detractors: int, what: str = "") -> (
    Callable[[], Exact | None]
):  # fmt: skip
    """Answer with both ends of each cut: 9 and 10, 7 and 8, 0 and 6."""
    scores = [9 + n % 2 for n in range(promoters)] + [7 + n % 2 for n in range(passives)]
    scores += [6 * (n % 2) for n in range(detractors)]
    return lambda: people.enps(scores).beside[what] if what else people.enps(scores).value


def report(department: str, persons: int, **amounts: float) -> Report:
    return Report(
        id=department.encode(), type="WorkforceReported", department=department, persons=persons,
        period="2025-01", amounts=amounts, occurred_at=day(0), recorded_at=day(0),
    )  # fmt: skip


def absence() -> Exact | None:
    """Three persons of 1.0, 0.5 and 0.8 fte, sick for 10, 30 and 0 of 90 calendar days."""
    parts = [(1.0, 10), (0.5, 30), (0.8, 0)]
    told = [
        report(f"d{n}", 1, sick_days=sick * fte, available_days=90 * fte)
        for n, (fte, sick) in enumerate(parts)
    ]
    return _percent(people.absence(people.add_up(told)).value)


def turnover() -> Exact | None:
    told = [report("all", 246, leavers=11)]
    return _percent(people.turnover(people.add_up(told), "leavers").value)


def _percent(value: Exact | None) -> Exact | None:
    return None if value is None else 100 * value


def safety(*raw: int) -> Callable[[], Exact | None]:
    """Ask seven items of one to seven, the first, third and fifth of them reversed."""
    asked = tuple(
        PulseQuestion(
            name=f"q{n}", instrument="safety", question={"nl": "?", "en": "?"}, least=1, most=7,
            reversed=n in {1, 3, 5},
        )
        for n in range(1, 8)
    )  # fmt: skip
    given = [Given(answers={f"q{n}": said for n, said in enumerate(raw, start=1)})] * 5
    wave = Wave(wave=UUID(int=1), opened=day(0), questions=asked, invited=5, answered=5)
    return lambda: result(wave, given, "safety", 5).numbers[ALL].value


def waiting(*words: str) -> list[tuple[Fraction, Fraction]]:
    return survival([
        Duration(Fraction(w.rstrip("+")), happened=not w.endswith("+")) for w in words
    ])  # fmt: skip


BY_HAND = waiting("3", "5+", "7", "7", "9+", "12")
UNEVEN, LOPSIDED, EVEN = (40, 25, 15, 10, 10), (92, 2, 2, 2, 2), (20,) * 5


def varieties(
    name: str, counts: Sequence[int], *printed: str
) -> dict[str, Vector]:  # fmt: skip
    indices = ("shannon", "pielou", "q1", "q2", "simpson", "simpson_unbiased")
    return {
        f"{name} {index}": (variety(index, *counts), said)
        for index, said in zip(indices, printed, strict=True)
    }


VECTORS: dict[str, Vector] = {
    **varieties("uneven", UNEVEN, "1.4582", "0.9060", "4.298", "3.774", "0.7350", "0.7424"),
    **varieties("lopsided", LOPSIDED, "0.3897", "0.2421", "1.4765", "1.1792", "0.1520", "0.1535"),
    **varieties("even", EVEN, "1.6094", "1", "5", "5", "0.8", "0.8081"),
    "kinds that occur": (variety("q0", 3, 0, 2), "2"),
    "eNPS of 25, 55 and 20 per cent": (enps(25, 55, 20), "5"),
    "eNPS of 40 answers": (enps(10, 22, 8), "5.0"),
    "margin of 40 answers": (enps(10, 22, 8, "margin"), "20.7"),
    "everybody promotes": (enps(7, 0, 0), "100"),
    "nobody promotes": (enps(0, 0, 7), "-100"),
    "turnover of 11 of 246, in per cent": (turnover, "4.47"),
    "absence with part-time, in per cent": (absence, "12.08"),
    "psychological safety of seven items": (safety(2, 6, 1, 5, 3, 6, 6), "5.857"),
    "waiting after 3 days": (lambda: dict(BY_HAND)[Fraction(3)], "0.833333"),
    "waiting after 7 days": (lambda: dict(BY_HAND)[Fraction(7)], "0.416667"),
    "waiting after 12 days": (lambda: dict(BY_HAND)[Fraction(12)], "0"),
    "median wait": (lambda: quantile(BY_HAND, Fraction(1, 2)), "7"),
    "wait of 85 per cent": (lambda: quantile(BY_HAND, Fraction(85, 100)), "12"),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name: str) -> None:
    compute, printed = VECTORS[name]
    value: Any = compute()
    digits = len(printed.partition(".")[2])
    assert round(Fraction(value) * 10**digits) == int(printed.replace(".", ""))


def test_how_even_one_kind_is_has_no_answer() -> None:
    assert variety("pielou", 40)() is None


def test_a_quantile_that_too_few_reach_is_not_reached() -> None:
    assert quantile(waiting("3", "5+", "9+"), Fraction(1, 2)) is None
