"""Why something can't be done to an idea, and what to do instead."""

from collections.abc import Sequence
from datetime import date

from chassis.decider import NotAllowed, NotFound, Rejected


class NobodyIsAtTheDesk(Rejected):
    """Nobody is at the innovation desk, so nobody could promise an answer. Ask an operator."""


class ThereIsNoSuchIdea(NotFound):
    """There is no idea under this id. Look at the id."""


class TheIdeaIsFinished(Rejected):
    """The idea is finished. The desk can reopen it, with a reason."""


class TheIdeaIsAnswered(Rejected):
    """The idea is answered, so its words stay as they were judged. Submit a new one."""


class OnlyAuthorsDoThis(NotAllowed):
    """Only the author or a co-author can do this. Ask one of them."""


class OnlyTheAccountableDoThis(NotAllowed):
    """Only the accountable person, the author or the desk can do this. Ask one of them."""


class OnlyAcceptedIdeasArePiloted(Rejected):
    """Only an accepted idea can be piloted. Wait for the answer, or ask the reviewer."""


class APilotRuns(Rejected):
    """A pilot of this idea runs already. Conclude it first."""


class NoSuchPilotRuns(Rejected):
    """No such pilot of this idea runs. Look at the idea for the one that does."""


class APilotHasATeam(Rejected):
    """A pilot is tried by a small team, which says how it went. Name at least one colleague."""


class ThePilotIsOfAFew(NotAllowed):
    """The idea is for a few, and its pilot for who was named. Ask who is accountable for it."""


class ThePilotTeamIsTooLarge(Rejected):
    """That is more than the small team of a pilot. Try it with fewer people."""

    def __init__(self, most: int = 0) -> None:
        team = f"A pilot has a small team: at most {most} people." if most else "The team is large."
        super().__init__(f"{team} Try it with fewer, and let the others follow when it is scaled.")


class APilotIsMeasured(Rejected):
    """Without a baseline and a target nobody can tell how it went. Give both, as numbers."""


class APilotHasSuperUsers(Rejected):
    """Whoever is stuck in a pilot asks somebody who knows it. Name at least one super-user."""


class AnExtensionNeedsALaterEnd(Rejected):
    """An extended pilot needs an end date after the one that is promised now. Give a later one."""


class APilotEndsLater(Rejected):
    """That end date is over. Give one that is still to come."""


class OnlyAcceptedIdeasAreRealised(Rejected):
    """Only an accepted or piloted idea can be realised. Wait for the answer."""


class TheIdeaIsThereAlready(Rejected):
    """The idea is in that state already. There is nothing to reopen."""


class AReopenedIdeaIsOpen(Rejected):
    """A reopened idea is open again, and this state finishes it. Name a state that does not."""


class TheIdeaWasNeverThere(Rejected):
    """The idea was never in that state. Its timeline shows the states that it can go back to."""


class TheIdeaIsBornAlready(Rejected):
    """The history tells the birth of this idea twice. One of the two is about another idea."""


class TheFactComesBeforeItsIdea(Rejected):
    """The history tells a fact about an idea before its birth. Look at the order of its lines."""


class TheFactIsStillToCome(Rejected):
    """The fact is dated in the future, so it is no past yet. Mend the date, or import it then."""


class TheLineIsAnotherIdeas(Rejected):
    """The line was recorded before as a step of another idea. Look at the key that names ideas."""


class AReopeningNamesAState(Rejected):
    """A step back must say which state the idea went back to. Let the mapping name it."""


class NobodySubmittedIt(Rejected):
    """The history names nobody who submitted this idea. Let the mapping name one."""


class OnlyTheAuthorNamesCoAuthors(NotAllowed):
    """Only the author says who has the idea with them. You may leave, for yourself."""


class TheAuthorIsNamed(Rejected):
    """The idea has its author's name already. There is nothing to reveal."""


class OnlyTheAuthorReveals(NotAllowed):
    """Only its author says whose idea it is, with the code of the idea. Look at the code."""


class NobodyKnowsTheAuthor(NotFound):
    """Nobody knows whose idea it is, and the system does not either. Ask through the idea."""


class TheAuthorIsForTheReviewer(NotAllowed):
    """Whose idea it is, only its reviewer is told. Ask the author something through the idea."""


class ThereAreEnoughPhotos(Rejected):
    """The idea has as many photos as it may have. Remove one first."""


class ThereIsNoSuchPhoto(NotFound):
    """The idea has no such photo: it was removed, or its author is erased. Look at the idea."""


class AnIdeaIsNoPartOfItself(Rejected):
    """An idea can't become a part of itself. Name another idea."""


class OnlyParkedIdeasWake(Rejected):
    """Only a parked idea can be woken. Look at the idea for where it stands."""


class NothingIsPromised(Rejected):
    """The idea is finished, so no promise is left. Reopen it first, at the desk."""


class OnlyTheAccountableMovesIt(NotAllowed):
    """Only the accountable person can move the promise. Ask them."""


class OnlyTheAccountableHandsItOver(NotAllowed):
    """Only the accountable person, or the desk, can hand the idea over. Ask one of them."""


class AnotherReviewerIsNamed(Rejected):
    """The idea waits for its answer. Name another reviewer, where its review is."""


class ThePromiseIsBroken(Rejected):
    """The date is over, and the promise with it. Answer now: the author waits."""


class APromiseMovesOnce(Rejected):
    """The promise was moved before. It can't be moved again: answer, or hand the idea over."""


class APromiseMovesOn(Rejected):
    """A promise moves to a later date. Give one after the date that is promised now."""


class TheDateIsTooFar(Rejected):
    """That date is too far ahead: nobody would hear anything until then. Give an earlier one."""

    def __init__(self, latest: date | None = None) -> None:
        last = f"The latest possible is {latest.isoformat()}. " if latest else ""
        super().__init__(
            "That date is too far ahead: nobody would hear anything until then. "
            f"{last}Give {'that one, or ' if latest else ''}an earlier one."
        )


class OthersIdeasArePartOfIt(Rejected):
    """Ideas of others are part of this one, and wait with it. Ask the desk to separate them."""


class TheIdeaIsNotMerged(Rejected):
    """The idea is no part of another one. Look at the idea for where it stands."""


class NobodyOfThatName(Rejected):
    """Somebody named here is not in the directory, or has left. Look them up."""

    def __init__(self, strangers: Sequence[str] = ()) -> None:
        who = ", ".join(strangers) or "somebody"
        super().__init__(f"Not in the directory, or not here any more: {who}. Look them up.")
