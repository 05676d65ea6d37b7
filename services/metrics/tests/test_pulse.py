"""The numbers of a pulse: exact, whole, and of no group that is small."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from hypothesis import given as example
from hypothesis import strategies as st

from chassis.auth import Caller, Verifier
from chassis.http import Doors, Pace, create_app
from contracts.pulse import PulseQuestion
from metrics.api import pulse
from metrics.domain.asking import Day
from metrics.domain.council import Standing
from metrics.domain.numbers import Number
from metrics.domain.pulse import ALL, Given, Wave, is_whole, kpi_of, result
from services.metrics.tests.making import ZONE

AT = datetime(2026, 3, 2, tzinfo=UTC)
WAVE = UUID(int=7)


def question(name: str, instrument: str, least: int, most: int, *, reverse: bool = False) -> Any:
    return PulseQuestion(
        name=name, instrument=instrument, question={"nl": "?", "en": "?"}, least=least, most=most,
        reversed=reverse,
    )  # fmt: skip


QUESTIONS = (
    question("enps", "enps", 0, 10), question("a", "safety", 1, 7),
    question("b", "safety", 1, 7, reverse=True),
)  # fmt: skip


def wave(answered: int | None = None, **changes: Any) -> Wave:
    told: dict[str, Any] = {
        "wave": WAVE, "opened": AT, "questions": QUESTIONS, "invited": 40, "answered": answered,
        "departments": {"care": 20, "it": 15},
    }  # fmt: skip
    return Wave(**told | changes)


def scores(*said: int, department: str | None = "care") -> list[Given]:
    return [Given(answers={"enps": score}, department=department) for score in said]


def test_enps_of_a_wave_is_the_vector_by_hand() -> None:
    """40 answers, 10 promoters, 8 detractors: +5.0 ± 20.7."""
    answers = scores(*[9] * 10, *[7] * 22, *[6] * 8)
    number = result(wave(40), answers, "enps", 5).numbers[ALL]
    assert number.value == 5
    assert round(float(number.beside["margin"] or 0), 1) == 20.7
    assert result(wave(40), answers, "enps", 5).response[ALL].value == 1


def test_safety_is_the_mean_of_persons_means_with_reversed_items_turned() -> None:
    answers = [Given(answers={"a": 6, "b": 2}), Given(answers={"a": 2}), *[
        Given(answers={"a": 4, "b": 4}) for _ in range(3)
    ]]  # fmt: skip
    number = result(wave(5), answers, "safety", 5).numbers[ALL]
    assert number.value == Fraction(6 + 2 + 4 * 3, 5)
    assert number.n == 5


def test_who_left_an_instrument_out_does_not_count_in_it() -> None:
    answers = [*scores(*[9] * 6), *[Given(answers={"a": 5}) for _ in range(5)]]
    assert result(wave(11), answers, "enps", 5).numbers[ALL].n == 6
    assert result(wave(11), answers, "safety", 5).numbers[ALL].n == 5


def test_a_small_department_takes_the_next_smallest_with_it() -> None:
    answers = [*scores(*[9] * 8), *scores(*[5] * 3, department="it"),
               *scores(*[7] * 9, department="hr")]  # fmt: skip
    found = result(wave(20, departments={"care": 20, "it": 9, "hr": 9}), answers, "enps", 5)
    hidden = {key[1] for key, number in found.numbers.items() if number.reason == "suppressed"}
    assert hidden == {"it", "care"}
    assert found.response["department", "it"] == Number(value=None, n=None, reason="suppressed")
    assert found.numbers[ALL].n == 20


def test_those_of_no_named_department_are_not_told_by_subtraction() -> None:
    answers = [*scores(*[9] * 8), *scores(*[5] * 9, department="it"),
               *scores(3, 4, department=None)]  # fmt: skip
    found = result(wave(19), answers, "enps", 5)
    told = [n for key, n in found.numbers.items() if key != ALL and n.reason != "suppressed"]
    assert found.numbers[ALL].n == 19
    assert len(told) < 2


@example(st.lists(st.tuples(st.sampled_from(["care", "it", "hr", None]), st.integers(0, 10)),
                  max_size=60))  # fmt: skip
def test_whatever_is_told_of_a_wave_leaves_no_small_group(said: list[tuple[str, int]]) -> None:
    answers = [Given(answers={"enps": score}, department=where) for where, score in said]
    found = result(wave(len(answers)), answers, "enps", 5).numbers
    told = {key: number.n or 0 for key, number in found.items() if number.reason is None}
    assert all(n >= 5 for n in told.values())
    if ALL in told:
        rest = told[ALL] - sum(n for key, n in told.items() if key != ALL)
        assert rest == 0 or rest >= 5


def test_a_wave_is_whole_once_it_is_over_and_all_answers_are_heard() -> None:
    assert not is_whole(wave(None), [])
    assert not is_whole(wave(2), scores(9))
    assert is_whole(wave(2), scores(9, 9))


def test_an_imported_instrument_has_a_consent_of_its_own() -> None:
    assert [kpi_of(name) for name in ("enps", "safety", "team-2020")] == [
        "enps", "psychological_safety", "pulse_scale",
    ]  # fmt: skip


class AnyToken:
    async def verify(self, token: str) -> Caller:
        return Caller("p-1", frozenset(["employee"]), token)


async def ask(
    found: tuple[Wave, Sequence[Given]] | None, consents: dict[str, Standing]
) -> tuple[int, Any]:
    async def read(_: UUID) -> tuple[Wave, Sequence[Given]] | None:
        return found

    async def standing(kpi: str) -> Standing:
        return consents.get(kpi, Standing())

    day = Day(AT + timedelta(days=20), ZONE, lambda _: True)
    doors = Doors(cast("Verifier", AnyToken()), b"key", Pace(1000, 1000))
    app = create_app("metrics", [pulse(read, lambda: day, standing)], doors)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as client:
        headers = {"Authorization": "Bearer x"}
        answer = await client.get(f"/v1/pulse/waves/{WAVE}", headers=headers)
    return answer.status_code, answer.json()


async def test_a_wave_is_told_with_consent_and_only_once_it_is_over() -> None:
    answers = scores(*[9] * 6)
    assert (await ask(None, {}))[0] == 404
    status, told = await ask((wave(None), answers), {})
    assert (status, told["type"]) == (409, "urn:kiem:TheWaveIsNotOver")
    status, told = await ask((wave(6), answers), {"enps": Standing(version=1)})
    enps, safety = told["instruments"]
    assert (status, enps["whole"]["value"], enps["departments"]["care"]["n"]) == (200, 100, 6)
    assert enps["whole"]["response"] == 0.15
    assert (safety["whole"]["reason"], safety["departments"]) == ("pending_consent", {})


@pytest.mark.parametrize(("threshold", "value"), [(6, 100), (7, None)])
async def test_a_raised_threshold_hides_more(threshold: int, value: int | None) -> None:
    consent = {"enps": Standing(version=1, threshold=threshold)}
    _, told = await ask((wave(6), scores(*[9] * 6)), consent)
    assert told["instruments"][0]["whole"]["value"] == value
