"""Carries out what is asked about a pulse: waves, codes, answers, instruments."""

from datetime import timedelta
from typing import Annotated, Any, cast
from uuid import UUID, uuid4

from pydantic import BaseModel, Field

from chassis.commands import Commands, Context
from chassis.database import Tx
from chassis.decider import NotAllowed, NotFound, Rejected
from chassis.http import Pace
from chassis.process import Parts
from contracts.pulse import (
    InstrumentImported,
    PulseAnswered,
    PulseEvent,
    PulseQuestion,
    WaveClosed,
    WaveOpened,
)
from contracts.vocabulary import AnswerId, PersonId, WaveId
from feedback.api.rules import Name, Question
from feedback.api.words import PLAIN, Moment
from feedback.domain.pulse import (
    FEWEST,
    INSTRUMENTS,
    Answer,
    CloseWave,
    ImportInstrument,
    NoWaveIsOpen,
    OpenWave,
    Pulse,
    PulseCommand,
    answer_decider,
    instrument_decider,
    pulse_decider,
)
from feedback.projections.pulse import Codes, Held, clear, held_of, hold, shown
from feedback.settings import FeedbackSettings

HOUSE = "house"  # the one pulse that there is
_SHOWN = 100  # waves

Number = Annotated[int, Field(ge=-1_000, le=1_000)]


class YouHaveACode(Rejected):
    """You were given your code, once. Nobody can find it again: nothing says that it is yours."""


class YouAreNotAsked(NotAllowed):
    """Asked is who was here when the wave was opened. You are asked in the next one."""


class ThisIsNoCode(NotFound):
    """Nothing waits for this code: it was used, or its wave is over. Look at how it is written."""


class Item(BaseModel):
    """A question that a whole number answers; a reversed one counts from the other end."""

    name: Name
    nl: Question
    en: Question
    least: Number
    most: Number
    reversed: bool = False


class Instrument(BaseModel):
    """Questions of somebody else, and the licence under which they may be asked."""

    licence: Annotated[str, Field(min_length=3, max_length=500, pattern=PLAIN)]
    questions: Annotated[list[Item], Field(min_length=1, max_length=50)]


class Wanted(BaseModel):
    """Until when to ask, and which instruments: `enps`, `safety`, or one that was imported."""

    closes: Moment
    instruments: Annotated[list[Name], Field(min_length=1, max_length=10)]


class Asked(BaseModel):
    """A wave, as those who are asked see it; `code_given`: you have your code already."""

    wave: UUID
    closes: Moment
    questions: list[Item]
    code_given: bool


class Wave(BaseModel):
    """A wave, as HR sees it. How many answered is told from five on."""

    wave: UUID
    opened: Moment
    closes: Moment
    open: bool
    instruments: list[str]
    invited: int
    answered: int | None


class Given(BaseModel):
    code: str


class Answers(BaseModel):
    """A code, and a number for each question that is answered."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    answers: Annotated[dict[Name, Number], Field(min_length=1, max_length=100)]


class Pulses:
    """Carries out what is asked about waves, codes and instruments."""

    def __init__(self, parts: Parts, settings: FeedbackSettings) -> None:
        self.parts, self._rest = parts, timedelta(days=settings.pulse_rest_days)
        self.codes = Codes(parts.keyring)
        self.waves: Commands[Pulse, PulseCommand, PulseEvent] = parts.commands(
            pulse_decider, "pulse"
        )
        self.answers: Commands[PulseAnswered | None, Answer, PulseAnswered] = parts.commands(
            answer_decider, "answer"
        )
        self.instruments: Commands[
            InstrumentImported | None, ImportInstrument, InstrumentImported
        ] = parts.commands(instrument_decider, "instrument")
        # All who answer have one pace: whoever guesses codes waits, as everybody does.
        self._pace = Pace(20, 200)

    async def current(self) -> WaveOpened:
        """Return the wave that is open; raises NoWaveIsOpen."""
        try:
            state, _ = await self.waves.state(HOUSE)
        except NotFound:
            raise NoWaveIsOpen from None
        last = state.last
        if last is None or not state.open or last.closes <= self.parts.clock.now():
            raise NoWaveIsOpen
        return last

    async def questions(self, name: str) -> tuple[PulseQuestion, ...]:
        """Return what an instrument asks; raises NotFound."""
        if name in INSTRUMENTS:
            return tuple(INSTRUMENTS[name])
        state, _ = await self.instruments.state(name)
        return cast("InstrumentImported", state).questions

    async def open(self, wanted: Wanted, who: PersonId, once: Context) -> UUID:
        """Open a wave, and make its codes, at once."""
        asked: list[PulseQuestion] = []
        for name in dict.fromkeys(wanted.instruments):
            asked += await self.questions(name)
        wave = WaveId(once.command)
        async with self.parts.db.transaction() as tx:
            invited, departments = await self.codes.invite(tx)
            command = OpenWave(
                HOUSE, wave, who, self.parts.clock.now(), wanted.closes, tuple(asked), invited,
                departments, self._rest,
            )  # fmt: skip
            done = await self.waves.handle(HOUSE, command, once, tx)
            if done.events:
                await self.codes.make(tx, wave, invited, departments)
        self.parts.wake()
        return wave

    async def close(self, wave: WaveOpened, once: Context) -> None:
        """End a wave; who had a code is forgotten with it."""
        async with self.parts.db.transaction() as tx:
            # Nobody answers meanwhile: the number that is told is the last one.
            await tx.raw.execute("LOCK TABLE pulse_code IN SHARE ROW EXCLUSIVE MODE")
            answered = wave.invited - await self.codes.left(tx.raw, wave.wave)
            command = CloseWave(HOUSE, wave.wave, self.parts.clock.now(), answered)
            done = await self.waves.handle(HOUSE, command, once, tx)
            if done.events:
                await clear(tx, wave.wave)
                await self._tell(tx, wave)
        self.parts.wake()

    async def _tell(self, tx: Tx, wave: WaveOpened) -> None:
        """Tell what was answered, together: no order, and no moment, says which came when."""
        for held in await held_of(tx, wave.wave):
            command = Answer(held.answer, wave, held.answers, held.department)
            context = Context(command=uuid4())
            await self.answers.handle(held.answer, command, context, tx, history=())

    async def close_due(self) -> None:
        """End the wave whose time is over, if there is one."""
        try:
            state, _ = await self.waves.state(HOUSE)
        except NotFound:
            return
        last = state.last
        if state.open and last is not None and last.closes <= self.parts.clock.now():
            await self.close(last, Context(command=uuid4()))

    async def give(self, who: PersonId) -> str:
        """Give somebody their code."""
        wave = await self.current()
        async with self.parts.db.transaction() as tx:
            here, department = await self.codes.place(tx.raw, who)
            if not here:
                raise YouAreNotAsked
            if await self.codes.has(tx.raw, wave.wave, who):
                raise YouHaveACode
            named = department if department in wave.departments else None
            code = await self.codes.give(tx, wave.wave, who, named)
            if code is None:
                raise YouAreNotAsked
        return shown(code)

    async def answer(self, given: Answers) -> None:
        """Take answers, once for each code; nothing of who gave them is known here."""
        self._pace.take("codes")
        wave = await self.current()
        answer = AnswerId(uuid4())
        async with self.parts.db.transaction() as tx:
            department = await self._used(tx, wave, given.code)
            answer_decider.decide(None, Answer(answer, wave, given.answers, department))
            await hold(tx, wave.wave, Held(answer, department, given.answers))

    async def _used(self, tx: Tx, wave: WaveOpened, code: str) -> str | None:
        known, department = await self.codes.use(tx, wave.wave, code)
        if not known:
            raise ThisIsNoCode
        return department

    async def told(self) -> list[Wave]:
        """Return the waves, the last first."""
        try:
            history: list[Any] = [each.data for each in await self.waves.history(HOUSE)]
        except NotFound:
            return []
        closed = {e.wave: e for e in history if isinstance(e, WaveClosed)}
        opened = [e for e in history if isinstance(e, WaveOpened)]
        return [await self._wave(e, closed.get(e.wave)) for e in opened[: -_SHOWN - 1 : -1]]

    async def _wave(self, wave: WaveOpened, closed: WaveClosed | None) -> Wave:
        if closed is None:
            answered = wave.invited - await self.codes.left(self.parts.db.pool, wave.wave)
        else:
            answered = closed.answered
        return Wave(
            wave=wave.wave, opened=wave.at, closes=closed.at if closed else wave.closes,
            open=closed is None, invited=wave.invited,
            instruments=list(dict.fromkeys(q.instrument for q in wave.questions)),
            answered=answered if answered >= FEWEST else None,
        )  # fmt: skip


def item(question: PulseQuestion) -> Item:
    return Item(
        name=question.name, nl=question.question["nl"], en=question.question["en"],
        least=question.least, most=question.most, reversed=question.reversed,
    )  # fmt: skip
