"""What colleagues say about an idea, told by `ideas`: support, following, comments."""

from msgspec import UNSET

from contracts.personal import Personal
from contracts.vocabulary import CommentId, Event, IdeaId, PersonId

OWNER = "ideas"
TOPIC = "kiem.ideas.events"


class IdeaSupported(Event, frozen=True, kw_only=True):
    """A colleague thinks that this should be done."""

    idea: IdeaId
    author: PersonId
    by: PersonId


class SupportWithdrawn(Event, frozen=True, kw_only=True):
    """A colleague thinks so no more."""

    idea: IdeaId
    author: PersonId
    by: PersonId


class IdeaFollowed(Event, frozen=True, kw_only=True):
    """A colleague wants to hear what becomes of it."""

    idea: IdeaId
    author: PersonId
    by: PersonId


class IdeaUnfollowed(Event, frozen=True, kw_only=True):
    """A colleague wants to hear no more of it."""

    idea: IdeaId
    author: PersonId
    by: PersonId


class CommentPosted(Event, frozen=True, kw_only=True):
    """A colleague said something about it, perhaps to what another one said."""

    idea: IdeaId
    author: PersonId
    comment: CommentId
    by: PersonId
    reply_to: CommentId | None = None
    mentions: tuple[PersonId, ...] = ()
    words: Personal[str] = UNSET


class CommentRemoved(Event, frozen=True, kw_only=True):
    """A comment is shown no more: its writer took it back, or the desk did, with a reason."""

    idea: IdeaId
    author: PersonId
    comment: CommentId
    by: PersonId
    reason: Personal[str] = UNSET


TalkEvent = (
    IdeaSupported | SupportWithdrawn | IdeaFollowed | IdeaUnfollowed | CommentPosted
    | CommentRemoved
)  # fmt: skip
STREAMS: dict[str, object] = {"talk": TalkEvent}
