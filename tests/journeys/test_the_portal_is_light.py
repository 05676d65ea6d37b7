"""What a phone on a bad network loads before it shows a page: a hundred kilobytes at most."""

import gzip
import re
from collections.abc import AsyncIterator

import pytest

from tests.journeys.house import House
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
MOST = 100 * 1024  # bytes, as they come over the line
_LOADED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house) as client:
        yield Reader(house, client)


async def sent(reader: Reader, path: str) -> tuple[int, str]:
    """Return how many bytes an answer is on the line, and what it says."""
    asked = {"accept-encoding": "gzip"}
    async with reader.client.stream("GET", path, headers=asked) as answer:
        assert answer.status_code == 200, path
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    packed = answer.headers.get("content-encoding") == "gzip"
    return len(raw), (gzip.decompress(raw) if packed else raw).decode()


async def test_the_first_view_of_each_page_is_at_most_100_kilobytes(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Licht", "body": "Een sensor in de gang. " * 200}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    heavy = {}
    for path in ("/kiosk", "/sealed", "/follow"):
        heavy[path] = await weight(reader, path)
    await reader.sign_in(cast.reviewer, "employee reviewer")
    for path in ("/", "/ideas", "/ideas/new", f"/ideas/{idea}", "/inbox", "/preferences",
                 "/reviews", f"/reviews/{idea}", "/experiments", "/thanks", "/learnings",
                 "/challenges", "/tools", "/help", "/room", "/room/barriers/new",
                 "/room/time/new"):  # fmt: skip
        heavy[path] = await weight(reader, path)
    assert {path: size for path, size in heavy.items() if size > MOST} == {}
    assert min(heavy.values()) > 1_000, "nothing was loaded: mend this test"


async def weight(reader: Reader, path: str) -> int:
    size, page = await sent(reader, path)
    files = set(_LOADED.findall(page.partition("</head>")[0]))
    assert len(files) >= 3, (path, files)
    return size + sum([(await sent(reader, file))[0] for file in files])
