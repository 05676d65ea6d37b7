"""Reading ideas: one, many, the timeline, and the words that a mail may say."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec import UNSET

from chassis.decider import NotFound
from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.vocabulary import State
from ideas.api.timeline import Why, timeline
from ideas.api.words import LAST, Employee, Ideas, Moment
from ideas.domain import Idea
from ideas.projections.ideas import find_ideas
from ideas.settings import IdeasSettings


def reading(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes that show ideas."""
    router = APIRouter(prefix="/ideas", tags=["ideas"])
    why = Why(parts.peers(settings.feedback_url))

    @router.get("", summary="Ideas, the newest first")
    async def list_ideas(
        _: Employee,
        state: State | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> dict[str, Any]:
        async with parts.db.reading() as connection:
            found = await find_ideas(connection, state=state, after=after, limit=limit)
        items = [{**_plain(listed), "title": await _title(ideas, listed.idea)} for listed in found]
        return {"items": items, "next": found[-1].idea if len(found) == limit else None}

    @router.get("/{idea}", summary="One idea, as it is now")
    async def read_idea(_: Employee, idea: UUID) -> dict[str, Any]:
        state, version = await ideas.state(idea)
        return _shown(state, version)

    @router.get("/{idea}/timeline", summary="Who decided what, when and why")
    async def read_timeline(
        who: Employee,
        idea: UUID,
        version: Annotated[int | None, Query(ge=1, le=LAST)] = None,
        known_at: Moment | None = None,
    ) -> dict[str, Any]:
        history = await ideas.history(idea, upto=version, known_at=known_at)
        return await timeline(history, why, who)

    @router.get("/{idea}/words", summary="What a mail may say of it to a recipient")
    async def read_words(
        _: Annotated[Caller, Depends(caller("service"))],
        idea: UUID,
        recipient: Annotated[str, Query(alias="for", min_length=1, max_length=200)],
    ) -> dict[str, Any]:
        state, _version = await ideas.state(idea)
        if state is None:
            raise NotFound
        told = state.submission
        # Named ideas are told to the house: whoever is owed a notice may know what it is about.
        # Of the others only those know who told them.
        may_know = told.way == "named" or recipient in state.authors
        return {
            "for": recipient,
            "title": _words(told.title) if may_know else None,
            "language": told.language,
            "author": state.author,
            "co_authors": state.co_authors,
            "way": told.way,
        }

    return router


async def _title(ideas: Ideas, idea: UUID) -> str | None:
    state, _ = await ideas.state(idea)
    return _words(state.submission.title) if state else None


def _words(words: Any) -> str | None:
    """Erased words are shown as none."""
    return None if words is UNSET else words


def _plain(listed: Any) -> dict[str, Any]:
    return {name: getattr(listed, name) for name in listed.__slots__}


def _shown(idea: Idea | None, version: int) -> dict[str, Any]:
    if idea is None:
        raise NotFound
    told = idea.submission
    submitted: datetime = told.at
    return {
        "idea": idea.idea, "version": version, "state": idea.state, "author": idea.author,
        "co_authors": idea.co_authors, "department": told.department, "category": told.category,
        "language": told.language, "way": told.way, "origin": told.origin,
        "title": _words(told.title), "body": _words(told.body), "submitted_at": submitted,
        "reviewer": idea.reviewer, "accountable": idea.accountable, "due": idea.due,
        "pilot": idea.pilot,
    }  # fmt: skip
