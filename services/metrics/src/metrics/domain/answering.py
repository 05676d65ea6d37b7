"""The numbers about answers: how soon the first word comes, whether promises hold, who heard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

from metrics.domain.facts import DeliveryFact, Doing, PromiseFact
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact, Number, days, nothing, share
from metrics.domain.scene import Scene
from metrics.domain.survival import Duration, quantile, survival

HALF, P85, P90 = Fraction(1, 2), Fraction(85, 100), Fraction(9, 10)
USEFUL = 4
"""From how many of five stars on an answer was useful."""

ANSWER = "decision"  # the notice of an answer
LEFT = frozenset({"withdrawn", "merged"})
WORDS = ("QuestionAsked", "ReviewCompleted")


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
    said = [(life, in_time(first_word(scene, life), gone(life))) for life in cohort]
    ends = [word or gone(life) or scene.window.at for life, word in said]
    whole = [
        Duration(days(end - life.submitted_at), happened=word is not None)
        for (life, word), end in zip(said, ends, strict=True)
    ]
    working = [
        Duration(scene.working.between(life.submitted_at, end), happened=word is not None)
        for (life, word), end in zip(said, ends, strict=True)
    ]
    answered = sum(word is not None for _, word in said)
    left = sum(word is None and gone(life) is not None for life, word in said)
    steps = survival(working)
    return until_event(whole, {
        "working_median": quantile(steps, HALF), "working_p90": quantile(steps, P90),
        "answered": answered, "left": left, "open": len(cohort) - answered - left,
    }, P90)  # fmt: skip


def gone(life: Life) -> datetime | None:
    return life.changed_at if life.state in LEFT else None


def in_time(word: datetime | None, left: datetime | None) -> datetime | None:
    """Leave out what was said about an idea that nobody waited for any more."""
    return None if word and left and word > left else word


def first_word(scene: Scene, life: Life) -> datetime | None:
    said = (doing for doing, was_one in words(scene, life) if was_one)
    return next((d.occurred_at for d in said if d.occurred_at >= life.submitted_at), None)


def words(scene: Scene, life: Life) -> Iterator[tuple[Doing, bool]]:
    """Yield what was said on an idea, and whether who said it had to answer it."""
    reviewers: set[bytes | None] = set()
    for doing in scene.by_subject.get(life.idea, ()):
        if doing.type == "ReviewerAssigned":
            reviewers.add(doing.person)
        elif doing.type in WORDS or doing.type == "CommentPosted":
            yield doing, doing.type in WORDS or doing.person in reviewers


def closed_loop(scene: Scene, ideas: Sequence[Life]) -> Number:
    """Whether what came of an idea reached its author, and whether the answer helped."""
    reached: dict[tuple[UUID, bytes], list[datetime]] = {}
    for notice in _deliveries(scene):
        reached.setdefault((notice.idea, notice.person), []).append(notice.occurred_at)
    outcomes = delivered = useful = 0
    for life in ideas:
        if (span := last_outcome(scene, life)) is None:
            continue
        since, until = span
        outcomes += 1
        told = reached.get((life.idea, life.author), ())
        delivered += any(since <= at < until for at in told)
        rated = [r for r in scene.of(life.idea, "FeedbackRated") if since <= r.occurred_at < until]
        useful += bool(rated) and (rated[-1].amount or 0) >= USEFUL
    return share(delivered, outcomes, {"seen": None, "rated_useful": useful})


def last_outcome(scene: Scene, life: Life) -> tuple[datetime, datetime] | None:
    """Return when the last outcome of the period was told, and until when it was the last one."""
    moments = [told.occurred_at for told in life.outcomes]
    inside = [n for n, moment in enumerate(moments) if scene.window.holds(moment)]
    if not inside:
        return None
    after = moments[inside[-1] + 1 :]
    return moments[inside[-1]], after[0] if after else datetime.max.replace(tzinfo=UTC)


def _deliveries(scene: Scene) -> Iterator[DeliveryFact]:
    for fact in sorted(scene.facts.deliveries, key=lambda fact: fact.occurred_at):
        if fact.kind == ANSWER and scene.window.counts(fact.occurred_at, fact.recorded_at):
            yield fact


@dataclass
class Promise:
    """A promise from its making on, with the steps after that: kept when, handed over or not."""

    made: PromiseFact
    due: datetime
    kept_at: datetime | None = None
    moved: bool = False
    handed_over: bool = False
    steps: list[PromiseFact] = field(default_factory=list)

    @property
    def met(self) -> bool:
        return self.kept_at is not None and self.kept_at <= self.due

    def move(self, step: PromiseFact) -> None:
        self.due, self.moved = step.owed.due, True
        self.steps.append(step)


def sla_attainment(scene: Scene, ideas: Sequence[Life]) -> Number:
    """How many of the promises that fell due were kept by then."""
    met = missed = moved = handed = 0
    for life in ideas:
        left = gone(life)
        for promise in promised(scene.promises.get(life.idea, ())):
            due = promise.due
            if not scene.window.holds(due) or due > scene.window.at or (left and left < due):
                continue
            if promise.handed_over:
                handed += 1
                continue
            kept = promise.met
            met, missed, moved = met + kept, missed + (not kept), moved + promise.moved
    return share(met, met + missed, {"missed": missed, "moved": moved, "handed_over": handed})


def promised(steps: Sequence[PromiseFact]) -> list[Promise]:
    """Fold the steps of a loop into promises; one with a new date by the same person goes on.

    One that was said to be broken is kept all the same where its word was given in time, and only
    heard of late. Whoever has it from somebody who is gone promised it, unless it was escalated.
    """
    found: list[Promise] = []
    standing: Promise | None = None
    missed: Promise | None = None
    for step in steps:
        if step.step == "made" or (step.step == "passed_on" and standing):
            if standing and standing.made.owed.accountable == step.owed.accountable:
                standing.move(step)
                continue
            if standing:
                standing.handed_over = step.occurred_at <= standing.due
            standing = Promise(step, step.owed.due)
            found.append(standing)
        elif step.step == "extended" and standing:
            standing.move(step)
        elif step.step == "kept":
            answered = standing or missed
            if answered and (standing or step.occurred_at <= answered.due):
                answered.kept_at = step.occurred_at
                answered.steps.append(step)
            standing = missed = None
        elif step.step in {"broken", "escalated"}:
            standing, missed = None, standing or missed
            if missed:
                missed.steps.append(step)
    return found
