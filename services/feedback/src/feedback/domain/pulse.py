"""What people are asked in a pulse, how often at most, and which answers count. About no one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.decider import Decider, Rejected
from contracts.pulse import (
    InstrumentImported,
    PulseAnswered,
    PulseEvent,
    PulseQuestion,
    WaveClosed,
    WaveOpened,
)
from contracts.vocabulary import AnswerId, PersonId, WaveId

FEWEST = 5
"""Persons: of fewer no department is named, and fewer than these are not asked at all."""
SHORTEST, LONGEST = timedelta(days=1), timedelta(days=60)


class AWaveIsOpen(Rejected):
    """People are being asked already. Let that wave end, or end it."""


class PeopleWereAskedLately(Rejected):
    """The last wave was opened too short a time ago: people tire of questions. Wait a while."""


class AWaveAsksSomething(Rejected):
    """A wave asks at least one question, each under a name of its own. Choose an instrument."""


class AWaveLastsDays(Rejected):
    """A wave lasts a day at least and sixty at most. Choose another end."""


class TooFewToAsk(Rejected):
    """Fewer than five people would be asked, so their answers could be told to nobody."""


class NoWaveIsOpen(Rejected):
    """Nobody is asked anything at the moment. Wait for the next wave."""


class TheAnswersDoNotFit(Rejected):
    """An answer is a whole number within what the question allows. Look at the questions."""


class AnInstrumentHasQuestions(Rejected):
    """An instrument has questions in both languages, named apart, with one range for all."""


class TheInstrumentIsKnown(Rejected):
    """An instrument of this name is there, with other questions. Take a new name."""


@dataclass(frozen=True, slots=True)
class OpenWave:
    """Ask people; `departments` are those of five or more, `rest` goes from opening to opening."""

    pulse: str
    wave: WaveId
    by: PersonId
    at: datetime
    closes: datetime
    questions: tuple[PulseQuestion, ...]
    invited: int
    departments: Mapping[str, int]
    rest: timedelta


@dataclass(frozen=True, slots=True)
class CloseWave:
    """Ask nobody any more; that is so once, whoever says it."""

    pulse: str
    wave: WaveId
    at: datetime
    answered: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last wave, and whether it is open still."""

    last: WaveOpened | None = None
    open: bool = False


PulseCommand = OpenWave | CloseWave


def decide(state: Pulse, command: PulseCommand) -> list[PulseEvent]:
    if isinstance(command, CloseWave):
        if not state.open or state.last is None or state.last.wave != command.wave:
            return []
        return [
            WaveClosed(
                at=command.at, pulse=command.pulse, wave=command.wave, answered=command.answered
            )
        ]
    if state.open:
        raise AWaveIsOpen
    if state.last is not None and command.at < state.last.at + command.rest:
        raise PeopleWereAskedLately
    _require_sound(command)
    return [
        WaveOpened(
            at=command.at, pulse=command.pulse, wave=command.wave, by=command.by,
            closes=command.closes, questions=command.questions, invited=command.invited,
            departments=dict(command.departments),
        )
    ]  # fmt: skip


def _require_sound(command: OpenWave) -> None:
    names = [question.name for question in command.questions]
    if not names or len(set(names)) != len(names):
        raise AWaveAsksSomething
    if not SHORTEST <= command.closes - command.at <= LONGEST:
        raise AWaveLastsDays
    if command.invited < FEWEST:
        raise TooFewToAsk


def evolve(state: Pulse, event: PulseEvent) -> Pulse:
    if isinstance(event, WaveOpened):
        return Pulse(event, open=True)
    return Pulse(state.last, open=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Say what somebody answered. It is as old as the wave, so that no moment tells who it was."""

    answer: AnswerId
    wave: WaveOpened
    answers: Mapping[str, int]
    department: str | None


def answered(_: PulseAnswered | None, command: Answer) -> list[PulseAnswered]:
    asked = {question.name: question for question in command.wave.questions}
    fits = all(
        name in asked and asked[name].least <= said <= asked[name].most
        for name, said in command.answers.items()
    )
    if not command.answers or not fits:
        raise TheAnswersDoNotFit
    return [
        PulseAnswered(
            at=command.wave.at, answer=command.answer, wave=command.wave.wave,
            answers=dict(command.answers), department=command.department,
        )
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportInstrument:
    instrument: str
    by: PersonId
    at: datetime
    licence: str
    questions: tuple[PulseQuestion, ...]


def imported(
    known: InstrumentImported | None, command: ImportInstrument
) -> list[InstrumentImported]:
    if command.instrument in INSTRUMENTS:
        raise TheInstrumentIsKnown
    names = [question.name for question in command.questions]
    whole = all({"nl", "en"} <= q.question.keys() and q.least < q.most for q in command.questions)
    ranges = {(question.least, question.most) for question in command.questions}
    if len(ranges) != 1 or len(set(names)) != len(names) or not whole:
        raise AnInstrumentHasQuestions
    told = InstrumentImported(
        at=command.at, instrument=command.instrument, by=command.by, licence=command.licence,
        questions=command.questions,
    )  # fmt: skip
    if known is None:
        return [told]
    if (known.licence, known.questions) == (told.licence, told.questions):
        return []
    raise TheInstrumentIsKnown


pulse_decider = Decider[Pulse, PulseCommand, PulseEvent](Pulse(), decide, evolve)
answer_decider = Decider[PulseAnswered | None, Answer, PulseAnswered](
    None, answered, lambda _, event: event
)
instrument_decider = Decider[InstrumentImported | None, ImportInstrument, InstrumentImported](
    None, imported, lambda _, event: event
)


def _agree(name: str, instrument: str, nl: str, en: str, *, reverse: bool = False) -> PulseQuestion:
    return PulseQuestion(
        name=name, instrument=instrument, question={"nl": nl, "en": en}, least=1, most=7,
        reversed=reverse,
    )  # fmt: skip


ENPS = PulseQuestion(
    name="enps", instrument="enps", least=0, most=10,
    question={
        "nl": "Zou je dit werk hier aan een vriend aanraden? (0: zeker niet, 10: zeker wel)",
        "en": "Would you recommend working here to a friend? (0: certainly not, 10: certainly)",
    },
)  # fmt: skip
# In our own words, and validated by nobody: whoever has a licensed instrument imports it.
SAFETY: Sequence[PulseQuestion] = (
    _agree(
        "safety-mistake", "safety", "Wie hier een fout toegeeft, krijgt die lang te horen.",
        "Whoever admits a mistake here hears of it for a long time.", reverse=True,
    ),
    _agree(
        "safety-doubt", "safety", "Ik kan hier hardop twijfelen aan hoe we iets doen.",
        "I can doubt aloud how we do things here.",
    ),
    _agree(
        "safety-help", "safety", "Om hulp vragen voelt hier als zwakte tonen.",
        "Asking for help feels like showing weakness here.", reverse=True,
    ),
    _agree(
        "safety-idea", "safety", "Een onaf idee vertellen durf ik hier.",
        "I dare to tell a half-finished idea here.",
    ),
)  # fmt: skip
INSTRUMENTS: Mapping[str, Sequence[PulseQuestion]] = {"enps": (ENPS,), "safety": SAFETY}
"""What comes along with Kiem; the second is a short form that is not validated."""
