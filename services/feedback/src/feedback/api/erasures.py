"""What erasing a person would destroy here; it is done when PersonErased is heard."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from chassis.http import Caller, caller
from chassis.process import Parts
from feedback.projections.personal import count_answers, is_erased


class Erasure(BaseModel):
    """Whether a person is erased here, and how much of what is still there would go."""

    person: str
    erased: bool
    holds: dict[str, int]


def erasures(parts: Parts) -> APIRouter:
    """Return the route by which HR looks before it erases."""
    router = APIRouter(tags=["people"])

    @router.get("/people/{person}/erasure", summary="What erasing this person would destroy here")
    async def look_before_erasing(
        person: Annotated[str, Path(min_length=1, max_length=200)],
        _: Annotated[Caller, Depends(caller("hr"))],
    ) -> Erasure:
        async with parts.db.reading() as connection:
            erased = await is_erased(connection, person)
            answers = 0 if erased else await count_answers(connection, person)
        return Erasure(person=person, erased=erased, holds={"answers_to_this_person": answers})

    return router
