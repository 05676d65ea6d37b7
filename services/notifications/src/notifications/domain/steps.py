"""What a fact about an idea means for its feedback loop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from contracts.ideas import (
    CoAuthorsChanged,
    IdeaAbsorbed,
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevived,
    IdeaSubmitted,
    IdeaWithdrawn,
    PilotConcluded,
    PilotMeasured,
    PilotStarted,
)
from contracts.vocabulary import Event, PersonId, Promised
from notifications.domain.loop import FollowStep

Outcome = Literal["accepted", "declined", "parked", "scaled", "stopped", "extended"]

IDEA_EVENTS: tuple[type[Event], ...] = get_args(IdeaEvent)
"""The steps of an idea itself: what lives around it travels on the same topic."""
# A word to the author. Routing, and what the author says, answer nothing.
_ANSWERS = (
    IdeaAccepted, IdeaDeclined, IdeaParked, IdeaRevived, IdeaReopened,
    PilotStarted, PilotMeasured, PilotConcluded, IdeaRealised,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Following:
    """What was known of an idea before: its authors, and the last step that was followed."""

    authors: tuple[PersonId, ...] = ()
    version: int = 0


def follow(event: IdeaEvent, version: int, before: Following) -> FollowStep:
    """Return the command that a fact about an idea gives to its loop."""
    accountable, due = promise_of(event)
    return FollowStep(
        idea=event.idea,
        author=event.author,
        at=event.at,
        version=version,
        known=before.version,
        accountable=accountable,
        due=due,
        answers=isinstance(event, _ANSWERS),
        finished=finishes(event),
    )


def after(event: IdeaEvent, version: int, before: Following) -> Following:
    """Return what is known of the idea once a step has been followed."""
    authors = before.authors or (event.author,)
    match event:
        case IdeaSubmitted(co_authors=others) | CoAuthorsChanged(co_authors=others):
            authors = (event.author, *others)
        case IdeaAbsorbed(authors=others):
            authors = tuple(dict.fromkeys((*authors, *others)))
    return Following(authors, max(version, before.version))


def promise_of(event: Event) -> tuple[PersonId | None, datetime | None]:
    """Return who is accountable after a step, and until when, as far as the step says."""
    return (event.accountable, event.due) if isinstance(event, Promised) else (None, None)


def finishes(event: IdeaEvent) -> bool:
    match event:
        case IdeaWithdrawn() | IdeaDeclined() | IdeaMerged() | IdeaRealised():
            return True
        case PilotConcluded(outcome=outcome):
            return outcome == "stopped"
        case _:
            return False


def leaves_open(event: IdeaEvent) -> bool | None:
    """Tell whether the idea is open after a step; None where the step does not say.

    A measurement may be told of an idea that is realised long since.
    """
    return None if isinstance(event, PilotMeasured) else not finishes(event)


def outcome_of(event: IdeaEvent) -> Outcome | None:
    match event:
        case IdeaAccepted():
            return "accepted"
        case IdeaDeclined():
            return "declined"
        case IdeaParked():
            return "parked"
        case PilotConcluded(outcome=outcome):
            return outcome
        case _:
            return None


def imported(event: Event) -> bool:
    return getattr(event, "origin", "live") == "imported"


def actor_of(event: IdeaEvent) -> PersonId | None:
    """Return who took the step, as far as the event says."""
    by: PersonId | None = getattr(event, "by", None)
    return by
