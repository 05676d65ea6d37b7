"""What a pulse may ask, how often, and which answers count."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from contracts.pulse import PulseAnswered, PulseQuestion, WaveClosed, WaveOpened
from contracts.vocabulary import AnswerId, PersonId, WaveId
from feedback.domain import pulse as no
from feedback.domain.pulse import (
    ENPS,
    INSTRUMENTS,
    SAFETY,
    Answer,
    CloseWave,
    ImportInstrument,
    OpenWave,
    Pulse,
    answer_decider,
    instrument_decider,
    pulse_decider,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
REST = timedelta(days=28)
HR = PersonId("hr-1")
FIRST, SECOND = WaveId(UUID(int=1)), WaveId(UUID(int=2))


def opening(wave: WaveId = FIRST, at: datetime = AT, **changes: Any) -> OpenWave:
    told: dict[str, Any] = {
        "pulse": "house", "wave": wave, "by": HR, "at": at, "closes": at + timedelta(days=14),
        "questions": (ENPS, *SAFETY), "invited": 20, "departments": {"care": 12}, "rest": REST,
    }  # fmt: skip
    return OpenWave(**told | changes)


def after(*commands: Any) -> Pulse:
    state = pulse_decider.initial
    for command in commands:
        state = pulse_decider.replay(pulse_decider.decide(state, command), state)
    return state


END = CloseWave("house", FIRST, AT + timedelta(days=14), 11)


def test_a_wave_says_whom_it_asks_what_and_until_when() -> None:
    (told,) = pulse_decider.decide(Pulse(), opening())
    assert isinstance(told, WaveOpened)
    assert (told.invited, told.departments) == (20, {"care": 12})
    assert [q.name for q in told.questions] == ["enps", *(q.name for q in SAFETY)]


def test_people_are_asked_by_one_wave_at_a_time_and_not_too_often() -> None:
    with pytest.raises(no.AWaveIsOpen):
        pulse_decider.decide(after(opening()), opening(SECOND, AT + REST))
    ended = after(opening(), END)
    with pytest.raises(no.PeopleWereAskedLately):
        pulse_decider.decide(ended, opening(SECOND, AT + REST - timedelta(seconds=1)))
    assert pulse_decider.decide(ended, opening(SECOND, AT + REST))


def test_a_wave_ends_once_with_how_many_answered() -> None:
    (told,) = pulse_decider.decide(after(opening()), END)
    assert isinstance(told, WaveClosed)
    assert told.answered == 11
    assert pulse_decider.decide(after(opening(), END), END) == []
    assert pulse_decider.decide(Pulse(), END) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"questions": ()}, no.AWaveAsksSomething),
        ({"questions": (ENPS, ENPS)}, no.AWaveAsksSomething),
        ({"closes": AT + timedelta(hours=23)}, no.AWaveLastsDays),
        ({"closes": AT + timedelta(days=61)}, no.AWaveLastsDays),
        ({"invited": 4}, no.TooFewToAsk),
    ],
)
def test_a_wave_that_can_not_be_is_refused(changes: Any, refusal: Any) -> None:
    with pytest.raises(refusal):
        pulse_decider.decide(Pulse(), opening(**changes))


def answer(said: dict[str, int]) -> list[PulseAnswered]:
    wave = after(opening()).last
    assert wave
    return answer_decider.decide(None, Answer(AnswerId(UUID(int=9)), wave, said, "care"))


def test_an_answer_has_the_moment_of_the_wave_whenever_it_was_given() -> None:
    (told,) = answer({"enps": 9, "safety-idea": 1})
    assert (told.at, told.department, told.answers) == (AT, "care", {"enps": 9, "safety-idea": 1})
    assert not {"by", "person", "author"} & set(told.__struct_fields__)


@pytest.mark.parametrize("said", [{}, {"enps": 11}, {"enps": -1}, {"safety-idea": 0}, {"x": 1}])
def test_an_answer_that_was_not_asked_for_is_refused(said: dict[str, int]) -> None:
    with pytest.raises(no.TheAnswersDoNotFit):
        answer(said)


def licensed(**changes: Any) -> ImportInstrument:
    asked = PulseQuestion(
        name="t-1", instrument="team", question={"nl": "Is dit zo?", "en": "Is it so?"}, least=1,
        most=5,
    )  # fmt: skip
    told: dict[str, Any] = {
        "instrument": "team", "by": HR, "at": AT, "licence": "Example Institute, 2026",
        "questions": (asked, structs.replace(asked, name="t-2", reversed=True)),
    }  # fmt: skip
    return ImportInstrument(**told | changes)


def test_an_instrument_of_others_is_imported_once_under_its_licence() -> None:
    (told,) = instrument_decider.decide(None, licensed())
    assert told.licence == "Example Institute, 2026"
    assert instrument_decider.decide(told, licensed()) == []
    with pytest.raises(no.TheInstrumentIsKnown):
        instrument_decider.decide(told, licensed(licence="another"))
    with pytest.raises(no.TheInstrumentIsKnown):
        instrument_decider.decide(None, licensed(instrument="safety"))


def test_an_instrument_without_whole_questions_is_refused() -> None:
    (first, second) = licensed().questions
    for questions in (
        (), (first, first), (structs.replace(first, question={"nl": "Is dit zo?"}),),
        (structs.replace(second, most=1),), (first, structs.replace(second, most=7)),
    ):  # fmt: skip
        with pytest.raises(no.AnInstrumentHasQuestions):
            instrument_decider.decide(None, licensed(questions=questions))


def test_what_comes_along_is_asked_in_both_languages_from_both_ends() -> None:
    for questions in INSTRUMENTS.values():
        assert all({"nl", "en"} <= q.question.keys() for q in questions)
    assert {q.reversed for q in SAFETY} == {True, False}
