"""What a pulse asks people, told by `feedback`: waves, instruments, and nameless answers."""

from typing import Annotated

from msgspec import Meta, Struct

from contracts import feedback
from contracts.vocabulary import AnswerId, Event, Instant, Language, PersonId, WaveId

OWNER = feedback.OWNER
TOPIC = feedback.TOPIC

Rank = Annotated[int, Meta(ge=-1_000, le=1_000)]
Heads = Annotated[int, Meta(ge=0)]


class PulseQuestion(Struct, frozen=True, kw_only=True):
    """A question that is answered by a number from `least` to `most`, in both languages.

    `instrument` is what it belongs to; a reversed one counts from the other end.
    """

    name: str
    instrument: str
    question: dict[Language, str]
    least: Rank
    most: Rank
    reversed: bool = False


class InstrumentImported(Event, frozen=True, kw_only=True):
    """Questions of somebody else may be asked, under the licence that `licence` names."""

    instrument: str
    by: PersonId
    licence: str
    questions: tuple[PulseQuestion, ...]


class WaveOpened(Event, frozen=True, kw_only=True):
    """People are asked until `closes`: how many in all, and of each department of five or more."""

    pulse: str
    wave: WaveId
    by: PersonId
    closes: Instant
    questions: tuple[PulseQuestion, ...]
    invited: Heads
    departments: dict[str, Heads] = {}  # noqa: RUF012 - msgspec copies it


class WaveClosed(Event, frozen=True, kw_only=True):
    """Nobody is asked any more; so many answered."""

    pulse: str
    wave: WaveId
    answered: Heads


class PulseAnswered(Event, frozen=True, kw_only=True):
    """Somebody answered, and nobody knows who. `at` is when the wave was opened, for all alike.

    `department` is there only where five or more of it were asked.
    """

    answer: AnswerId
    wave: WaveId
    answers: dict[str, Rank]
    department: str | None = None


PulseEvent = WaveOpened | WaveClosed
STREAMS: dict[str, object] = {
    "pulse": PulseEvent,
    "answer": PulseAnswered,
    "instrument": InstrumentImported,
}
