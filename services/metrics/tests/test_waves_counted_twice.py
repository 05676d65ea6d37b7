"""A wave of a pulse is what plain counting comes to, and hides what the rule says, no more."""

from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given as example
from hypothesis import settings
from hypothesis import strategies as st

from contracts.pulse import PulseQuestion
from metrics.domain.pulse import Given, Wave, result
from services.metrics.tests.making import day

TURNED = {"b"}
QUESTIONS = tuple(
    PulseQuestion(
        name=name, instrument="enps" if name == "enps" else "safety",
        question={"nl": "?", "en": "?"}, least=0 if name == "enps" else 1,
        most=10 if name == "enps" else 7, reversed=name in TURNED,
    )
    for name in ("enps", "a", "b", "c")
)  # fmt: skip
answers = st.fixed_dictionaries(
    {}, optional={"enps": st.integers(0, 10)} | {n: st.integers(1, 7) for n in "abc"}
)
given = st.lists(
    st.builds(Given, answers=answers, department=st.sampled_from([None, "care", "it", "lab"])),
    max_size=40,
)  # fmt: skip


def root(value: Fraction) -> Fraction:
    with localcontext() as exact:
        exact.prec = 28
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def enps(told: list[dict[str, int]]) -> Any:
    cuts = Counter(
        "up" if said["enps"] > 8 else "down" if said["enps"] < 7 else "between" for said in told
    )
    n, p, d = len(told), Fraction(cuts["up"], len(told)), Fraction(cuts["down"], len(told))
    margin = 100 * Fraction(196, 100) * root((p + d - (p - d) ** 2) / n)
    return 100 * (p - d), n, {
        "margin": margin, "promoters": cuts["up"], "passives": cuts["between"],
        "detractors": cuts["down"],
    }  # fmt: skip


def safety(told: list[dict[str, int]]) -> Any:
    persons = []
    for said in told:
        items = [8 - said[n] if n in TURNED else said[n] for n in "abc" if n in said]
        persons.append(Fraction(sum(items), len(items)))
    mean = sum(persons, Fraction(0)) / len(persons)
    variance = sum(((each - mean) ** 2 for each in persons), Fraction(0)) / len(persons)
    return mean, len(persons), {"spread": root(variance)}


def hidden(sizes: dict[str, int], whole: int, least: int) -> tuple[set[str], bool]:
    """Hide the small, what is all but a few, and the next smallest until together they are enough.

    Where every group is hidden and still too few, or only one, the whole would tell them.
    """
    gone = {key for key, n in sizes.items() if 0 < n < least or 0 < whole - n < least}
    all_too = 0 < whole < least
    rest = sorted((n, key) for key, n in sizes.items() if n and key not in gone)
    while rest and (gone or all_too) and (len(gone) < 2 or sum(sizes[k] for k in gone) < least):
        gone.add(rest.pop(0)[1])
    few = len(gone) == 1 or sum(sizes[k] for k in gone) < least
    return gone, all_too or bool(gone and not rest and few)


@settings(max_examples=400, deadline=None)
@example(given, st.integers(1, 10), st.sampled_from(["enps", "safety"]))
def test_a_wave_is_what_plain_counting_comes_to(
    people: list[Given], least: int, instrument: str
) -> None:
    wave = Wave(wave=UUID(int=1), opened=day(0), questions=QUESTIONS, invited=50,
                departments={"care": 20, "it": 20, "lab": 10}, answered=len(people))  # fmt: skip
    found = result(wave, people, instrument, least)
    names = {"enps"} if instrument == "enps" else set("abc")
    told = [each for each in people if names & each.answers.keys()]
    sizes = Counter(each.department or "" for each in told)
    gone, all_too = hidden(dict(sizes), len(told), least)
    for (cut, key), number in found.numbers.items():
        group = [dict(g.answers) for g in told if not cut or g.department == key]
        if (key in gone) if cut else all_too:
            assert (number.value, number.reason, number.n) == (None, "suppressed", None)
        elif group:
            value, n, beside = (enps if instrument == "enps" else safety)(group)
            assert (number.value, number.n, dict(number.beside)) == (value, n, beside)
            asked = {"care": 20, "it": 20, "lab": 10}.get(key, 50)
            assert found.response[cut, key].value == Fraction(n, asked)
    assert {key for cut, key in found.numbers if cut} == set(sizes) - {""}
