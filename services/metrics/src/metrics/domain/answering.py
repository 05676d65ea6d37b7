"""The numbers about answers: how soon the first word comes, whether promises hold, who heard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

from metrics.domain.facts import DeliveryFact, PromiseFact
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact, Number, days, nothing, share
from metrics.domain.scene import Scene
from metrics.domain.survival import Duration, quantile, survival

HALF, P85, P90 = Fraction(1, 2), Fraction(85, 100), Fraction(9, 10)
USEFUL = 4
"""From how many of five stars on an answer was useful."""

_ANSWER = "decision"  # the notice of an answer
_LEFT = frozenset({"withdrawn", "merged"})
_WORDS = ("QuestionAsked", "ReviewCompleted")


def until_event(
    durations: Sequence[Duration], beside: dict[str, Exact | None], q: Fraction = P85
) -> Number:
    """Return the Kaplan-Meier median of durations, with another quantile beside."""
    name = f"p{int(q * 100)}"
    if not durations:
        return nothing({name: None, **beside})
    steps = survival(durations)
    value = quantile(steps, HALF)
    return Number(
        value=value, n=len(durations), reason="not_reached" if value is None else None,
        beside={name: quantile(steps, q), **beside},
    )  # fmt: skip


def first_response(scene: Scene, ideas: Sequence[Life]) -> Number:
    """How long authors wait for the first word of a person about their idea."""
    cohort = [life for life in ideas if scene.window.holds(life.submitted_at)]
    said = [(life, _in_time(_first_word(scene, life), _gone(life))) for life in cohort]
    ends = [word or _gone(life) or scene.window.at for life, word in said]
    whole = [
        Duration(days(end - life.submitted_at), happened=word is not None)
        for (life, word), end in zip(said, ends, strict=True)
    ]
    working = [
        Duration(scene.working.between(life.submitted_at, end), happened=word is not None)
        for (life, word), end in zip(said, ends, strict=True)
    ]
    answered = sum(word is not None for _, word in said)
    left = sum(word is None and _gone(life) is not None for life, word in said)
    steps = survival(working)
    return until_event(whole, {
        "working_median": quantile(steps, HALF), "working_p90": quantile(steps, P90),
        "answered": answered, "left": left, "open": len(cohort) - answered - left,
    }, P90)  # fmt: skip


def _gone(life: Life) -> datetime | None:
    return life.changed_at if life.state in _LEFT else None


def _in_time(word: datetime | None, gone: datetime | None) -> datetime | None:
    """Leave out what was said about an idea that nobody waited for any more."""
    return None if word and gone and word > gone else word


def _first_word(scene: Scene, life: Life) -> datetime | None:
    reviewers: set[bytes | None] = set()
    for doing in scene.by_subject.get(life.idea, ()):
        if doing.type == "ReviewerAssigned":
            reviewers.add(doing.person)
        spoke = doing.type == "CommentPosted" and doing.person in reviewers
        if (spoke or doing.type in _WORDS) and doing.occurred_at >= life.submitted_at:
            return doing.occurred_at
    return None


def closed_loop(scene: Scene, ideas: Sequence[Life]) -> Number:
    """Whether what came of an idea reached its author, and whether the answer helped."""
    reached: dict[tuple[UUID, bytes], list[datetime]] = {}
    for notice in _deliveries(scene):
        reached.setdefault((notice.idea, notice.person), []).append(notice.occurred_at)
    outcomes = delivered = useful = 0
    for life in ideas:
        if (span := _last_outcome(scene, life)) is None:
            continue
        since, until = span
        outcomes += 1
        told = reached.get((life.idea, life.author), ())
        delivered += any(since <= at < until for at in told)
        rated = [r for r in scene.of(life.idea, "FeedbackRated") if since <= r.occurred_at < until]
        useful += bool(rated) and (rated[-1].amount or 0) >= USEFUL
    return share(delivered, outcomes, {"seen": None, "rated_useful": useful})


def _last_outcome(scene: Scene, life: Life) -> tuple[datetime, datetime] | None:
    """Return when the last outcome of the period was told, and until when it was the last one."""
    moments = [told.occurred_at for told in life.outcomes]
    inside = [n for n, moment in enumerate(moments) if scene.window.holds(moment)]
    if not inside:
        return None
    after = moments[inside[-1] + 1 :]
    return moments[inside[-1]], after[0] if after else datetime.max.replace(tzinfo=UTC)


def _deliveries(scene: Scene) -> Iterator[DeliveryFact]:
    for fact in sorted(scene.facts.deliveries, key=lambda fact: fact.occurred_at):
        if fact.kind == _ANSWER and scene.window.counts(fact.occurred_at, fact.recorded_at):
            yield fact


@dataclass
class _Promise:
    """A promise from its making on: kept when, handed over to somebody else or not."""

    accountable: bytes
    due: datetime
    kept_at: datetime | None = None
    moved: bool = False
    handed_over: bool = False


def sla_attainment(scene: Scene, ideas: Sequence[Life]) -> Number:
    """How many of the promises that fell due were kept by then."""
    met = missed = moved = handed = 0
    for life in ideas:
        gone = _gone(life)
        for promise in _promised(scene.promises.get(life.idea, ())):
            due = promise.due
            if not scene.window.holds(due) or due > scene.window.at or (gone and gone < due):
                continue
            if promise.handed_over:
                handed += 1
                continue
            kept = promise.kept_at is not None and promise.kept_at <= due
            met, missed, moved = met + kept, missed + (not kept), moved + promise.moved
    return share(met, met + missed, {"missed": missed, "moved": moved, "handed_over": handed})


def _promised(steps: Sequence[PromiseFact]) -> list[_Promise]:
    """Fold the steps of a loop into promises; one with a new date by the same person goes on.

    One that was said to be broken is kept all the same where its word was given in time, and only
    heard of late.
    """
    found: list[_Promise] = []
    standing: _Promise | None = None
    missed: _Promise | None = None
    for step in steps:
        if step.step == "made":
            if standing and standing.accountable == step.owed.accountable:
                standing.due, standing.moved = step.owed.due, True
                continue
            if standing:
                standing.handed_over = step.occurred_at <= standing.due
            standing = _Promise(step.owed.accountable, step.owed.due)
            found.append(standing)
        elif step.step == "extended" and standing:
            standing.due, standing.moved = step.owed.due, True
        elif step.step == "kept":
            answered = standing or missed
            if answered and (standing or step.occurred_at <= answered.due):
                answered.kept_at = step.occurred_at
            standing = missed = None
        elif step.step in {"broken", "escalated"}:
            standing, missed = None, standing or missed
    return found
