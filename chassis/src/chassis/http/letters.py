"""The routes for dead letters: look, try again, give up, let a stopped partition go on."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.auth import Caller
from chassis.consuming.desk import Desk
from chassis.http.asking import caller

Operator = Annotated[Caller, Depends(caller("operator"))]


class Redrive(BaseModel):
    """Which letters to try again: by id, by fingerprint, or (with neither) every parked one."""

    ids: Annotated[list[int], Field(max_length=1000)] | None = None
    fingerprint: Annotated[str, Field(max_length=40)] | None = None
    rate: Annotated[float, Field(gt=0, le=1000)] = 50.0
    dry_run: bool = False


class Discard(BaseModel):
    """Why a letter is given up; people will read it. Name nobody."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Resume(BaseModel):
    """Where to go on, if not where the partition stopped."""

    offset: Annotated[int, Field(ge=0)] | None = None


def letters_router(desk: Callable[[], Desk]) -> APIRouter:
    """Return the routes; the desk is asked for at each request, as it comes with the consumer."""
    router = APIRouter(prefix="/v1", tags=["operation"])

    @router.get("/dead-letters", summary="Records that could not be handled")
    async def list_letters(
        _: Operator,
        status: Literal["parked", "resolved", "discarded"] | None = "parked",
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        found = await desk().list(status, after, limit)
        return {"items": [_plain(letter) for letter in found]}

    @router.get("/dead-letters/{letter}", summary="One of them, without its contents")
    async def show_letter(_: Operator, letter: int) -> dict[str, Any]:
        found, shape = await desk().show(letter)
        return _plain(found) | {"record": shape}

    @router.post("/dead-letters/redrive", summary="Handle them again, in order per key")
    async def redrive_letters(who: Operator, wanted: Redrive) -> dict[str, Any]:
        done = await desk().redrive(
            wanted.ids, wanted.fingerprint,
            rate=wanted.rate, dry_run=wanted.dry_run, by=who.subject,
        )  # fmt: skip
        return _plain(done)

    @router.post("/dead-letters/{letter}/discard", summary="Give one up")
    async def discard_letter(who: Operator, letter: int, why: Discard) -> dict[str, Any]:
        await desk().discard(letter, by=who.subject, why=why.reason)
        return {"discarded": letter}

    @router.post("/partitions/{topic}/{part}/resume", summary="Let a stopped partition go on")
    async def resume_partition(_: Operator, topic: str, part: int, at: Resume) -> dict[str, Any]:
        offset = await desk().resume(topic, part, offset=at.offset)
        return {"topic": topic, "part": part, "next_offset": offset}

    return router


def _plain(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__struct_fields__}
