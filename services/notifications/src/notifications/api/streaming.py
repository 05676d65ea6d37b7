"""The inbox, live: server-sent events that go on where the last connection ended."""

import asyncio
import base64
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from chassis.components import Loop
from chassis.database import Database
from chassis.http import Caller, caller
from chassis.http.problems import TooManyRequests
from contracts.vocabulary import PersonId
from notifications.api.notices import NoticeShown
from notifications.projections import live
from notifications.projections.live import Moment

MOST_STREAMS = 5  # of one person at one process
LOOKS = 0.25  # seconds between two looks, while anybody listens
RESTS = 1.0  # the longest that a stream does not look whether it should end


class Listeners(Loop):
    """Who listens at this process; one look for all of them finds out whom to wake."""

    rests, trouble = LOOKS, "listeners.interrupted"

    def __init__(self, db: Database) -> None:
        super().__init__()
        self._db = db
        self._since: Moment | None = None  # the last look, while anybody listens
        self._open: Counter[str] = Counter()
        self._woken: dict[str, asyncio.Event] = {}

    def enter(self, person: str) -> None:
        """Begin to listen. Raises TooManyRequests."""
        if self._open[person] >= MOST_STREAMS:
            raise TooManyRequests
        self._open[person] += 1
        self._woken.setdefault(person, asyncio.Event())

    def leave(self, person: str) -> None:
        self._open[person] -= 1
        if not self._open[person]:
            del self._open[person]
            self._woken.pop(person).set()

    async def wait(self, person: str) -> None:
        """Wait until something was told to a person, or for a while."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken[person].wait(), RESTS)

    async def step(self) -> None:
        """Look what is new, while anybody listens."""
        self._since = await self._look(self._since) if self._open else None

    async def _look(self, since: Moment | None) -> Moment:
        until, people = await live.now(self._db), list(self._open)
        if since is not None:  # else nobody has looked since they came
            new = until.told_in > since.told_in
            people = await live.whose(self._db, since, until, people) if new else []
        for person in people:
            if (woken := self._woken.get(person)) is not None:  # else they left meanwhile
                self._woken[person] = asyncio.Event()
                woken.set()
        return until


def streaming_router(db: Database, listeners: Listeners, stopping: Callable[[], bool]) -> APIRouter:
    router = APIRouter(tags=["notices"])

    async def listening(who: Annotated[Caller, Depends(caller())]) -> AsyncIterator[Caller]:
        listeners.enter(who.subject)
        try:
            yield who
        finally:
            listeners.leave(who.subject)

    @router.get("/inbox/stream", response_class=EventSourceResponse, summary="The inbox, live")
    async def stream_inbox(
        who: Annotated[Caller, Depends(listening)],
        last_event_id: Annotated[str | None, Header(description="where to go on")] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Send each notice as it is told, until the caller's token ends.

        `ready` comes first. `reload` means that what was missed is not known: ask for the inbox.
        """
        person, ends = PersonId(who.subject), _ends(who.token)
        moment, found = await _begin(db, last_event_id)
        yield ServerSentEvent(event=found, data={}, id=str(moment))
        while time.time() < ends and not stopping():
            told = await live.since(db, person, moment)
            for moment, shown in told:
                data = NoticeShown.model_validate(shown, from_attributes=True)
                yield ServerSentEvent(event="notice", data=data, id=str(moment))
            if len(told) < live.MOST:
                await listeners.wait(person)

    return router


async def _begin(db: Database, last: str | None) -> tuple[Moment, str]:
    """Return where to begin; what the database can't have given out yet is not believed."""
    now = await live.now(db)
    if last is None:
        return now, "ready"
    asked = Moment.read(last)
    if asked is None or asked.told_in > now.told_in:
        return now, "reload"
    return asked, "ready"


def _ends(token: str) -> float:
    """Return when a token ends, which was verified before."""
    body = token.split(".")[1]
    claims = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return float(claims["exp"])
