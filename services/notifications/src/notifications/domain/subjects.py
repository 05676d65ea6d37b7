"""What somebody is owed a word about: an idea, a barrier, a request, a report, a learning."""

from dataclasses import dataclass
from typing import Any, cast, get_args

from contracts.challenges import ChallengeClosed, ChallengeLaunched
from contracts.feedback import AppealDecided, AppealLodged
from contracts.handed_up import ChallengeHandedUp
from contracts.ideas import IdeaEvent
from contracts.notifications import LoopEvent
from contracts.room import BarrierEvent, ExperimentEvent, ExperimentStarted, TimeEvent
from contracts.tools import HelpEvent
from contracts.vocabulary import ChallengeId, Event, IdeaId, Matter, SubjectId

# Where the events of each kind of matter have its id.
_IDS: dict[type[Event], tuple[Matter, str]] = {
    **dict.fromkeys(get_args(IdeaEvent), ("idea", "idea")),
    **dict.fromkeys(get_args(BarrierEvent), ("barrier", "barrier")),
    **dict.fromkeys(get_args(TimeEvent), ("time", "request")),
    **dict.fromkeys(get_args(HelpEvent), ("help", "help")),
    **dict.fromkeys((AppealLodged, AppealDecided), ("appeal", "appeal")),
    **dict.fromkeys(
        (ChallengeLaunched, ChallengeHandedUp, ChallengeClosed), ("challenge", "challenge")
    ),
    **dict.fromkeys(get_args(ExperimentEvent), ("experiment", "experiment")),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a promise is about, and the idea that it has to do with, if any."""

    matter: Matter
    id: SubjectId
    idea: IdeaId | None = None

    @property
    def correlation(self) -> str:
        """Return what joins everything that has to do with it: its idea, else itself."""
        return str(self.idea or self.id)

    def told(self) -> dict[str, Any]:
        """Return it as every event of a loop and of a notice tells it."""
        return {"matter": self.matter, "subject": self.id, "idea": self.idea}


def of_idea(idea: IdeaId) -> Subject:
    return Subject("idea", SubjectId(idea), idea)


def of_challenge(challenge: ChallengeId, idea: IdeaId | None) -> Subject:
    return Subject("challenge", SubjectId(challenge), idea)


def subject_in(event: LoopEvent) -> Subject:
    """Return what a fact of a loop is about; our own facts name no matter that we do not know."""
    return Subject(cast(Matter, event.matter), event.subject, event.idea)


def subject_of(event: Event) -> Subject | None:
    """Return what a fact is about; None where nobody is owed a word about that.

    What began before a report of it was owed owes none.
    """
    found = _IDS.get(type(event))
    if found is None:
        return None
    if isinstance(event, ChallengeLaunched | ExperimentStarted) and event.due is None:
        return None
    matter, field = found
    return Subject(matter, SubjectId(getattr(event, field)), getattr(event, "idea", None))
