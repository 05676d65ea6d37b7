"""Which facts a number is made of, how many, and which are left out, and why."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct, structs

from metrics.domain.answers import Question
from metrics.domain.facts import Directory, Doing, Facts, IdeaFact
from metrics.domain.ideas import lives
from metrics.domain.measures import MEASURES
from metrics.domain.periods import Window


class Explanation(Struct, frozen=True):
    """How many facts of each type count, and how many are left out, by the reason."""

    counted: dict[str, int]
    left_out: dict[str, int]


_END = datetime.max.replace(tzinfo=UTC)
_NOBODY = Directory(())

LATER = "they happened at or after the instant of judging"
NOT_KNOWN = "they were recorded after `as_known_at`"
UNBORN = "the submission of their idea is not known"
OTHER_ORIGIN = "their idea came here another way than `origin` says"


def wide(question: Question) -> Question:
    """Return the question that reads all facts, those that are left out as well."""
    window = question.window
    return structs.replace(
        question, window=Window(since=window.since, until=window.until, at=_END, known=None)
    )


def explain(question: Question, facts: Facts) -> Explanation:
    """Sort facts into those that count and those that do not."""
    counted: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    told: Iterable[IdeaFact | Doing] = facts.ideas
    if "doings" in MEASURES[question.kpi.id].needs:
        told = (*told, *(d for d in facts.doings if not d.stream.startswith("idea-")))
    born = {life.idea: life.origin for life in lives(facts.ideas, _END, _NOBODY)}
    for fact in told:
        if fact.occurred_at >= question.window.at:
            left_out[LATER] += 1
        elif not question.window.counts(fact.occurred_at, fact.recorded_at):
            left_out[NOT_KNOWN] += 1
        elif isinstance(fact, IdeaFact) and fact.idea not in born:
            left_out[UNBORN] += 1
        elif isinstance(fact, IdeaFact) and question.origin not in {None, born[fact.idea]}:
            left_out[OTHER_ORIGIN] += 1
        else:
            counted[fact.type] += 1
    return Explanation(dict(sorted(counted.items())), dict(left_out))
