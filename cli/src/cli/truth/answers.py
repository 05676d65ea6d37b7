"""The numbers of answers: how soon the first word came, whether promises held, who heard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.truth.logs import HALF, P90, Idea, Log, Question, Told, days, in_time, reached, share
from contracts.feedback import FeedbackRated, QuestionAsked, ReviewCompleted, ReviewerAssigned
from contracts.notifications import (
    OUTCOME_NOTICES,
    Arrived,
    LoopEvent,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromisePassedOn,
)
from contracts.talk import CommentPosted

_USEFUL = 4
_OUTCOMES = ("IdeaAccepted", "IdeaDeclined", "IdeaParked")
_WORDS = QuestionAsked | ReviewCompleted | CommentPosted | ReviewerAssigned


def _first_response(log: Log, asked: Question) -> Told:
    said = log.about(asked.at, _WORDS, "idea")
    cohort = [idea for idea in log.ideas(asked.at) if asked.has(idea.born)]
    words = [_before(idea.left, _word(idea, said[idea.birth.idea])) for idea in cohort]
    spans = [
        (idea.born, word or idea.left or asked.at, word is not None)
        for idea, word in zip(cohort, words, strict=True)
    ]
    whole = [(days(end - born), happened) for born, end, happened in spans]
    working = [(asked.working.between(b, end), happened) for b, end, happened in spans]
    answered = sum(word is not None for word in words)
    left = sum(w is None and i.left is not None for i, w in zip(cohort, words, strict=True))
    return Told(reached(whole, HALF), len(cohort), {
        "p90": reached(whole, P90), "working_median": reached(working, HALF),
        "working_p90": reached(working, P90), "answered": answered, "left": left,
        "open": len(cohort) - answered - left,
    })  # fmt: skip


def _before(left: datetime | None, word: datetime | None) -> datetime | None:
    return word if word is None or left is None or word <= left else None


def _word(idea: Idea, said: Sequence[Any]) -> datetime | None:
    """Return when a person first answered: the desk or a reviewer, never a machine."""
    named = [(told.reviewer, told.at) for told in said if isinstance(told, ReviewerAssigned)]

    def is_word(told: Any) -> bool:
        if isinstance(told, CommentPosted):
            return any(who == told.by and since <= told.at for who, since in named)
        return not isinstance(told, ReviewerAssigned)

    return min((t.at for t in said if t.at >= idea.born and is_word(t)), default=None)


@dataclass
class _Promise:
    """A promise by one person; it may be given another date before it passes."""

    who: str
    due: datetime
    kept: datetime | None = None
    moved: bool = False
    taken_over: bool = False


def _attained(log: Log, asked: Question) -> Told:
    loops = log.about(asked.at, LoopEvent, "subject")
    owed: list[_Promise] = []
    for idea in log.ideas(asked.at):
        loop = [step for step in loops[idea.birth.idea] if step.matter == "idea"]
        owed += [
            promise for promise in _promises(loop)
            if asked.has(promise.due) and not (idea.left and idea.left < promise.due)
        ]  # fmt: skip
    counted = [promise for promise in owed if not promise.taken_over]
    met = [promise.kept is not None and promise.kept <= promise.due for promise in counted]
    return share(met, {
        "missed": met.count(False), "moved": sum(promise.moved for promise in counted),
        "handed_over": len(owed) - len(counted),
    })  # fmt: skip


def _promises(loop: Sequence[Any]) -> list[_Promise]:
    """Return what was promised, as the loop tells it; an escalation is nobody's own promise.

    A word given in time keeps its promise, also where it was heard after that was called broken.
    """
    found: list[_Promise] = []
    stands: _Promise | None = None
    missed: _Promise | None = None
    for step in loop:
        # Whoever has it from somebody who is gone promised it, unless it was handed up before.
        made = isinstance(step, PromiseMade) or (isinstance(step, PromisePassedOn) and stands)
        again = made and stands and stands.who == step.accountable
        if stands and (again or isinstance(step, PromiseExtended)):
            stands.due, stands.moved = step.due, True
        elif made:
            if stands:
                stands.taken_over = step.at <= stands.due
            stands = _Promise(step.accountable, step.due)
            found.append(stands)
        elif isinstance(step, PromiseKept):
            if stands:
                stands.kept = step.at
            elif missed and step.at <= missed.due:
                missed.kept = step.at
            stands = missed = None
        elif not isinstance(step, PromiseExtended | PromisePassedOn):
            stands, missed = None, stands or missed
    return found


def _closed(log: Log, asked: Question) -> Told:
    notices = log.about(asked.at, Arrived, "subject")
    ratings = log.about(asked.at, FeedbackRated, "idea")
    arrived, useful = [], 0
    for idea in log.ideas(asked.at):
        outcomes = [step for step in idea.steps if type(step).__name__ in _OUTCOMES]
        inside = [number for number, step in enumerate(outcomes) if asked.has(step.at)]
        if not inside:
            continue
        last, name = outcomes[inside[-1]], idea.birth.idea
        later = outcomes[inside[-1] + 1 :]
        kind = OUTCOME_NOTICES[type(last).__name__]
        arrived.append(any(
            (notice.kind, notice.person) == (kind, idea.birth.author)
            and notice.at >= last.at and not (later and notice.at >= later[0].at)
            for notice in notices[name]
        ))  # fmt: skip
        rated = [
            rating for rating in in_time(ratings[name])
            if rating.at >= last.at and not (later and rating.at >= later[0].at)
        ]  # fmt: skip
        useful += bool(rated) and rated[-1].useful >= _USEFUL
    return share(arrived, {"seen": None, "rated_useful": useful})


NUMBERS: dict[str, Callable[[Log, Question], Told]] = {
    "first_response": _first_response, "sla_attainment": _attained, "closed_loop": _closed,
}  # fmt: skip
