"""Learnings and thanks: said by anybody, for everybody to read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.process import Parts
from contracts.vocabulary import IdeaId, LearningId, PersonId, ThanksId
from ideas.api.around.learnings import Learnings
from ideas.api.around.reading import Done, Page, Which, page_of
from ideas.api.words import Body, Employee, Ideas, Once, Person
from ideas.domain import sharing as domain
from ideas.projections.directory import known


class Learning(BaseModel):
    words: Body
    idea: UUID | None = None


class Thanks(BaseModel):
    to: Annotated[list[Person], Field(min_length=1, max_length=50)]
    words: Body
    idea: UUID | None = None


def sharing(parts: Parts, ideas: Ideas) -> APIRouter:
    """Return the routes of learnings and thanks."""
    router = APIRouter(tags=["sharing"])
    learnings = parts.commands(domain.learning_decider, "learning")
    thanks = parts.commands(domain.thanks_decider, "thanks")
    reading = Learnings(parts, learnings, ideas)

    @router.get("/learnings", summary="What people and pilots taught, the newest first")
    async def list_learnings(who: Employee, asked: Which) -> Page:
        return await reading.page(who, asked)

    @router.post("/learnings", status_code=201, summary="Share what you learned")
    async def share_learning(who: Employee, once: Once, told: Learning) -> Done:
        command = domain.ShareLearning(
            LearningId(uuid7()), PersonId(who.subject), parts.clock.now(), told.words,
            IdeaId(told.idea) if told.idea else None,
        )  # fmt: skip
        done = await learnings.handle(command.learning, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)

    @router.get("/thanks", summary="Thanks, the newest first; there are no points")
    async def list_thanks(who: Employee, asked: Which) -> Page:
        return await page_of(parts, thanks, "thanks", who, asked)

    @router.post("/thanks", status_code=201, summary="Thank colleagues, for everybody to read")
    async def give_thanks(who: Employee, once: Once, told: Thanks) -> Done:
        command = domain.GiveThanks(
            ThanksId(uuid7()), PersonId(who.subject), parts.clock.now(),
            await known(parts.db.pool, told.to), told.words,
            IdeaId(told.idea) if told.idea else None,
        )  # fmt: skip
        done = await thanks.handle(command.thanks, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)

    return router
