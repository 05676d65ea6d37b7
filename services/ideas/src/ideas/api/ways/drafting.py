"""Drafts: saved, listed, thrown away, and at last submitted, by name or confidentially."""

from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, ValidationError

from chassis.commands import Context
from chassis.decider import NotFound, Rejected
from chassis.http import Caller
from chassis.process import Parts
from contracts.vocabulary import Language, PersonId
from ideas.api.lifecycle import Submission, Told, submission, where_is
from ideas.api.shapes import Where
from ideas.api.ways.submitting import Submitting
from ideas.api.words import Employee, Ideas, Name, Once, Person, Tags
from ideas.projections.drafts import Drafts, Kept
from ideas.settings import IdeasSettings

T = TypeVar("T", bound=Told)


class TheDraftIsNotWhole(Rejected):
    """An idea needs a title and a body. Complete the draft, and submit it then."""


class AnAliasHasNoCoAuthors(Rejected):
    """A confidential idea has no co-authors: their names would tell yours. Leave them out."""


class Draft(BaseModel):
    """An idea that is not told yet: all of it may still be missing."""

    title: Annotated[str, Field(max_length=200)] = ""
    body: Annotated[str, Field(max_length=10_000)] = ""
    category: Name | None = None
    department: Name | None = None
    language: Language = "nl"
    tags: Tags = []
    challenge: UUID | None = None
    tool: UUID | None = None
    co_authors: Annotated[list[Person], Field(max_length=20)] = []


class Saved(Draft):
    """A draft as it was saved last."""

    draft: UUID
    saved_at: datetime


class SavedDrafts(BaseModel):
    items: list[Saved]


class HowSubmitted(BaseModel):
    way: Literal["named", "confidential"] = "named"


class Submitted(Where):
    """Where the idea stands; of a confidential one, its code, which is shown once."""

    code: str | None = None


class Drafting:
    """Keeps drafts, and makes ideas of them."""

    def __init__(
        self, parts: Parts, settings: IdeasSettings, ideas: Ideas, taking: Submitting
    ) -> None:
        self.parts, self._settings, self._ideas, self._taking = parts, settings, ideas, taking
        self.drafts = Drafts(parts.keyring, settings.drafts)

    async def one(self, who: Caller, draft: UUID) -> Saved:
        async with self.parts.db.reading() as connection:
            found = await self.drafts.find(connection, PersonId(who.subject), draft)
        if not found:
            raise NotFound
        return shown(found[0])

    async def submit(self, who: Caller, draft: UUID, once: Context) -> Submitted:
        """Submit a draft by name; it is no draft any more in the same moment."""
        try:
            told = whole(Submission, await self.one(who, draft))
        except NotFound:
            known = await self.parts.store.known(once)
            if known is None:
                raise
            stream = known[0]  # it is submitted already
        else:
            stream = await self._submitted(who, draft, told, once)
        idea = UUID(stream.partition("-")[2])
        return Submitted(**(await where_is(self._ideas, idea)).model_dump())

    async def _submitted(self, who: Caller, draft: UUID, told: Submission, once: Context) -> str:
        command = await submission(self.parts, self._settings, who, told)
        async with self.parts.db.transaction() as tx:
            done = await self._ideas.handle(command.idea, command, once, tx)
            if not done.repeated:
                await self.drafts.drop(tx, PersonId(who.subject), draft)
        self.parts.wake()
        return done.stream

    async def confide(self, who: Caller, draft: UUID, once: Context) -> Submitted:
        """Submit a draft confidentially; nothing leads from one to the other."""
        owner = PersonId(who.subject)
        try:
            kept = await self.one(who, draft)
        except NotFound:
            given = await self._taking.known(once)
            if given is None:
                raise
        else:
            if kept.co_authors:
                raise AnAliasHasNoCoAuthors
            given = await self._taking.confidential(
                whole(Told, kept), once, owner, lambda tx: self.drafts.drop(tx, owner, draft)
            )
        return Submitted(**given.model_dump())


def shown(kept: Kept) -> Saved:
    said = Draft.model_validate_json(kept.said)
    return Saved(draft=kept.draft, saved_at=kept.saved_at, **said.model_dump())


def whole(kind: type[T], draft: Saved) -> T:
    """Return what a draft submits. Raises TheDraftIsNotWhole."""
    try:
        return kind.model_validate(draft.model_dump(exclude={"draft", "saved_at"}))
    except ValidationError:
        raise TheDraftIsNotWhole from None


def drafting(made: Drafting) -> APIRouter:
    """Return the routes of drafts. Everybody has their own, and sees no others."""
    router = APIRouter(prefix="/drafts", tags=["drafts"])

    @router.get("", summary="Your drafts, the latest first")
    async def list_drafts(who: Employee) -> SavedDrafts:
        async with made.parts.db.reading() as connection:
            found = await made.drafts.find(connection, PersonId(who.subject))
        return SavedDrafts(items=[shown(kept) for kept in found])

    @router.get("/{draft}", summary="One of your drafts")
    async def read_draft(who: Employee, draft: UUID) -> Saved:
        return await made.one(who, draft)

    @router.put("/{draft}", summary="Save a draft, under an id that you choose")
    async def save_draft(who: Employee, draft: UUID, told: Draft) -> Saved:
        """Asked again, it changes nothing but the moment at which it was saved."""
        said = told.model_dump_json().encode()
        async with made.parts.db.transaction() as tx:
            at = await made.drafts.save(tx, PersonId(who.subject), draft, said)
        return Saved(draft=draft, saved_at=at, **told.model_dump())

    @router.delete("/{draft}", status_code=204, summary="Throw a draft away")
    async def drop_draft(who: Employee, draft: UUID) -> None:
        """Asked again, it changes nothing: there is no such draft."""
        async with made.parts.db.transaction() as tx:
            await made.drafts.drop(tx, PersonId(who.subject), draft)

    @router.post("/{draft}/submission", status_code=201, summary="Submit a draft")
    async def submit_draft(who: Employee, once: Once, draft: UUID, how: HowSubmitted) -> Submitted:
        """A sealed idea has no draft here: drafts have a name."""
        if how.way == "confidential":
            return await made.confide(who, draft, once)
        return await made.submit(who, draft, once)

    return router
