"""Why an answer is no answer, or not this person's to give."""

from collections.abc import Iterable

from chassis.decider import NotAllowed, Rejected


class NoReviewIsOpen(Rejected):
    """No review of this idea is open: it was not asked for, is answered, or the idea is gone."""


class EveryCriterionNeedsAnOutcome(Rejected):
    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(
            f"These criteria have no outcome: {', '.join(sorted(missing))}. "
            "Say of each: met, partly, not_met or unknown."
        )


class EveryOutcomeNeedsASentence(Rejected):
    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(
            f"These criteria have no sentence: {', '.join(sorted(missing))}. "
            "Say in a sentence why, for each."
        )


class TheseAreNoCriteria(Rejected):
    def __init__(self, strange: Iterable[str], known: Iterable[str]) -> None:
        super().__init__(
            f"These are no criteria of this review: {', '.join(sorted(strange))}. "
            f"The criteria are {', '.join(sorted(known))}."
        )


class TheReasonIsMissing(Rejected):
    """An answer needs a reason, in the author's language. Write one."""


class TheNextStepIsMissing(Rejected):
    """An answer needs a next step.

    Declined: what would make it a yes. Parked: the date or the condition that wakes it. Accepted:
    who does what, by when.
    """


class NobodyOwesTheNextWord(Rejected):
    """An idea that is not finished has one accountable person and one date. Name both."""


class TheFactIsStillToCome(Rejected):
    """The fact is dated in the future, so it is no past yet. Mend the date, or import it then."""


class TheDateIsOver(Rejected):
    """The date of what follows is over: that promise would be broken at once. Give a later one."""


class OnlyTheReviewerAnswers(NotAllowed):
    """Only the reviewer, the accountable person or the desk answers. Ask them."""


class NobodyJudgesTheirOwnIdea(NotAllowed):
    """Nobody judges an idea of their own. Ask the desk for another reviewer."""
