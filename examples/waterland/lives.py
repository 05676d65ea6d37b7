"""What becomes of an idea: seen, judged, tried out, realised, or none of it."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from waterland.directory import WORDS

# In calendar days: until somebody looks, and from there to the judgement.
SEEN = ((19.0, 0.75), (3.0, 0.5))
JUDGED = ((26.0, 0.6), (11.0, 0.5))
TO_PILOT = (67.0, 0.62)  # since its birth; in the second year a half is tried within 74 days
ACCEPTED, PARKED = 0.38, 0.06  # of those judged; some that are parked become a yes


class Step(NamedTuple):
    """Something that is done: on which day, what kind of line, its word, why, and who did it."""

    day: float
    fact: str
    word: str = ""
    why: str = ""
    by: str = ""


@dataclass
class Life:
    """Whose it is, who looks at it and when."""

    chance: random.Random
    year: int
    born: int
    author: str
    by: str
    seen: float = 0.0

    def __post_init__(self) -> None:
        self.seen = self.born + self.after(*SEEN[self.year])

    def after(self, median: float, spread: float) -> float:
        return self.chance.lognormvariate(math.log(median), spread)

    def luck(self, share: float) -> bool:
        return self.chance.random() < share

    def say(self, what: str) -> str:
        said: str = self.chance.choice(WORDS[what])
        return said


def told(life: Life) -> Iterator[Step]:
    """Tell the steps of a life, in their order."""
    seen = life.seen
    yield Step(seen, "beoordelaar", by=life.by)
    yield Step(seen, "status", "In behandeling", by=life.by)
    if life.luck(0.1):
        yield Step(seen + 1, "opmerking", why=life.say("sentences"))
    if life.luck(0.03):
        yield Step(seen + 3, "status", "Ingetrokken", "anders opgelost", life.author)
        return
    yield from _judged(life, seen + life.after(*JUDGED[life.year]))


def _judged(life: Life, day: float) -> Iterator[Step]:
    luck = life.chance.random()
    if luck < ACCEPTED:
        yield from _accepted(life, day)
    elif luck < ACCEPTED + PARKED:
        yield Step(day, "status", "Geparkeerd", life.say("later"), life.by)
        if life.luck(0.7):  # its time came
            yield from _accepted(life, day + life.after(45, 0.4))
    else:
        yield Step(day, "status", "Afgewezen", life.say("no"), life.by)
        if life.luck(0.03):  # a no that became a yes after all
            yield from _accepted(life, day + life.after(90, 0.4))


def _accepted(life: Life, day: float) -> Iterator[Step]:
    yield Step(day, "status", "Geaccepteerd", life.say("yes"), life.by)
    if life.luck(0.02):
        yield Step(day + 6, "status", "In behandeling", "toch eerst een vraag", life.by)
        day += 15
        yield Step(day, "status", "Geaccepteerd", by=life.by)
    if life.luck(0.1):  # so small that nobody tries it first
        yield Step(day + life.after(40, 0.5), "status", "Gerealiseerd", by=life.by)
        return
    yield from _tried(life, max(day + 2, life.born + life.after(*TO_PILOT)))


def _tried(life: Life, start: float) -> Iterator[Step]:
    yield Step(start, "status", "Pilot", by=life.by)
    yield Step(start + 20, "meting", why=life.say("learned"))
    end = start + life.after(50, 0.4)
    outcome = life.chance.choices(("opgeschaald", "gestopt", "verlengd"), (7, 2, 1))[0]
    yield Step(
        end, "pilot-einde", outcome, life.say("stopped" if outcome == "gestopt" else "learned")
    )
    if outcome == "opgeschaald":
        yield Step(end + life.after(12, 0.5), "status", "Gerealiseerd", by=life.by)
