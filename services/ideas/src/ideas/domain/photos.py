"""Photos of an idea: often it is the photo that tells it. They stay as they were judged."""

from dataclasses import dataclass
from datetime import datetime

from contracts.ideas import IdeaEvent
from contracts.photos import PhotoAdded, PhotoRemoved
from contracts.vocabulary import PersonId, PhotoId
from ideas.domain import refusals as no
from ideas.domain.state import Idea

_WAITING = ("submitted", "under_review")


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """Show it. `most` is how many photos an idea may have."""

    by: PersonId
    at: datetime
    photo: PhotoId
    most: int


@dataclass(frozen=True, slots=True)
class RemovePhoto:
    """Show it no more. That is possible for as long as the idea lives, and after."""

    by: PersonId
    at: datetime
    photo: PhotoId


PhotoCommand = AddPhoto | RemovePhoto


def decide_photos(idea: Idea, command: PhotoCommand) -> list[IdeaEvent]:
    if command.by not in idea.authors:
        raise no.OnlyAuthorsDoThis
    shown = command.photo in idea.photos
    match command:
        case AddPhoto() if not shown:
            require_room(idea, command.most)
            return [PhotoAdded(**_about(idea, command))]  # type: ignore[arg-type]
        case RemovePhoto() if shown:
            return [PhotoRemoved(**_about(idea, command))]  # type: ignore[arg-type]
        case RemovePhoto():
            raise no.ThereIsNoSuchPhoto
        case _:
            return []


def require_room(idea: Idea, most: int) -> None:
    """Refuse one more photo of an idea that is answered, or has enough."""
    if idea.finished:
        raise no.TheIdeaIsFinished
    if idea.state not in _WAITING:
        raise no.TheIdeaIsAnswered
    if len(idea.photos) >= most:
        raise no.ThereAreEnoughPhotos


def _about(idea: Idea, command: PhotoCommand) -> dict[str, object]:
    return {
        "at": max(command.at, idea.moment), "idea": idea.idea, "author": idea.author,
        "by": command.by, "photo": command.photo, "accountable": idea.accountable,
        "due": idea.due,
    }  # fmt: skip
