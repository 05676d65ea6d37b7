"""The numbers of a pulse: of each instrument, for the house and its departments. About no one.

A wave is over when it is told: nobody answers any more, so its groups are hidden once, and there is
no second count to subtract them from.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from contracts.pulse import PulseQuestion
from metrics.domain import people
from metrics.domain.disclosure import WHOLE, Cell, Place, conceal, left_over
from metrics.domain.numbers import Number, nothing, share, suppressed

ENPS, SAFETY, SCALE = "enps", "psychological_safety", "pulse_scale"
_KPIS = {"enps": ENPS, "safety": SAFETY}
"""Which number an instrument is; one that was imported is a scale."""

Key = tuple[str, str]
"""A cut and a group; both are empty for the house."""
ALL: Key = (WHOLE, WHOLE)


class Wave(Struct, frozen=True, kw_only=True):
    """A wave as it was opened, and how many answered; None while it is open."""

    wave: UUID
    opened: datetime
    questions: tuple[PulseQuestion, ...]
    invited: int
    departments: Mapping[str, int] = {}
    answered: int | None = None


class Given(Struct, frozen=True, kw_only=True):
    """What somebody answered."""

    answers: Mapping[str, int]
    department: str | None = None


class Result(Struct, frozen=True, kw_only=True):
    """An instrument of a wave: its number, and how many of those asked answered, by group."""

    instrument: str
    kpi: str
    numbers: Mapping[Key, Number]
    response: Mapping[Key, Number]


def kpi_of(instrument: str) -> str:
    """Return the number that an instrument is, for which the works council consents."""
    return _KPIS.get(instrument, SCALE)


def is_whole(wave: Wave, given: Sequence[Given]) -> bool:
    """Tell whether a wave is over and every answer of it was heard."""
    return wave.answered is not None and len(given) == wave.answered


def instruments(wave: Wave) -> list[str]:
    return list(dict.fromkeys(question.instrument for question in wave.questions))


def result(wave: Wave, given: Sequence[Given], instrument: str, threshold: int) -> Result:
    """Return an instrument of a wave, with every group under the threshold hidden."""
    asked = [question for question in wave.questions if question.instrument == instrument]
    names = {question.name for question in asked}
    groups: dict[Key, list[Given]] = {ALL: []}
    for each in given:
        if names & each.answers.keys():
            groups[ALL].append(each)
            if each.department is not None:
                groups.setdefault(("department", each.department), []).append(each)
    hidden = _hidden(groups, wave, threshold)
    numbers = {
        key: suppressed() if key in hidden else _number(asked, found)
        for key, found in groups.items()
    }
    response = {
        key: suppressed() if key in hidden else share(len(found), _asked(wave, key))
        for key, found in groups.items()
    }
    return Result(instrument=instrument, kpi=kpi_of(instrument), numbers=numbers, response=response)


def _asked(wave: Wave, key: Key) -> int:
    return wave.invited if key == ALL else wave.departments.get(key[1], 0)


def _hidden(groups: Mapping[Key, Sequence[Given]], wave: Wave, threshold: int) -> set[Key]:
    cells = [Cell(place=_place(wave, key), n=len(found)) for key, found in groups.items()]
    hidden = conceal([*cells, *left_over(cells)], threshold)
    return {(place.cut, place.key) for place in hidden}


def _place(wave: Wave, key: Key) -> Place:
    return Place(str(wave.wave), str(wave.wave), *key)


def _number(asked: Sequence[PulseQuestion], given: Sequence[Given]) -> Number:
    if not given:
        return nothing()
    if asked[0].instrument == ENPS:
        return people.enps([each.answers[asked[0].name] for each in given])
    persons = [
        [_turned(question, each) for question in asked if question.name in each.answers]
        for each in given
    ]
    return people.safety(persons, frozenset(), asked[0].most)


def _turned(question: PulseQuestion, given: Given) -> int:
    said = given.answers[question.name]
    return question.least + question.most - said if question.reversed else said
