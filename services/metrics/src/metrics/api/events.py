"""The door for events of other systems: one or many CloudEvents, counted once whatever is sent."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from chassis.consuming import Heard
from chassis.http import Caller, Pace, caller, problem
from metrics.api.validating import BATCH, MOST_EVENTS, SINGLE, Told, Validator
from metrics.api.validating import batch as batch_of
from metrics.api.validating import single as single_of

Standing = Literal["accepted", "repeated", "refused"]
Count = Callable[[Sequence[Heard], timedelta | None], Awaitable[Sequence[bool | None]]]
"""Counts events in one transaction; says of each whether it was new, or None: it is too late."""
Keep = Callable[[Sequence[tuple[Any, bytes, str]]], Awaitable[None]]
"""Keeps what is refused (headers, value, reason) as dead letters: its publisher can look it up."""

_TOO_LATE = "its month is closed for good: the rows of its persons are gone, only counts are kept"

Publisher = Annotated[Caller, Depends(caller("publisher"))]
Imported = Annotated[bool, Query(alias="import", description="a past that may be of any age")]


class Refused(BaseModel):
    """An event that was not counted, by its place in the batch."""

    index: int
    reason: str


class Counted(BaseModel):
    """What became of a batch, in all and one by one. All of it is committed."""

    accepted: int
    repeated: int
    refused: list[Refused]
    items: list[Standing]


@dataclass(frozen=True)
class Inlet:
    """What takes events in. `pace` is how many a client may tell in a second."""

    validator: Validator
    count: Count
    keep: Keep
    max_age: timedelta
    pace: Pace

    async def take(self, told: Sequence[Told], client: str, *, imported: bool) -> list[str | bool]:
        """Count events: True for a new one, False for a repetition, or why it is refused."""
        self.pace.take(client, len(told))
        judged = [self.validator.judge(each, client, imported=imported) for each in told]
        sound = [each.heard for each in judged if each.heard]
        said = iter(await self.count(sound, None if imported else self.max_age) if sound else [])
        if bad := [(*each.told, each.reason) for each in judged if each.kept and each.reason]:
            await self.keep(bad)
        return [each.reason or _known(next(said)) for each in judged]


def _known(new: bool | None) -> str | bool:
    return _TOO_LATE if new is None else new


def events(inlet: Inlet) -> APIRouter:
    """Return the routes that take events; both lead through the same inlet."""
    router = APIRouter(prefix="/v1", tags=["events"])

    @router.post(
        "/events", status_code=202, response_model=Counted, summary="Tell events: one, or a batch",
        openapi_extra={"requestBody": {"required": True, "content": _ANY}},
    )  # fmt: skip
    async def tell_events(
        who: Publisher, request: Request, imported: Imported = False
    ) -> Counted | Response:
        """Asked again, each event that is known is called a repetition, and not counted twice."""
        sent, media = await request.body(), _media(request)
        if media == BATCH:
            return await _batch(inlet, sent, who, imported=imported)
        one = single_of(sent, media, request.headers.raw)
        if isinstance(one, Response):
            return one
        (said,) = await inlet.take([one], who.subject, imported=imported)
        if isinstance(said, str):
            return problem(422, "EventRefused", f"The event is not taken: {said}.")
        return _counted([said])

    @router.post(
        "/usage", summary="Tell a batch of events; /v1/events takes single ones too",
        response_model=Counted,
        openapi_extra={"requestBody": {"required": True, "content": _BATCHES}},
    )  # fmt: skip
    async def record_usage(
        who: Publisher, request: Request, imported: Imported = False
    ) -> Counted | Response:
        """Asked again, each event that is known is called a repetition, and not counted twice."""
        if _media(request) != BATCH:
            return problem(415, "NotABatch", f"Send a batch of CloudEvents as {BATCH}.")
        return await _batch(inlet, await request.body(), who, imported=imported)

    return router


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _batch(inlet: Inlet, sent: bytes, who: Caller, *, imported: bool) -> Counted | Response:
    told = batch_of(sent)
    if isinstance(told, Response):
        return told
    return _counted(await inlet.take(told, who.subject, imported=imported))


def _counted(said: Sequence[str | bool]) -> Counted:
    items: list[Standing] = [
        "refused" if isinstance(each, str) else "accepted" if each else "repeated" for each in said
    ]
    return Counted(
        accepted=items.count("accepted"),
        repeated=items.count("repeated"),
        refused=[Refused(index=i, reason=r) for i, r in enumerate(said) if isinstance(r, str)],
        items=items,
    )


def _many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "maxItems": MOST_EVENTS, "items": items}


_EVENT: dict[str, Any] = {
    "type": "object",
    "description": "a CloudEvent; docs/publishing.md says which",
    "required": ["specversion", "id", "source", "type", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string"},
        "source": {"type": "string"},
        "type": {"type": "string"},
        "data": {"type": "object"},
    },
}
# What /v1/usage promised when it was the only one.
_USAGE = _EVENT | {
    "properties": _EVENT["properties"] | {"type": {"const": "kiem.usage.ToolUsageRecorded.v1"}}
}
_ANY: dict[str, Any] = {
    BATCH: {"schema": _many(_EVENT)},
    SINGLE: {"schema": _EVENT},
    "application/json": {
        "schema": {"type": "object", "description": "the data; the attributes are headers ce-…"}
    },
}
_BATCHES: dict[str, Any] = {BATCH: {"schema": _many(_USAGE)}}
