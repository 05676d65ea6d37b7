"""What ideas are promised: everybody reads it; the desk changes it once it saw what changes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec import structs
from pydantic import BaseModel, Field

from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.terms import TermsRule
from contracts.vocabulary import ChallengeId, PersonId
from ideas.api.words import Name, Once
from ideas.domain.terms import ChangeTerms, Standing, require_whole
from ideas.projections.terms import HOUSE, HouseTerms
from ideas.settings import IdeasSettings

Desk = Annotated[Caller, Depends(caller("desk"))]
Days = Annotated[int | None, Field(ge=1, le=1000)]
MOST = 100  # ideas that are named; all are counted


class RuleShown(BaseModel):
    """What ideas of a category or a challenge are promised, in working days; null: as for all."""

    category: Name | None = None
    challenge: UUID | None = None
    answer_days: Days = None
    decision_days: Days = None
    remind_days: Annotated[
        list[Annotated[int, Field(ge=0, le=1000)]] | None, Field(max_length=10)
    ] = None
    escalate_days: Days = None
    rungs: Annotated[list[Literal["lead", "director", "desk"]] | None, Field(max_length=3)] = None


class TermsShown(BaseModel):
    """The rules that count now; version 0 where none were given."""

    version: int
    rules: list[RuleShown]


class TermsBefore(BaseModel):
    """A version of the rules, since when it counted, and who gave it."""

    version: int
    at: datetime
    by: str
    rules: list[RuleShown]


class TermsHistory(BaseModel):
    items: list[TermsBefore]


class TermsWanted(BaseModel):
    """Rules in the order in which they are tried; `seen` is the version that you looked at."""

    seen: Annotated[int, Field(ge=0)]
    rules: Annotated[list[RuleShown], Field(max_length=200)]


class TouchedShown(BaseModel):
    """An open idea: it keeps its date; `would_be` is what the changed rules would have given."""

    idea: UUID
    category: str | None
    challenge: UUID | None
    state: str
    due: datetime | None
    would_be: datetime


class TermsChange(BaseModel):
    """What the change means: to how many open ideas another promise would fit, and which dates.

    With `dry_run` nothing is changed. Open ideas keep what they were promised either way.
    """

    version: int
    dry_run: bool
    open: int
    ideas: list[TouchedShown]


def terms_router(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of what ideas are promised."""
    router, house = APIRouter(prefix="/terms", tags=["terms"]), HouseTerms(parts, settings)

    @router.get("", summary="What ideas are promised, by category and challenge")
    async def read_terms(_: Annotated[Caller, Depends(caller())]) -> TermsShown:
        found = await house.standing()
        return TermsShown(version=found.version, rules=[_shown(rule) for rule in found.rules])

    @router.get("/history", summary="What ideas were promised before")
    async def read_history(_: Annotated[Caller, Depends(caller())]) -> TermsHistory:
        versions = enumerate(await house.history(), start=1)
        return TermsHistory(
            items=[
                TermsBefore(version=n, at=v.at, by=v.by, rules=[_shown(rule) for rule in v.rules])
                for n, v in versions
            ]
        )

    @router.put("", summary="Promise something else from now on; `dry_run` shows what changes")
    async def change_terms(
        who: Desk, once: Once, wanted: TermsWanted, *, dry_run: Annotated[bool, Query()] = False
    ) -> TermsChange:
        now, rules = await house.standing(), tuple(map(_told, wanted.rules))
        require_whole(rules, settings.longest_terms_days)
        found = await house.touched(now, Standing(now.version, rules))
        version = now.version
        if not dry_run:
            command = ChangeTerms(
                HOUSE, PersonId(who.subject), parts.clock.now(), wanted.seen, rules,
                settings.longest_terms_days,
            )  # fmt: skip
            version = (await house.changes.handle(HOUSE, command, once)).version
        return TermsChange(
            version=version, dry_run=dry_run, open=len(found),
            ideas=[
                TouchedShown.model_validate(each, from_attributes=True) for each in found[:MOST]
            ],
        )  # fmt: skip

    return router


def _shown(rule: TermsRule) -> RuleShown:
    return RuleShown.model_validate(structs.asdict(rule))


def _told(rule: RuleShown) -> TermsRule:
    return TermsRule(
        category=rule.category,
        challenge=None if rule.challenge is None else ChallengeId(rule.challenge),
        answer_days=rule.answer_days, decision_days=rule.decision_days,
        remind_days=None if rule.remind_days is None else tuple(dict.fromkeys(rule.remind_days)),
        escalate_days=rule.escalate_days,
        rungs=None if rule.rungs is None else tuple(rule.rungs),
    )  # fmt: skip
