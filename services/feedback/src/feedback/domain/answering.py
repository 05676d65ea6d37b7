"""What makes an answer an answer: whole, in words of its own, with somebody who goes on."""

import re

from feedback.domain import refusals as no
from feedback.domain.commands import CompleteReview

FEWEST_WORDS, FEWEST_LETTERS = 3, 10
_WORD = re.compile(r"\w+")


def normal(text: str) -> str:
    """Return a text without what makes no difference: case, signs, spaces."""
    return " ".join(_WORD.findall(text.casefold()))


def is_empty(text: str) -> bool:
    """Tell whether a text says nothing: "nee", "geen budget", "zie boven"."""
    words = _WORD.findall(text)
    return len(words) < FEWEST_WORDS or sum(map(len, words)) < FEWEST_LETTERS


def require_a_whole_answer(answer: CompleteReview) -> None:
    """Refuse what is no answer, each time with what is missing."""
    _require_every_criterion(answer)
    if not answer.reason.strip():
        raise no.TheReasonIsMissing
    if is_empty(answer.reason):
        raise no.TheReasonSaysNothing
    if answer.copied_from is not None:
        raise no.TheReasonIsCopied
    if not answer.next_step.strip():
        raise no.TheNextStepIsMissing
    if is_empty(answer.next_step):
        raise no.TheNextStepSaysNothing
    if answer.outcome != "declined":
        _require_a_promise(answer)


def _require_every_criterion(answer: CompleteReview) -> None:
    known = set(answer.criteria)
    if strange := (set(answer.marks) | set(answer.sentences)) - known:
        raise no.TheseAreNoCriteria(strange, known)
    if missing := known - set(answer.marks):
        raise no.EveryCriterionNeedsAnOutcome(missing)
    if silent := {name for name in known if not answer.sentences.get(name, "").strip()}:
        raise no.EveryOutcomeNeedsASentence(silent)
    if empty := {name for name in known if is_empty(answer.sentences[name])}:
        raise no.TheseSentencesSayNothing(empty)
    if len(known) > 1 and len({normal(answer.sentences[name]) for name in known}) == 1:
        raise no.TheSentencesAreAllTheSame


def _require_a_promise(answer: CompleteReview) -> None:
    if answer.accountable is None or answer.due is None:
        raise no.NobodyOwesTheNextWord
    if answer.due <= answer.at:
        raise no.TheDateIsOver
    if answer.limits is not None:
        # An idea that sleeps until a day is owed the next word when it wakes.
        sleeps = answer.outcome == "parked" and answer.wake_on is not None
        (answer.limits.wake if sleeps else answer.limits.promise).require(answer.due)
        if sleeps and answer.wake_on and answer.wake_on > answer.limits.wake.day:
            raise no.TheDateIsTooFar(answer.limits.wake.day)
