"""What a fact about an idea, or about another matter, means for its feedback loop."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from contracts.challenges import ChallengeClosed
from contracts.feedback import AppealDecided, ReviewClosed, ReviewerAssigned
from contracts.handed_up import IdeaHandedOver
from contracts.ideas import (
    AuthorRevealed,
    CoAuthorsChanged,
    IdeaAbsorbed,
    IdeaAccepted,
    IdeaDeclined,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevived,
    IdeaSeparated,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotMeasured,
    PilotStarted,
)
from contracts.room import (
    BarrierDeclined,
    BarrierHandedOver,
    BarrierRemoved,
    ExperimentReported,
    ExperimentStarted,
    TimeGranted,
    TimeRefused,
)
from contracts.tools import HelpAnswered
from contracts.vocabulary import Event, IdeaId, PersonId, Promised, Terms
from notifications.domain.loop import FollowStep
from notifications.domain.subjects import Subject

Outcome = Literal[
    "accepted", "declined", "parked", "scaled", "stopped", "extended", "removed", "granted",
    "refused", "answered",
]  # fmt: skip

# A word to the author. Routing, and what the author says, answer nothing.
_ANSWERS = (
    IdeaAccepted, IdeaDeclined, IdeaParked, IdeaRevived, IdeaReopened,
    PilotStarted, PilotMeasured, PilotConcluded, IdeaRealised,
)  # fmt: skip
_ENDS = (
    IdeaWithdrawn, IdeaDeclined, IdeaMerged, IdeaRealised, BarrierRemoved, BarrierDeclined,
    TimeGranted, TimeRefused, HelpAnswered, AppealDecided, ReviewClosed, ChallengeClosed,
    ExperimentReported,
)  # fmt: skip
# Others carry who owned it when they were said: it may have been passed on meanwhile.
_NAMES = (
    IdeaTakenUnderReview, IdeaHandedOver, IdeaAccepted, IdeaParked, IdeaReopened, IdeaRevived,
    ReviewerAssigned, BarrierHandedOver,
)  # fmt: skip
_OUTCOMES: dict[type[Event], Outcome] = {
    IdeaAccepted: "accepted", IdeaDeclined: "declined", IdeaParked: "parked",
    BarrierRemoved: "removed", BarrierDeclined: "declined",
    TimeGranted: "granted", TimeRefused: "refused", HelpAnswered: "answered",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Following:
    """What was known of a matter before: its authors, its idea, and the last step followed.

    `own` are those who tell it as theirs. `joined` are who came to it later, by the idea with which
    they came: the authors of one that became a part of it; who said that it is theirs came with the
    idea itself. Apart, so that they stay when its own change, and go when the merger is undone.
    `appealed`: the idea is open because of an appeal, whose own loop tells people about it.
    `terms`: what the idea was promised when it was submitted, if that is not as for everybody.
    """

    own: tuple[PersonId, ...] = ()
    version: int = 0
    idea: IdeaId | None = None
    appealed: bool = False
    terms: Terms | None = None
    joined: Mapping[IdeaId, tuple[PersonId, ...]] = field(default_factory=dict)

    @property
    def authors(self) -> tuple[PersonId, ...]:
        """Return everybody whose matter it is, each once."""
        others = (person for people in self.joined.values() for person in people)
        return tuple(dict.fromkeys((*self.own, *others)))


def follow(event: Any, about: Subject, version: int, before: Following) -> FollowStep:
    """Return the command that a fact about a matter gives to its loop."""
    accountable, due = promise_of(event)
    return FollowStep(
        about=about,
        author=author_of(event),
        at=event.at,
        version=version,
        known=before.version,
        accountable=accountable,
        due=due,
        answers=isinstance(event, _ANSWERS),
        finished=finishes(event),
        names=isinstance(event, _NAMES),
    )


def after(event: Any, version: int, before: Following) -> Following:
    """Return what is known of the matter once a step has been followed."""
    terms = before.terms
    if isinstance(event, IdeaSubmitted):
        terms = event.terms or terms
    known = replace(before, version=max(version, before.version), terms=terms)
    return _whose(event, replace(known, own=before.own or (author_of(event),)))


def _whose(event: Any, known: Following) -> Following:
    """Return whose matter it is after a step."""
    match event:
        case IdeaSubmitted(co_authors=others) | CoAuthorsChanged(co_authors=others):
            return replace(known, own=(event.author, *others))
        case ExperimentStarted(by=by, team=team):
            return replace(known, own=(by, *team))
        case AuthorRevealed(idea=idea, by=by):
            return replace(known, joined={**known.joined, idea: (by,)})
        case IdeaAbsorbed(absorbed=idea, authors=others):
            return replace(known, joined={**known.joined, idea: others})
        case IdeaSeparated(separated=idea):
            left = {one: people for one, people in known.joined.items() if one != idea}
            return replace(known, joined=left)
        case _:
            return known


def author_of(event: Any) -> PersonId:
    """Return whose matter it is: of a challenge or an experiment, who began it."""
    author: PersonId | None = getattr(event, "author", None)
    return author or PersonId(event.by)


def parted(event: Any, before: Following) -> tuple[PersonId, ...]:
    """Return who goes with an idea that stands by itself again."""
    return before.joined.get(event.separated, ()) if isinstance(event, IdeaSeparated) else ()


def other_of(event: Any) -> IdeaId | None:
    """Return with which idea this one became one, or from which it was separated."""
    match event:
        case IdeaMerged(into=other) | IdeaAbsorbed(absorbed=other) | IdeaSeparated(separated=other):
            found: IdeaId = other
            return found
        case _:
            return None


def promise_of(event: Event) -> tuple[PersonId | None, datetime | None]:
    """Return who is accountable after a step, and until when, as far as the step says."""
    match event:
        case Promised(accountable=person, due=due) | ReviewerAssigned(reviewer=person, due=due):
            return person, due
        case _:
            return None, None


def finishes(event: Event) -> bool:
    match event:
        case PilotConcluded(outcome=outcome):
            return outcome == "stopped"
        case _:
            return isinstance(event, _ENDS)


def routes(event: Event) -> bool:
    """Tell whether a step only says who owes an answer, as where an idea is open again.

    The answer may be heard before the end of an appeal: whoever is to carry it out is told.
    """
    opens = isinstance(event, IdeaReopened | IdeaRevived)
    return opens or not (isinstance(event, _ANSWERS) or finishes(event))


def leaves_open(event: Event) -> bool | None:
    """Tell whether the matter is open after a step; None where the step does not say.

    A measurement may be told of an idea that is realised long since.
    """
    return None if isinstance(event, PilotMeasured) else not finishes(event)


def outcome_of(event: Event) -> Outcome | None:
    match event:
        case PilotConcluded(outcome=outcome):
            return outcome
        case _:
            return _OUTCOMES.get(type(event))


def imported(event: Event) -> bool:
    return getattr(event, "origin", "live") == "imported"


def actor_of(event: Event) -> PersonId | None:
    """Return who took the step, as far as the event says."""
    by: PersonId | None = getattr(event, "by", None)
    return by
