"""What the desk decides for all reviews: the rubrics, and who reviews what."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.commands import Context
from chassis.http import Caller, caller, command_context
from chassis.process import Parts
from contracts.feedback import Criterion, Rule
from contracts.vocabulary import ChallengeId, PersonId
from feedback.api.here import require_here
from feedback.api.words import PLAIN, Person
from feedback.domain.house_rules import ChangeRouting, PublishRubric
from feedback.domain.rubric import Rubric
from feedback.projections.rubrics import find_rubric
from feedback.projections.rules import HOUSE, Rules

Desk = Annotated[Caller, Depends(caller("desk"))]
Once = Annotated[Context, Depends(command_context)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")]
Category = Annotated[str | None, Field(max_length=100, pattern=PLAIN)]
Question = Annotated[str, Field(min_length=3, max_length=500, pattern=PLAIN)]


class Asked(BaseModel):
    """A criterion, as it is asked in both languages."""

    name: Name
    nl: Question
    en: Question


class Shown(BaseModel):
    """By which criteria ideas are judged."""

    version: str
    criteria: list[Asked]


class Wanted(BaseModel):
    """New criteria; for one category, or for all that have none of their own."""

    category: Category = None
    criteria: Annotated[list[Asked], Field(min_length=1, max_length=20)]


class Fit(BaseModel):
    """Who reviews what. What is left out fits all."""

    reviewers: Annotated[list[Person], Field(min_length=1, max_length=100)]
    category: Category = None
    department: Category = None
    challenge: UUID | None = None


class Routed(BaseModel):
    """The first rule that fits names the reviewers; nobody gets more than `most_open`."""

    rules: Annotated[list[Fit], Field(max_length=200)] = []
    most_open: Annotated[int, Field(ge=1, le=10_000)] = 1_000


def rules(parts: Parts, house: Rules) -> APIRouter:
    """Return the routes of the house's rules."""
    router = APIRouter(tags=["feedback"])

    @router.get("/rubric", summary="By which criteria ideas are judged")
    async def read_rubric(
        _: Annotated[Caller, Depends(caller())],
        category: Annotated[str | None, Query(max_length=100, pattern=PLAIN)] = None,
    ) -> Shown:
        async with parts.db.reading() as connection:
            found = await find_rubric(connection, category=category, at=parts.clock.now())
        return shown_rubric(found)

    @router.put("/rubrics/{rubric}", summary="Judge by other criteria from now on")
    async def publish_rubric(who: Desk, once: Once, rubric: Name, wanted: Wanted) -> Shown:
        criteria = tuple(
            Criterion(name=c.name, question={"nl": c.nl, "en": c.en}) for c in wanted.criteria
        )
        command = PublishRubric(
            rubric, PersonId(who.subject), parts.clock.now(), criteria, wanted.category
        )
        await house.rubrics.handle(rubric, command, once)
        return shown_rubric(Rubric.of(rubric, criteria))

    router.include_router(_routing(parts, house))
    return router


def _routing(parts: Parts, house: Rules) -> APIRouter:
    router = APIRouter()

    @router.get("/routing", summary="Who reviews what")
    async def read_routing(_: Desk) -> Routed:
        found = await house.routing()
        return Routed(
            most_open=found.most_open,
            rules=[
                Fit(reviewers=list(r.reviewers), category=r.category, department=r.department,
                    challenge=r.challenge)
                for r in found.rules
            ],
        )  # fmt: skip

    @router.put("/routing", summary="Say who reviews what from now on")
    async def change_routing(who: Desk, once: Once, wanted: Routed) -> Routed:
        await _require_here(parts, once, house, wanted)
        told = tuple(
            Rule(
                reviewers=tuple(PersonId(p) for p in dict.fromkeys(fit.reviewers)),
                category=fit.category, department=fit.department,
                challenge=None if fit.challenge is None else ChallengeId(fit.challenge),
            )
            for fit in wanted.rules
        )  # fmt: skip
        command = ChangeRouting(
            HOUSE, PersonId(who.subject), parts.clock.now(), told, wanted.most_open
        )
        await house.routings.handle(HOUSE, command, once)
        return wanted

    return router


async def _require_here(parts: Parts, once: Context, house: Rules, wanted: Routed) -> None:
    """Refuse a stranger; whom an older rule names may have left since: no review reaches them."""
    found = await house.routing()
    before = {person for rule in found.rules for person in rule.reviewers}
    named = dict.fromkeys(person for fit in wanted.rules for person in fit.reviewers)
    await require_here(parts, once, [person for person in named if person not in before])


def shown_rubric(rubric: Rubric) -> Shown:
    """Return a rubric as it is told."""
    asked = [Asked(name=c.name, nl=c.nl, en=c.en) for c in rubric.criteria]
    return Shown(version=rubric.version, criteria=asked)
