"""What a publisher may look up about its own source: the events that were refused, and why."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict

from chassis.decider import NotAllowed
from chassis.http import Caller, caller
from metrics.domain.admission import Admission
from metrics.projections.rejected import Rejected


class NotYourSource(NotAllowed):
    """Only who may tell in the name of this source sees what of it was refused."""


class RejectedEvent(BaseModel):
    """An event that was not counted. An operator, who is not its publisher, sees no id or type."""

    model_config = ConfigDict(from_attributes=True)

    letter: int
    door: Literal["kafka", "http"]
    id: str | None
    type: str | None
    topic: str
    partition: int | None
    offset: int | None
    reason: str
    status: Literal["parked", "resolved", "discarded"]
    attempts: int
    first_seen: datetime


class RejectedEvents(BaseModel):
    """One page; `next` is what to ask for as `after`, None at the end."""

    items: list[RejectedEvent]
    next: int | None


Find = Callable[[str, int, int], Awaitable[Sequence[Rejected]]]
"""Finds what of a source was refused: after which letter, and how many at most."""


def sources(admission: Admission, find: Find) -> APIRouter:
    """Return the route by which a publisher sees its own rejected events."""
    router = APIRouter(prefix="/v1", tags=["events"])

    @router.get(
        "/sources/{source:path}/rejected", summary="Events of a source that were not counted"
    )  # fmt: skip
    async def list_rejected(
        who: Annotated[Caller, Depends(caller("publisher", "operator"))],
        source: Annotated[str, Path(description="percent-encoded", max_length=300)],
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> RejectedEvents:
        own = "publisher" in who.roles and admission.holds(who.subject, source)
        if not own and "operator" not in who.roles:
            raise NotYourSource
        found = list(await find(source, after, limit))
        last = found[-1].letter if len(found) == limit else None
        if not own:
            found = [replace(each, id=None, type=None) for each in found]
        return RejectedEvents.model_validate({"items": found, "next": last})

    return router
