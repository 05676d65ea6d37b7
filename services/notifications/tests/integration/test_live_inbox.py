"""The inbox, live, over a real connection: in order, once, from where the last one ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
import pytest

from chassis.operation import application
from contracts.ideas import IdeaDeclined
from contracts.vocabulary import IdeaId, PersonId
from notifications.api.streaming import Listeners
from notifications.projections import live
from services.notifications.tests.house import House, worker
from services.notifications.tests.neighbours import answering

pytestmark = pytest.mark.integration

ANNA, RIK = PersonId("anna"), PersonId("rik")
PATIENCE = 10


@dataclass
class Stream:
    """What came over a connection so far."""

    lines: AsyncIterator[str]
    last: str = ""
    seen: list[Any] = field(default_factory=list)

    async def next(self) -> tuple[str, Any]:
        """Return the next event: its name and its data."""
        name = ""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                label, _, value = line.partition(": ")
                if label == "id":
                    self.last = value
                elif label == "event":
                    name = value
                elif label == "data":
                    data = msgspec.json.decode(value)
                elif not line and name:
                    return name, data
        raise EOFError


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    """The house answers on a port, and looks who is to be woken."""
    looking = asyncio.ensure_future(worker(house.service, Listeners).run())
    async with answering(application(house.parts, house.service)) as url:
        yield url
        house.parts.stopping = True  # so that what listens still ends
    looking.cancel()


@asynccontextmanager
async def listening(
    house: House, url: str, last: str | None = None, *, person: str = "anna", seconds: int = 300
) -> AsyncIterator[Stream]:
    token = house.neighbours.token(person, "employee", seconds=seconds)
    headers = {"authorization": f"Bearer {token}"} | ({"last-event-id": last} if last else {})
    async with (
        httpx2.AsyncClient(timeout=PATIENCE) as client,
        client.stream("GET", f"{url}/v1/inbox/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.aiter_lines())


async def declined(house: House, author: PersonId = ANNA) -> str:
    idea = IdeaId(uuid4())
    await house.hear(IdeaDeclined(idea=idea, author=author, by=RIK, at=await house.now()))
    return str(idea)


async def test_a_notice_comes_as_it_is_told_and_only_to_its_person(
    house: House, address: str
) -> None:
    async with listening(house, address) as stream:
        assert (await stream.next())[0] == "ready"
        await declined(house, RIK)
        idea = await declined(house)
        name, shown = await stream.next()
        assert (name, shown["idea"], shown["kind"]) == ("notice", idea, "decision")


async def test_who_listens_is_woken_and_waits_for_no_look_of_their_own(
    house: House, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.api.streaming.RESTS", 10 * PATIENCE)
    async with listening(house, address) as stream:
        assert (await stream.next())[0] == "ready"
        idea = await declined(house)
        assert (await stream.next())[1]["idea"] == idea


async def test_who_leaves_while_somebody_looks_takes_nobody_along(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    listeners = Listeners(house.parts.db)
    since = await live.now(house.parts.db)
    listeners.enter("anna")
    await declined(house)
    async with asyncio.timeout(PATIENCE):  # what else runs in the database may be before us
        while (await live.now(house.parts.db)).told_in <= since.told_in:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def whose(*_: Any) -> list[str]:
        listeners.leave("anna")
        return ["anna"]

    monkeypatch.setattr(live, "whose", whose)
    assert (await listeners._look(since)).told_in > since.told_in
    assert not listeners._open


async def test_a_connection_goes_on_where_the_last_one_ended(house: House, address: str) -> None:
    async with listening(house, address) as stream:
        await stream.next()
        first = await declined(house)
        assert (await stream.next())[1]["idea"] == first
        last = stream.last
    missed = [await declined(house) for _ in range(3)]
    async with listening(house, address, last) as stream:
        assert (await stream.next())[0] == "ready"
        assert [(await stream.next())[1]["idea"] for _ in missed] == missed
        new = await declined(house)
        assert (await stream.next())[1]["idea"] == new


async def test_what_is_committed_late_is_not_missed(house: House, address: str) -> None:
    async with listening(house, address) as stream:
        await stream.next()
        early = IdeaDeclined(idea=IdeaId(uuid4()), author=ANNA, by=RIK, at=await house.now())
        heard = house.envelope(early)
        (subscription,) = [s for s in house.service.subscriptions if s.topic == "kiem.ideas.events"]
        async with house.parts.db.transaction() as tx:
            await subscription.apply(tx, [heard])  # has its place, and is not committed yet
            late = await declined(house)
        told = [(await stream.next())[1]["idea"] for _ in range(2)]
        assert told == [str(early.idea), late]


async def test_a_stream_ends_with_its_token(house: House, address: str) -> None:
    async with listening(house, address, seconds=2) as stream:
        await stream.next()
        with pytest.raises(EOFError):
            await stream.next()


async def test_who_asks_from_a_moment_that_never_was_is_told_to_load_anew(
    house: House, address: str
) -> None:
    for last in ("nonsense", f"{2**62}-1"):
        async with listening(house, address, last) as stream:
            assert (await stream.next())[0] == "reload"


async def test_a_person_has_a_few_streams_and_the_next_one_is_refused(
    house: House, address: str
) -> None:
    async with asyncio.timeout(PATIENCE), _several(house, address, 5):
        headers = {"authorization": f"Bearer {house.neighbours.token('anna', 'employee')}"}
        async with httpx2.AsyncClient() as client:
            refused = await client.get(f"{address}/v1/inbox/stream", headers=headers)
        assert refused.status_code == 429
        async with listening(house, address, person="bo") as stream:
            assert (await stream.next())[0] == "ready"
    async with listening(house, address) as stream:
        assert (await stream.next())[0] == "ready"


@asynccontextmanager
async def _several(house: House, url: str, number: int) -> AsyncIterator[None]:
    if number == 0:
        yield
        return
    async with listening(house, url) as stream:
        await stream.next()
        async with _several(house, url, number - 1):
            yield


async def test_nobody_listens_without_a_token(house: House, address: str) -> None:
    assert (await house.client.get("/v1/inbox/stream")).status_code == 401


async def test_a_notice_is_read_and_unread_again(house: House) -> None:
    await declined(house)
    (notice,) = await house.notices()
    path = f"/v1/notices/{notice['notice']}/seen"
    assert (await house.client.post(path, headers=house.as_("anna"))).status_code == 204
    unread = {"unread": "true"}
    page = await house.client.get("/v1/notices", params=unread, headers=house.as_("anna"))
    assert (page.json()["items"], page.json()["unread"]) == ([], 0)
    assert (await house.client.delete(path, headers=house.as_("bo"))).status_code == 404
    assert (await house.client.delete(path, headers=house.as_("anna"))).status_code == 204
    page = await house.client.get("/v1/notices", params=unread, headers=house.as_("anna"))
    assert (len(page.json()["items"]), page.json()["unread"]) == (1, 1)
