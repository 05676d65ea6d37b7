"""Submitting, revising, withdrawing, realising and reopening an idea."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.commands import Outcome
from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.vocabulary import (
    ChallengeId,
    IdeaId,
    Language,
    PersonId,
    State,
    Terms,
    ToolId,
)
from ideas.api.shapes import Where
from ideas.api.words import (
    Author,
    Body,
    Employee,
    Ideas,
    Name,
    Once,
    Person,
    Remark,
    Tags,
    Title,
)
from ideas.domain import Idea, RealiseIdea, ReopenIdea, ReviseIdea, SubmitIdea, WithdrawIdea
from ideas.domain.challenges import challenge_decider, require_answerable
from ideas.projections.directory import find_department, known
from ideas.projections.terms import HouseTerms, answer_by, decision_by, terms_of
from ideas.settings import IdeasSettings


class Told(BaseModel):
    """Two fields are enough."""

    title: Title
    body: Body
    category: Name | None = None
    department: Name | None = None
    language: Language = "nl"
    tags: Tags = []
    challenge: UUID | None = None
    tool: UUID | None = None


class Submission(Told):
    """Two fields are enough."""

    co_authors: Annotated[list[Person], Field(max_length=20)] = []
    on_behalf_of: Annotated[
        Person | None, Field(description="whose idea it is, where you only type it")
    ] = None


class Revision(BaseModel):
    """What is left out stays as it is."""

    title: Title | None = None
    body: Body | None = None
    category: Name | None = None
    tags: Tags | None = None


class Withdrawal(BaseModel):
    reason: Remark = ""


class Realisation(BaseModel):
    remark: Remark = ""


class Reopening(BaseModel):
    to: Literal["submitted", "under_review", "accepted"]
    reason: Body
    accountable: Person | None = None


def lifecycle(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes by which an idea lives."""
    router = APIRouter(prefix="/ideas", tags=["ideas"])

    @router.post("", status_code=201, summary="Submit an idea")
    async def submit_idea(who: Employee, once: Once, told: Submission) -> Where:
        command = await submission(parts, settings, who, told)
        return where(await ideas.handle(command.idea, command, once, history=()))

    @router.post("/{idea}/revision", summary="Tell it better, until it is answered")
    async def revise_idea(who: Author, once: Once, idea: UUID, better: Revision) -> Where:
        command = ReviseIdea(
            PersonId(who.subject), parts.clock.now(), better.title, better.body, better.category,
            None if better.tags is None else tuple(dict.fromkeys(better.tags)),
        )  # fmt: skip
        return where(await ideas.handle(idea, command, once))

    @router.post("/{idea}/withdrawal", summary="Take it back")
    async def withdraw_idea(who: Author, once: Once, idea: UUID, asked: Withdrawal) -> Where:
        command = WithdrawIdea(PersonId(who.subject), parts.clock.now(), asked.reason)
        return where(await ideas.handle(idea, command, once))

    @router.post("/{idea}/realisation", summary="Say that it is how things are done now")
    async def realise_idea(who: Employee, once: Once, idea: UUID, done: Realisation) -> Where:
        command = RealiseIdea(
            PersonId(who.subject), parts.clock.now(), done.remark, "desk" in who.roles
        )
        return where(await ideas.handle(idea, command, once))

    @router.post("/{idea}/reopening", summary="Let it go back, with a reason")
    async def reopen_idea(
        who: Annotated[Caller, Depends(caller("desk"))], once: Once, idea: UUID, asked: Reopening
    ) -> Where:
        if asked.accountable not in {None, settings.desk}:
            await known(parts.db.pool, [str(asked.accountable)])
        terms = await terms_of(ideas, idea)
        command = _reopening(parts, settings, who, asked, terms)
        return where(await ideas.handle(idea, command, once))

    return router


async def submission(
    parts: Parts, settings: IdeasSettings, who: Caller, told: Submission
) -> SubmitIdea:
    """Return the command that submits an idea by name."""
    now = parts.clock.now()
    author = PersonId(told.on_behalf_of or who.subject)
    pool = parts.db.pool
    named = [told.on_behalf_of] if told.on_behalf_of else []
    await known(pool, [*named, *told.co_authors])
    department = told.department
    if department is None:
        department = await find_department(pool, author)
    if told.challenge is not None:
        await require_open(parts, told.challenge, department)
    terms = await HouseTerms(parts, settings).of(told.category, told.challenge)
    return SubmitIdea(
        idea=IdeaId(uuid7()), author=author, title=told.title, body=told.body,
        at=now, desk=None if settings.desk is None else PersonId(settings.desk),
        due=answer_by(parts.calendar, settings, now, terms), terms=terms,
        co_authors=tuple(PersonId(p) for p in dict.fromkeys(told.co_authors) if p != author),
        department=department, category=told.category, language=told.language,
        told_by=None if author == who.subject else PersonId(who.subject),
        tags=tuple(dict.fromkeys(told.tags)),
        challenge=None if told.challenge is None else ChallengeId(told.challenge),
        tool=None if told.tool is None else ToolId(told.tool),
    )  # fmt: skip


async def require_open(parts: Parts, challenge: UUID, department: str | None) -> None:
    """Refuse an answer to a challenge on another day than its own, or of those it does not ask."""
    state, _ = await parts.commands(challenge_decider, "challenge").state(challenge)
    require_answerable(state, parts.calendar.local_date(parts.clock.now()), department)


def _reopening(
    parts: Parts, settings: IdeasSettings, who: Caller, asked: Reopening, terms: Terms | None
) -> ReopenIdea:
    now = parts.clock.now()
    state: State = asked.to
    date = answer_by if state == "submitted" else decision_by
    return ReopenIdea(
        by=PersonId(who.subject), at=now, to=state, reason=asked.reason,
        accountable=PersonId(asked.accountable or settings.desk or who.subject),
        due=date(parts.calendar, settings, now, terms),
    )  # fmt: skip


def where(done: Outcome[Idea | None]) -> Where:
    """Say where a command left an idea, who is accountable, and until when."""
    return _shown(done.state, done.version)


async def where_is(ideas: Ideas, idea: UUID) -> Where:
    """Say the same of an idea as it is now."""
    return _shown(*await ideas.state(idea))


def _shown(state: Idea | None, version: int) -> Where:
    if state is None:
        raise AssertionError("an idea without a birth")
    return Where(
        idea=state.idea, version=version, state=state.state, accountable=state.accountable,
        due=state.due,
    )  # fmt: skip
