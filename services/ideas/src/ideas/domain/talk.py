"""What colleagues may say about an idea: support it, follow it, comment on it.

It lives beside the idea, in a stream of its own: a hundred who support an idea at once must not
stand in the way of the one who answers it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from msgspec import UNSET

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.talk import (
    CommentPosted,
    CommentRemoved,
    IdeaFollowed,
    IdeaSupported,
    IdeaUnfollowed,
    SupportWithdrawn,
    TalkEvent,
)
from contracts.vocabulary import CommentId, IdeaId, PersonId


class ItIsYourOwnIdea(Rejected):
    """It is your own idea, so your support is no news. Ask a colleague what they think."""


class ThereIsNoSuchComment(NotFound):
    """There is no such comment on this idea. Look at the idea for those that are there."""


class OnlyItsWriterTakesItBack(NotAllowed):
    """Only its writer can take a comment back. Ask the innovation desk if it must go."""


class TheDeskSaysWhy(Rejected):
    """A comment of somebody else is removed with a reason, which its writer gets. Give one."""


@dataclass(frozen=True, slots=True)
class About:
    """The idea that is talked about, and whose it is."""

    idea: IdeaId
    author: PersonId
    authors: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class SupportIdea:
    about: About
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawSupport:
    about: About
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowIdea:
    about: About
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class UnfollowIdea:
    about: About
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class PostComment:
    about: About
    comment: CommentId
    by: PersonId
    at: datetime
    words: str
    reply_to: CommentId | None = None
    mentions: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveComment:
    about: About
    comment: CommentId
    by: PersonId
    at: datetime
    reason: str = ""
    at_desk: bool = False


TalkCommand = (
    SupportIdea | WithdrawSupport | FollowIdea | UnfollowIdea | PostComment | RemoveComment
)


@dataclass(frozen=True, slots=True)
class Talk:
    """Who supports and who follows; the comments that stand, each with its writer."""

    supporters: frozenset[PersonId] = frozenset()
    followers: frozenset[PersonId] = frozenset()
    comments: dict[CommentId, PersonId] = field(default_factory=dict)
    removed: frozenset[CommentId] = frozenset()


def decide(talk: Talk, command: TalkCommand) -> list[TalkEvent]:
    match command:
        case SupportIdea():
            return _supported(talk, command)
        case WithdrawSupport() if command.by in talk.supporters:
            return [SupportWithdrawn(**_said(command))]
        case FollowIdea() if command.by not in talk.followers:
            return [IdeaFollowed(**_said(command))]
        case UnfollowIdea() if command.by in talk.followers:
            return [IdeaUnfollowed(**_said(command))]
        case PostComment():
            return _posted(talk, command)
        case RemoveComment():
            return _removed(talk, command)
        case _:
            return []  # It is so already.


def _said(command: TalkCommand) -> dict[str, Any]:
    about = command.about
    return {"at": command.at, "idea": about.idea, "author": about.author, "by": command.by}


def _supported(talk: Talk, command: SupportIdea) -> list[TalkEvent]:
    if command.by in command.about.authors:
        raise ItIsYourOwnIdea
    return [] if command.by in talk.supporters else [IdeaSupported(**_said(command))]


def _posted(talk: Talk, command: PostComment) -> list[TalkEvent]:
    if command.comment in talk.comments or command.comment in talk.removed:
        return []
    if command.reply_to is not None and command.reply_to not in talk.comments:
        raise ThereIsNoSuchComment
    return [
        CommentPosted(
            **_said(command), comment=command.comment, reply_to=command.reply_to,
            mentions=command.mentions, words=command.words,
        )
    ]  # fmt: skip


def _removed(talk: Talk, command: RemoveComment) -> list[TalkEvent]:
    if command.comment in talk.removed:
        return []
    writer = talk.comments.get(command.comment)
    if writer is None:
        raise ThereIsNoSuchComment
    if command.by != writer and not command.at_desk:
        raise OnlyItsWriterTakesItBack
    if command.by != writer and not command.reason:
        raise TheDeskSaysWhy
    return [
        CommentRemoved(
            **_said(command), comment=command.comment, reason=command.reason or UNSET
        )
    ]  # fmt: skip


def evolve(talk: Talk, event: TalkEvent) -> Talk:
    match event:
        case IdeaSupported(by=by):
            return replace(talk, supporters=talk.supporters | {by})
        case SupportWithdrawn(by=by):
            return replace(talk, supporters=talk.supporters - {by})
        case IdeaFollowed(by=by):
            return replace(talk, followers=talk.followers | {by})
        case IdeaUnfollowed(by=by):
            return replace(talk, followers=talk.followers - {by})
        case CommentPosted(comment=comment, by=by):
            return replace(talk, comments={**talk.comments, comment: by})
        case CommentRemoved(comment=comment):
            left = {one: by for one, by in talk.comments.items() if one != comment}
            return replace(talk, comments=left, removed=talk.removed | {comment})


talk_decider = Decider[Talk, TalkCommand, TalkEvent](Talk(), decide, evolve)
