"""The door for tool usage: batches of CloudEvents, counted once whatever is sent again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from chassis.consuming import Heard
from chassis.http import Caller, caller, problem
from contracts import cloudevents, structured
from contracts.envelope import Unreadable
from contracts.outside import USAGE_TOPIC

MEDIA_TYPE = "application/cloudevents-batch+json"
MOST_EVENTS = 1000

Standing = Literal["accepted", "repeated", "refused"]
Count = Callable[[Sequence[Heard], timedelta | None], Awaitable[Sequence[bool | None]]]
"""Counts events in one transaction; says of each whether it was new, or None: it is too late."""

_TOO_LATE = "its month is closed for good: the rows of its persons are gone, only counts are kept"

_HEADERS = [("content-type", structured.STRUCTURED.encode())]
_items = msgspec.json.Decoder(list[msgspec.Raw])


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


def usage(count: Count, now: Callable[[], datetime], max_age: timedelta) -> APIRouter:
    """Return the route that takes usage. `count` is what counts it, once and for ever."""
    router = APIRouter(prefix="/v1/usage", tags=["usage"])
    body = {"required": True, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}

    @router.post(
        "", summary="Tell what tools were used", response_model=Counted,
        openapi_extra={"requestBody": body},
    )  # fmt: skip
    async def record_usage(
        _: Annotated[Caller, Depends(caller("publisher"))],
        request: Request,
        imported: Annotated[
            bool, Query(alias="import", description="a past that may be of any age")
        ] = False,
    ) -> Counted | Response:
        items = _batch(await request.body(), request.headers.get("content-type", ""))
        if isinstance(items, Response):
            return items
        oldest = None if imported else now() - max_age
        read = [_read(bytes(item), oldest, max_age) for item in items]
        sound = [each for each in read if not isinstance(each, str)]
        new = await count(sound, None if imported else max_age) if sound else []
        return _counted(read, new)

    return router


def _batch(sent: bytes, content_type: str) -> list[msgspec.Raw] | Response:
    """Return the events of a batch, unread, or the refusal of it as a whole."""
    if content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        return problem(415, "NotABatch", f"Send a batch of CloudEvents as {MEDIA_TYPE}.")
    try:
        items = _items.decode(sent)
    except msgspec.DecodeError:
        return problem(400, "MalformedJson", "The body is no JSON array of CloudEvents.")
    if len(items) > MOST_EVENTS:
        return problem(413, "TooManyEvents", f"Send at most {MOST_EVENTS} events at once.")
    return items


def _read(item: bytes, oldest: datetime | None, max_age: timedelta) -> Heard | str:
    """Return the event, or the reason why it is refused: without quoting it."""
    try:
        heard = cloudevents.decode(cloudevents.read(_HEADERS, item), USAGE_TOPIC)
    except Unreadable as error:
        return error.reason
    if heard is None:
        return "its type is none that is counted here: send kiem.usage.ToolUsageRecorded.v1"
    if oldest is not None and heard.occurred_at < oldest:
        return f"it is older than {max_age.days} days: import it, with ?import=true"
    return heard


def _counted(told: Sequence[Heard | str], done: Sequence[bool | None]) -> Counted:
    new, read = _merged(told, done)
    fresh = iter(new)
    items: list[Standing] = [
        "refused" if isinstance(each, str) else "accepted" if next(fresh) else "repeated"
        for each in read
    ]
    return Counted(
        accepted=items.count("accepted"),
        repeated=items.count("repeated"),
        refused=[Refused(index=i, reason=r) for i, r in enumerate(read) if isinstance(r, str)],
        items=items,
    )


def _merged(
    told: Sequence[Heard | str], done: Sequence[bool | None]
) -> tuple[list[bool], list[Heard | str]]:
    """Put what could not be counted any more among what is refused."""
    said = iter(done)
    read: list[Heard | str] = []
    for each in told:
        late = not isinstance(each, str) and next(said) is None
        read.append(_TOO_LATE if late else each)
    return [is_new for is_new in done if is_new is not None], read


_SCHEMA: dict[str, Any] = {
    "type": "array",
    "maxItems": MOST_EVENTS,
    "items": {
        "type": "object",
        "description": "a CloudEvent, its data a ToolUsageRecorded",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string"},
            "source": {"type": "string"},
            "type": {"const": "kiem.usage.ToolUsageRecorded.v1"},
            "data": {"type": "object"},
        },
    },
}
