"""Of each number the facts that it rests on, and how each of them is judged."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from contracts.notifications import OUTCOME_NOTICES
from contracts.vocabulary import FINISHED
from metrics.domain.answering import ANSWER
from metrics.domain.closing import ADOPTING, AUTHORS, FAMILIES, OUTCOME, REPORTED, USE, WORKFORCE
from metrics.domain.explaining import answers, around, ways
from metrics.domain.explaining.entries import Case, Entry, Fact
from metrics.domain.explaining.reasons import (
    AFTER_EDITION,
    AFTER_WAVE,
    ALIASES,
    BELOW_THRESHOLD,
    CORRECTED,
    ERASED,
    NOT_ADMITTED,
    OUTSIDE_SPAN,
    Why,
)
from metrics.domain.facts import Facts, IdeaFact

Ideas = Callable[[IdeaFact], bool]
_NONE: Ideas = lambda _: False  # noqa: E731 - a value among others
_STANDING: Ideas = lambda fact: fact.state is not None  # noqa: E731
_PILOTS: Ideas = lambda f: f.type in ("IdeaSubmitted", "PilotStarted") or f.state in FINISHED  # noqa: E731
_KINDS: Ideas = lambda f: f.type == "IdeaSubmitted" or bool(f.category)  # noqa: E731


class Reading(Struct, frozen=True, kw_only=True):
    """The facts of a number: which of ideas, of doings, of loops; and their fates."""

    fates: Callable[[Case], Iterator[Entry]]
    ideas: Ideas = _NONE
    doings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    promises: bool = False
    standings: bool = False

    def of(self, facts: Facts) -> Iterator[Fact]:
        """Yield the facts of the types that the number rests on."""
        yield from (fact for fact in facts.ideas if self.ideas(fact))
        yield from (doing for doing in facts.doings if doing.type in self.doings)
        yield from (notice for notice in facts.deliveries if notice.kind in self.notices)
        yield from facts.promises if self.promises else ()
        yield from facts.standings if self.standings else ()


def _of(fates: Callable[[Case], Iterator[Entry]], *types: str, **others: object) -> Reading:
    return Reading(fates=fates, ideas=lambda fact: fact.type in types, **others)  # type: ignore[arg-type]


_BIRTH, _JUDGED = ways.BIRTH, ways.JUDGEMENTS
READINGS: dict[str, Reading] = {
    "ideas_submitted": _of(ways.submitted, *_BIRTH),
    "idea_rate": _of(ways.rate, *_BIRTH, standings=True),
    "ideas_by_state": Reading(fates=ways.states, ideas=_STANDING),
    "realisation_a": _of(ways.realised, *_BIRTH, *ways.REALISED),
    "realisation_b": _of(ways.accepted, *_JUDGED),
    "processing_time_a": _of(ways.judging, *_BIRTH, *_JUDGED),
    "processing_time_b": _of(ways.realising, *_BIRTH, *ways.REALISED),
    "lead_time_to_pilot": Reading(fates=ways.to_pilot, ideas=_PILOTS),
    "throughput": _of(ways.throughput, *ways.PILOT, *ways.REALISED),
    "wip": Reading(fates=ways.under_way, ideas=_STANDING),
    "age": _of(ways.age, *_BIRTH),
    "idea_diversity": Reading(fates=ways.kinds, ideas=_KINDS),
    "cross_department": _of(
        around.across, *_BIRTH, doings=("CoAuthorsChanged", "IdeaSupported", "SupportWithdrawn")
    ),
    "silent_ideas": _of(
        answers.silent, *_BIRTH, promises=True, notices=tuple(set(OUTCOME_NOTICES.values()))
    ),
    "first_response": _of(
        answers.first_response, *_BIRTH, *answers.LEAVING,
        doings=("QuestionAsked", "ReviewCompleted", "CommentPosted"),
    ),
    "sla_attainment": Reading(fates=answers.attained, promises=True),
    "closed_loop": _of(
        answers.closed_loop, *answers.OUTCOMES, doings=("FeedbackRated",), notices=(ANSWER,)
    ),
    "pilot_outcomes": Reading(fates=around.pilots, doings=("PilotConcluded",)),
    "barrier_resolution": Reading(fates=around.barriers, doings=("BarrierRaised", *around.ENDS)),
    "time_granted": Reading(
        fates=around.requests, doings=("TimeAsked", "TimeGranted", "TimeRefused")
    ),
}  # fmt: skip

_ALWAYS = (OUTSIDE_SPAN, AFTER_EDITION, BELOW_THRESHOLD)
_OF_FAMILIES: dict[str, tuple[Why, ...]] = {
    USE: (*_ALWAYS, ERASED, NOT_ADMITTED), ADOPTING: (*_ALWAYS, ERASED, NOT_ADMITTED),
    AUTHORS: (*_ALWAYS, ALIASES), WORKFORCE: (*_ALWAYS, CORRECTED), OUTCOME: (*_ALWAYS, CORRECTED),
    REPORTED: (*_ALWAYS, CORRECTED, NOT_ADMITTED),
}  # fmt: skip
_OF_WAVES = (AFTER_WAVE, BELOW_THRESHOLD)
RULES: dict[str, tuple[Why, ...]] = {
    kpi: whys for family, whys in _OF_FAMILIES.items() for kpi in FAMILIES[family]
} | dict.fromkeys(("enps", "psychological_safety", "pulse_scale"), _OF_WAVES)
"""What is left out of numbers about people: how much of it would tell how many persons."""
