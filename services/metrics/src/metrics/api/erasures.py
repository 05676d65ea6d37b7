"""Whether a person is erased here; it is done when PersonErased is heard."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from chassis.http import Caller, caller


class Erasure(BaseModel):
    """Whether a person is erased here. What is there of anybody is told to nobody."""

    person: str
    erased: bool


def erasures(is_erased: Callable[[str], Awaitable[bool]]) -> APIRouter:
    """Return the route by which HR looks whether a person is erased."""
    router = APIRouter(prefix="/v1/people", tags=["people"])

    @router.get("/{person}/erasure", summary="Whether this person's rows of use are erased")
    async def look_before_erasing(
        person: Annotated[str, Path(min_length=1, max_length=200)],
        _: Annotated[Caller, Depends(caller("hr"))],
    ) -> Erasure:
        return Erasure(person=person, erased=await is_erased(person))

    return router
