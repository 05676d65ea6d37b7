"""Silent ideas: whose author was not told who answers, or by when, or what came of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from contracts.notifications import OUTCOME_NOTICES
from metrics.domain.facts import DeliveryFact, Facts, Owed, PromiseFact
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact, Number, nothing
from metrics.domain.periods import Window

TOLD_WITHIN = timedelta(minutes=1)
_OUTCOMES = frozenset(OUTCOME_NOTICES.values())
ANSWERED_WITHIN = timedelta(hours=1)
DELIVERED_WITHIN = timedelta(hours=24)

CAUSES = ("held_up", "no_promise", "promise_not_told", "overdue", "outcome_not_delivered")


class Loops:
    """What notifications promised, kept, broke and delivered, up to a moment."""

    def __init__(
        self, promises: Iterable[PromiseFact], deliveries: Iterable[DeliveryFact], before: datetime
    ) -> None:
        self.made: set[tuple[UUID, Owed]] = set()
        self.answered: set[tuple[UUID, Owed]] = set()
        self._escalated: dict[UUID, PromiseFact] = {}
        self._delivered: dict[tuple[UUID, bytes, str], datetime] = {}
        for promise in promises:
            if promise.occurred_at < before:
                self._hear(promise)
        for delivery in deliveries:
            if delivery.occurred_at < before and delivery.kind in _OUTCOMES:
                told = (delivery.idea, delivery.person, delivery.kind)
                last = self._delivered.get(told, delivery.occurred_at)
                self._delivered[told] = max(last, delivery.occurred_at)

    def _hear(self, fact: PromiseFact) -> None:
        if fact.step in {"made", "extended", "passed_on", "escalated"}:
            self.made.add((fact.idea, fact.owed))
        else:
            self.answered.add((fact.idea, fact.owed))
        # Who took over may be given a later date too, when the house itself was away.
        if fact.step in {"extended", "passed_on", "escalated"}:
            last = self._escalated.get(fact.idea, fact)
            self._escalated[fact.idea] = max(last, fact, key=_order)

    def current(self, life: Life) -> tuple[Owed | None, datetime | None]:
        """Return the promise that counts now, the idea's own or that of a later escalation."""
        escalated = self._escalated.get(life.idea)
        if escalated and (life.owed_at is None or life.owed_at <= escalated.occurred_at):
            return escalated.owed, escalated.occurred_at
        return life.owed, life.owed_at

    def told(self, idea: UUID, person: bytes, kind: str, since: datetime) -> bool:
        """Whether the notice of an outcome reached a person at or after a moment."""
        delivered = self._delivered.get((idea, person, kind))
        return delivered is not None and delivered >= since


def silent_ideas(window: Window, ideas: Sequence[Life], facts: Facts) -> Number:
    """Count silent ideas, with the cause of each beside: one idea, one cause."""
    loops = Loops(facts.promises, facts.deliveries, window.at)
    causes: dict[str, Exact | None] = dict.fromkeys(CAUSES, 0)
    for life in ideas:
        if cause := cause_of(life, loops, facts, window.at):
            causes[cause] = (causes[cause] or 0) + 1
    if not ideas:
        return nothing(causes)
    silent = int(sum(number or 0 for number in causes.values()))
    return Number(value=silent, numerator=silent, n=len(ideas), beside=causes)


def cause_of(life: Life, loops: Loops, facts: Facts, at: datetime) -> str | None:
    if life.finished:
        return "outcome_not_delivered" if _outcome_is_owed(life, loops, at) else None
    if life.idea in facts.parked:
        return "held_up"
    owed, since = loops.current(life)
    if owed is None or since is None:
        return "no_promise"
    if (life.idea, owed) not in loops.made and at >= since + TOLD_WITHIN:
        return "promise_not_told"
    if (life.idea, owed) not in loops.answered and at > owed.due + ANSWERED_WITHIN:
        return "overdue"
    return None


def _outcome_is_owed(life: Life, loops: Loops, at: datetime) -> bool:
    """Whether the author should have had the outcome by now, and has not.

    Imported outcomes were told long ago, elsewhere; who withdraws needs no notice of it.
    """
    outcome = life.ending
    if outcome is None or outcome.origin == "imported":
        return False
    if at < outcome.occurred_at + DELIVERED_WITHIN:
        return False
    kind = OUTCOME_NOTICES[outcome.type]
    return not loops.told(life.idea, life.author, kind, outcome.occurred_at)


def _order(fact: PromiseFact) -> tuple[datetime, int]:
    return fact.occurred_at, fact.version
