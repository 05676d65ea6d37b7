"""Supporting, following and discussing an idea."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from msgspec import UNSET
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.decider import NotAllowed, NotFound
from chassis.http import Caller
from chassis.process import Parts
from chassis.store import Recorded
from contracts.talk import CommentPosted
from contracts.vocabulary import CommentId, PersonId
from ideas.api.words import Body, Employee, Ideas, Once, Person, Remark, is_for
from ideas.domain import talk as domain
from ideas.projections.directory import known

Saying = (
    type[domain.SupportIdea]
    | type[domain.WithdrawSupport]
    | type[domain.FollowIdea]
    | type[domain.UnfollowIdea]
)  # fmt: skip


class TheTalkIsOfAFew(NotAllowed):
    """The idea is confidential or sealed: those who have it or answer it talk about it."""


class Comment(BaseModel):
    """What a colleague says, perhaps to another comment; who is mentioned gets a notice."""

    words: Body
    reply_to: UUID | None = None
    mentions: Annotated[list[Person], Field(max_length=20)] = []


class Removal(BaseModel):
    """Why a comment is removed; the desk must say it, its writer need not."""

    reason: Remark = ""


class Said(BaseModel):
    """A comment that stands; `words` is null where its writer is erased."""

    comment: UUID
    by: str
    at: datetime
    reply_to: UUID | None
    mentions: list[str]
    words: str | None


class Talk(BaseModel):
    """What is said about an idea, the oldest first, and what the caller said of it."""

    supporters: int
    followers: int
    you_support: bool
    you_follow: bool
    comments: list[Said]


class Posted(BaseModel):
    comment: UUID


def talk(parts: Parts, ideas: Ideas) -> APIRouter:
    """Return the routes of the talk about an idea."""
    router = APIRouter(prefix="/ideas/{idea}", tags=["talk"])
    talks = parts.commands(domain.talk_decider, "talk")
    router.include_router(_comments(parts, ideas))

    async def say(kind: Saying, idea: UUID, who: Employee, once: Once) -> Talk:
        said = kind(await _about(ideas, idea), PersonId(who.subject), parts.clock.now())
        await talks.handle(idea, said, once)
        return await read_talk(who, idea)

    @router.get("/talk", summary="What colleagues say about it")
    async def read_talk(who: Employee, idea: UUID) -> Talk:
        about, _ = await ideas.state(idea)
        if about is None:
            raise NotFound
        history = await parts.store.load(talks.stream(idea))
        state = _state(history)
        stands = [
            r.data for r in history
            if isinstance(r.data, CommentPosted) and r.data.comment in state.comments
        ]  # fmt: skip
        # What became a part of it brought its support along.
        streams = [talks.stream(part) for part in about.absorbed]
        brought = [_state(await parts.store.load(stream)).supporters for stream in streams]
        supporters = state.supporters.union(*brought)
        return Talk(
            supporters=len(supporters), followers=len(state.followers),
            you_support=who.subject in state.supporters, you_follow=who.subject in state.followers,
            comments=[_said(comment) for comment in stands] if is_for(about, who) else [],
        )  # fmt: skip

    @router.put("/support", summary="Support it")
    async def support_idea(who: Employee, once: Once, idea: UUID) -> Talk:
        return await say(domain.SupportIdea, idea, who, once)

    @router.delete("/support", summary="Support it no more")
    async def withdraw_support(who: Employee, once: Once, idea: UUID) -> Talk:
        return await say(domain.WithdrawSupport, idea, who, once)

    @router.put("/following", summary="Hear what becomes of it")
    async def follow_idea(who: Employee, once: Once, idea: UUID) -> Talk:
        return await say(domain.FollowIdea, idea, who, once)

    @router.delete("/following", summary="Hear no more of it")
    async def unfollow_idea(who: Employee, once: Once, idea: UUID) -> Talk:
        return await say(domain.UnfollowIdea, idea, who, once)

    return router


def _comments(parts: Parts, ideas: Ideas) -> APIRouter:
    router = APIRouter()
    talks = parts.commands(domain.talk_decider, "talk")

    @router.post("/comments", status_code=201, summary="Say something about it")
    async def post_comment(who: Employee, once: Once, idea: UUID, told: Comment) -> Posted:
        reply = CommentId(told.reply_to) if told.reply_to else None
        command = domain.PostComment(
            await _about(ideas, idea, who), CommentId(uuid7()), PersonId(who.subject),
            parts.clock.now(), told.words, reply, await known(parts.db.pool, told.mentions),
        )  # fmt: skip
        done = await talks.handle(idea, command, once)
        history = await parts.store.load(talks.stream(idea), upto=done.version)
        mine = [r.data for r in history if r.command == once.command]
        first = mine[0] if mine else None
        return Posted(
            comment=first.comment if isinstance(first, CommentPosted) else command.comment
        )

    @router.post("/comments/{comment}/removal", status_code=204, summary="Remove a comment")
    async def remove_comment(
        who: Employee, once: Once, idea: UUID, comment: UUID, why: Removal
    ) -> None:
        command = domain.RemoveComment(
            await _about(ideas, idea), CommentId(comment), PersonId(who.subject), parts.clock.now(),
            why.reason, "desk" in who.roles,
        )  # fmt: skip
        await talks.handle(idea, command, once)

    return router


async def _about(ideas: Ideas, idea: UUID, reader: Caller | None = None) -> domain.About:
    """Return what is talked about; a reader must be one of those for whom its words are."""
    state, _ = await ideas.state(idea)
    if state is None:
        raise NotFound
    if reader is not None and not is_for(state, reader):
        raise TheTalkIsOfAFew
    return domain.About(state.idea, state.author, state.authors)


def _state(history: Sequence[Recorded]) -> domain.Talk:
    return domain.talk_decider.replay(r.data for r in history)  # type: ignore[misc]


def _said(told: CommentPosted) -> Said:
    return Said(
        comment=told.comment, by=told.by, at=told.at, reply_to=told.reply_to,
        mentions=list(told.mentions), words=None if told.words is UNSET else str(told.words),
    )  # fmt: skip
