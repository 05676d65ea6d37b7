"""The numbers about the way of ideas: how many, how far, how fast."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import get_args
from uuid import UUID

from msgspec import Struct

from contracts.notifications import OUTCOME_NOTICES
from contracts.vocabulary import FINISHED, Origin, State
from metrics.domain.facts import UNKNOWN, Directory, IdeaFact, Owed
from metrics.domain.numbers import Exact, Number, count, days, median, nothing, percentile, share
from metrics.domain.periods import Window
from metrics.domain.survival import Duration, quantile, survival

STATES: tuple[State, ...] = get_args(State)
_JUDGEMENTS = {"IdeaAccepted": True, "IdeaDeclined": False}
_OUTCOMES = frozenset({"IdeaAccepted", "IdeaDeclined", "IdeaParked"})
_MEDIAN, _P85 = Fraction(1, 2), Fraction(85, 100)


class Life(Struct, frozen=True, kw_only=True):
    """The way of one idea up to a moment, as the numbers see it.

    Every `…_at` is the first time; `judged` is the first final judgement, `revised` says that a
    later one differs; `changed_at` is when the present state was reached, `owed` the promise that
    the latest fact with one names, `owed_at` since when it can be expected to be known. `outcomes`
    are the answers, `ending` the last fact of which the author is owed a notice.
    """

    idea: UUID
    author: bytes
    submitted_at: datetime
    department: str
    category: str
    origin: Origin
    state: State
    changed_at: datetime
    judged: bool | None = None
    judged_at: datetime | None = None
    revised: bool = False
    piloted_at: datetime | None = None
    realised_at: datetime | None = None
    owed: Owed | None = None
    owed_at: datetime | None = None
    outcomes: tuple[IdeaFact, ...] = ()
    ending: IdeaFact | None = None

    @property
    def finished(self) -> bool:
        return self.state in FINISHED


def lives(facts: Iterable[IdeaFact], before: datetime, directory: Directory) -> list[Life]:
    """Fold facts that happened before a moment, in any order and however often they come."""
    known: dict[UUID, dict[int, IdeaFact]] = {}
    for fact in facts:
        if fact.occurred_at < before:
            known.setdefault(fact.idea, {})[fact.version] = fact
    found = (_life(sorted(known[idea].values(), key=_order), directory) for idea in sorted(known))
    return [life for life in found if life is not None]


def _order(fact: IdeaFact) -> tuple[datetime, int]:
    return fact.occurred_at, fact.version


def _life(facts: Sequence[IdeaFact], directory: Directory) -> Life | None:
    """Return the way of an idea; one pass, as every question looks at every fact of all ideas."""
    first: dict[str, IdeaFact] = {}
    category, standing, owing, ending = UNKNOWN, None, None, None
    outcomes: list[IdeaFact] = []
    for fact in facts:
        first.setdefault(fact.type, fact)
        category = fact.category or category
        standing = fact if fact.state is not None else standing
        owing = fact if fact.owed is not None else owing
        ending = fact if fact.type in OUTCOME_NOTICES else ending
        if fact.type in _OUTCOMES:
            outcomes.append(fact)
    birth, pilot, realised = map(first.get, ("IdeaSubmitted", "PilotStarted", "IdeaRealised"))
    if birth is None or standing is None:
        return None  # its birth is not among what is known, so it is not counted anywhere
    judged = [fact for fact in outcomes if fact.type in _JUDGEMENTS]
    verdicts = [_JUDGEMENTS[fact.type] for fact in judged]
    return Life(
        idea=birth.idea, author=birth.author, submitted_at=birth.occurred_at, origin=birth.origin,
        department=birth.department or directory.department(birth.author, birth.occurred_at),
        category=category, state=standing.state or "submitted", changed_at=standing.occurred_at,
        judged=verdicts[0] if verdicts else None, revised=len(set(verdicts)) > 1,
        judged_at=judged[0].occurred_at if judged else None,
        piloted_at=pilot.occurred_at if pilot else None,
        realised_at=realised.occurred_at if realised else None,
        owed=owing.owed if owing else None,
        owed_at=max(owing.occurred_at, owing.recorded_at) if owing else None,
        outcomes=tuple(outcomes), ending=ending,
    )  # fmt: skip


def ideas_submitted(window: Window, ideas: Sequence[Life]) -> Number:
    return count(len(_cohort(window, ideas)))


def ideas_by_state(_: Window, ideas: Sequence[Life]) -> Number:
    standing = Counter(life.state for life in ideas)
    return count(len(ideas), {state: standing[state] for state in STATES})


def realisation_a(window: Window, ideas: Sequence[Life]) -> Number:
    cohort = _cohort(window, ideas)
    return share(sum(life.realised_at is not None for life in cohort), len(cohort))


def realisation_b(window: Window, ideas: Sequence[Life]) -> Number:
    judged = [life for life in ideas if life.judged_at and window.holds(life.judged_at)]
    accepted = sum(bool(life.judged) for life in judged)
    return share(accepted, len(judged), {"revised": sum(life.revised for life in judged)})


def processing_time_a(window: Window, ideas: Sequence[Life]) -> Number:
    return _taken([(life.submitted_at, life.judged_at) for life in ideas], window)


def processing_time_b(window: Window, ideas: Sequence[Life]) -> Number:
    return _taken([(life.submitted_at, life.realised_at) for life in ideas], window)


def lead_time_to_pilot(window: Window, ideas: Sequence[Life]) -> Number:
    cohort = _cohort(window, ideas)
    waiting = [life for life in cohort if life.piloted_at is None]
    exits = sum(life.finished for life in waiting)
    beside: dict[str, Exact | None] = {
        "pilots": len(cohort) - len(waiting), "exits": exits, "open": len(waiting) - exits,
    }  # fmt: skip
    if not cohort:
        return nothing({"p85": None, **beside})
    steps = survival(_to_pilot(life, window.at) for life in cohort)
    value = quantile(steps, _MEDIAN)
    return Number(
        value=value, n=len(cohort), reason="not_reached" if value is None else None,
        beside={"p85": quantile(steps, _P85), **beside},
    )  # fmt: skip


def throughput(window: Window, ideas: Sequence[Life]) -> Number:
    pilots = sum(life.piloted_at is not None and window.holds(life.piloted_at) for life in ideas)
    realisations = sum(
        life.realised_at is not None and window.holds(life.realised_at) for life in ideas
    )
    return count(pilots, {"first_pilots": pilots, "first_realisations": realisations})


def wip(_: Window, ideas: Sequence[Life]) -> Number:
    return count(sum(not life.finished for life in ideas))


def age(window: Window, ideas: Sequence[Life]) -> Number:
    ages = [days(window.until - life.submitted_at) for life in ideas if not life.finished]
    return Number(value=median(ages), n=len(ages), reason=None if ages else "no_data")


def _cohort(window: Window, ideas: Iterable[Life]) -> list[Life]:
    return [life for life in ideas if window.holds(life.submitted_at)]


def _to_pilot(life: Life, at: datetime) -> Duration:
    if life.piloted_at is not None:
        return Duration(days(life.piloted_at - life.submitted_at), happened=True)
    end = life.changed_at if life.finished else at
    return Duration(days(end - life.submitted_at), happened=False)


def _taken(spans: Iterable[tuple[datetime, datetime | None]], window: Window) -> Number:
    taken = [days(end - start) for start, end in spans if end is not None and window.holds(end)]
    beside: dict[str, Exact | None] = {"p90": percentile(taken, 90)}
    if not taken:
        return nothing(beside)
    return Number(value=median(taken), n=len(taken), beside=beside)
