"""A wave of a pulse is what plain counting comes to, and hides what the rule says, no more."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given as example
from hypothesis import settings
from hypothesis import strategies as st

from contracts.pulse import PulseQuestion
from metrics.domain.pulse import Given, Wave, result
from metrics.recount.heard import ALL, Figure
from metrics.recount.waves import Shown, apart, of_wave
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


def told_by(wave: Wave) -> dict[str, Any]:
    """Return what feedback tells of the wave as it opens."""
    asked = [
        {"name": q.name, "instrument": q.instrument, "least": q.least, "most": q.most,
         "reversed": q.reversed}
        for q in wave.questions
    ]  # fmt: skip
    return {"questions": asked, "invited": wave.invited, "departments": dict(wave.departments)}


@settings(max_examples=400, deadline=None)
@example(given, st.integers(1, 10), st.sampled_from(["enps", "safety"]))
def test_a_wave_is_what_plain_counting_comes_to(
    people: list[Given], least: int, instrument: str
) -> None:
    wave = Wave(wave=UUID(int=1), opened=day(0), questions=QUESTIONS, invited=50,
                departments={"care": 20, "it": 20, "lab": 10}, answered=len(people))  # fmt: skip
    found = result(wave, people, instrument, least)
    said = [{"answers": each.answers, "department": each.department} for each in people]
    again = of_wave(told_by(wave), said, instrument, least)
    for key in again.hidden & found.numbers.keys():
        number = found.numbers[key]
        assert (number.value, number.reason, number.n) == (None, "suppressed", None)
        assert found.response[key].reason == "suppressed"
    assert again.hidden | again.told.keys() == found.numbers.keys()
    for key, figure in again.told.items():
        number, beside = found.numbers[key], dict(figure.beside)
        assert found.response[key].value == beside.pop("response")
        assert (number.value, number.n, dict(number.beside)) == (figure.value, figure.n, beside)


def test_the_margin_is_that_of_the_vector_by_hand() -> None:
    """40 answers, 10 promoters, 8 detractors: +5.0 ± 20.7; of 50 who were asked."""
    asked = {"questions": [{"name": "enps", "instrument": "enps", "least": 0, "most": 10}],
             "invited": 50}  # fmt: skip
    said = [{"answers": {"enps": score}} for score in [9] * 10 + [7] * 22 + [6] * 8]
    figure = of_wave(asked, said, "enps", 5).told[ALL]
    assert (figure.value, figure.n) == (Fraction(5), 40)
    assert figure.beside["response"] == Fraction(4, 5)
    assert round(float(figure.beside["margin"] or 0), 1) == 20.7


def test_a_number_that_differs_is_named_by_its_group_and_a_hidden_one_by_none() -> None:
    shown = Shown({ALL: Figure(Fraction(5), 40)}, frozenset({("department", "it")}))
    assert apart(shown, shown.told, shown.hidden) == []
    assert apart(shown, {ALL: Figure(Fraction(6), 40)}, shown.hidden) == ["organisation"]
    few = {**shown.told, ("department", "it"): Figure(Fraction(1), 2)}
    assert apart(shown, few, []) == ["what is hidden is not what the rule of few says"]
