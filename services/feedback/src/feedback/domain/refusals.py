"""Why an answer is no answer, or not this person's to give."""

from collections.abc import Iterable, Sequence
from datetime import date

from chassis.decider import NotAllowed, Rejected


class NoReviewIsOpen(Rejected):
    """No review of this idea is open: it is answered, or the idea is gone. Look at the idea."""


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


class TheDateIsTooFar(Rejected):
    """That date is too far ahead: nobody would hear anything until then. Give an earlier one."""

    def __init__(self, latest: date | None = None) -> None:
        last = f"The latest possible is {latest.isoformat()}. " if latest else ""
        super().__init__(
            "That date is too far ahead: nobody would hear anything until then. "
            f"{last}Give {'that one, or ' if latest else ''}an earlier one."
        )


class NobodyOfThatName(Rejected):
    """Somebody named here is not in the directory, or has left. Look them up."""

    def __init__(self, strangers: Sequence[str] = ()) -> None:
        who = ", ".join(strangers) or "somebody"
        super().__init__(f"Not in the directory, or not here any more: {who}. Look them up.")


class OnlyTheReviewerAnswers(NotAllowed):
    """Only the reviewer, the accountable person or the desk answers. Ask them."""


class NobodyJudgesTheirOwnIdea(NotAllowed):
    """Nobody judges an idea of their own. Ask the desk for another reviewer."""


class SayThatYouStandApart(Rejected):
    """Nobody knows whose a sealed idea is. Declare that it is not yours, nor of whom you lead.

    Send `apart: true`; or stand aside, and somebody else is named.
    """


class TheseSentencesSayNothing(Rejected):
    def __init__(self, empty: Iterable[str]) -> None:
        super().__init__(
            f"The sentences about {', '.join(sorted(empty))} say too little to learn from. "
            "Say what you saw, in a whole sentence."
        )


class TheSentencesAreAllTheSame(Rejected):
    """Every criterion has the same sentence. Say of each what you saw."""


class TheReasonSaysNothing(Rejected):
    """The reason says too little to learn from. Say in a whole sentence what decided it."""


class TheReasonIsCopied(Rejected):
    """The same reason was given to another idea. Answer both together, or say what is so here."""


class TheNextStepSaysNothing(Rejected):
    """The next step says too little. Say what would make it a yes, or who does what by when."""


class OnlyTheReviewerDoesThis(NotAllowed):
    """Only the reviewer of the idea can do this. Look at the idea for who that is."""


class OnlyWhoAnswersAsks(NotAllowed):
    """Only who reviews the idea or owes its answer asks. Look at the idea for who that is."""


class OnlyAuthorsDoThis(NotAllowed):
    """Only the author or a co-author can do this. Ask one of them."""


class SomebodyElseLooks(NotAllowed):
    """They stood aside, or gave the answer that is appealed. Name another reviewer."""


class AQuestionIsOpen(Rejected):
    """The author has not answered the last question yet. Wait for it, or for its date."""


class ThereIsNoSuchQuestion(Rejected):
    """No such question is open: it is answered, or was never asked. Look at the review."""


class NoSuchOpinionIsAsked(Rejected):
    """No such view is asked for in this review. Look at the review for those that are."""


class OnlyWhoWasAskedGivesIt(NotAllowed):
    """Only the person who was asked can give this view. Ask the reviewer to ask you."""


class SomebodyElseIsAsked(Rejected):
    """A view is asked of somebody else: not of yourself, and not of an author. Name another."""


class ThereIsNoAnswerYet(Rejected):
    """The idea has no answer yet. Wait for it: the date is promised."""


class TheAnswerIsRated(Rejected):
    """The answer is rated already. Thank you; once is enough."""


class NobodyAppealsAYes(Rejected):
    """The answer was yes. Ask the accountable person how it goes on."""


class AnAppealIsLodgedOnce(Rejected):
    """Somebody else looked at the answer already. Submit a new idea if something has changed."""
