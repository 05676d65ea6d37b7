"""What erasing a person would destroy here; it is done when PersonErased is heard."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from chassis.http import Caller, caller
from chassis.process import Parts
from ideas.projections import drafts
from ideas.projections.imports import UnplacedLines
from ideas.projections.personal import count_words, find_erased


class Erasure(BaseModel):
    """Whether a person is erased here, and how much of what is still there would go."""

    person: str
    erased: bool
    holds: dict[str, int]


def erasures(parts: Parts) -> APIRouter:
    """Return the route by which HR looks before it erases."""
    router = APIRouter(prefix="/people", tags=["people"])
    unplaced = UnplacedLines(parts.db, parts.keyring)

    @router.get("/{person}/erasure", summary="What erasing this person would destroy here")
    async def look_before_erasing(
        person: Annotated[str, Path(min_length=1, max_length=200)],
        _: Annotated[Caller, Depends(caller("hr"))],
    ) -> Erasure:
        async with parts.db.transaction() as tx:
            erased = bool(await find_erased(tx, [person]))
            # What they told under an alias goes too, and is not counted: who looks from day to day
            # would see whose it is.
            ideas, others = await count_words(tx, person)
            own = await drafts.count(tx, person)
            lines = len(await unplaced.naming(tx, person))
        holds = {"ideas": ideas, "words_on_ideas_of_others": others, "unplaced_lines": lines,
                 "drafts": own}  # fmt: skip
        return Erasure(
            person=person, erased=erased, holds=dict.fromkeys(holds, 0) if erased else holds
        )

    return router
