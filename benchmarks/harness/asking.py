"""Asks over HTTP at a pace that is set, with little effort: the answer is what is measured."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_END = b"\r\n\r\n"


class Line:
    """A connection that is kept open; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, request: bytes) -> int:
        """Send a request; return the status when the whole answer is here."""
        self._writer.write(request)
        head = await self._reader.readuntil(_END)
        status = int(head[9:12])
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                await self._reader.readexactly(int(value))
                return status
        raise ConnectionError("an answer without a length")

    def close(self) -> None:
        self._writer.close()


@dataclass
class Asked:
    """When each request was sent and how long it took, in seconds; other statuses are counted."""

    began: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, began: float, status: int, wanted: int) -> None:
        if status == wanted:
            self.began.append(began)
            self.took.append(time.perf_counter() - began)
        else:
            self.refused[status] = self.refused.get(status, 0) + 1

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


@asynccontextmanager
async def lines(url: str, count: int) -> AsyncIterator[list[Line]]:
    """Keep connections open to a service until the block ends."""
    found = urlsplit(url)
    made = [Line(*await asyncio.open_connection(found.hostname, found.port)) for _ in range(count)]
    try:
        yield made
    finally:
        for line in made:
            line.close()


def post(path: str, token: str, body: object, key: str) -> bytes:
    """Return a request, ready to be sent."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\nidempotency-key: {key}\r\n"
        f"content-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def get(path: str, token: str) -> bytes:
    """Return a request, ready to be sent."""
    return (
        f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\r\n".encode()
    )


async def as_fast_as_answered(
    open_lines: Sequence[Line], request: Callable[[], bytes], seconds: float, wanted: int
) -> Asked:
    """Ask on every line, the next as soon as one is answered, for so long."""
    asked = Asked()
    start = time.perf_counter()

    async def go_on(line: Line) -> None:
        while time.perf_counter() < start + seconds:
            began = time.perf_counter()
            asked.note(began, await line.ask(request()), wanted)

    await asyncio.gather(*map(go_on, open_lines))
    asked.seconds = time.perf_counter() - start
    return asked


async def at_a_pace(
    open_lines: Sequence[Line], request: Callable[[], bytes], rate: float, seconds: float,
    wanted: int,
) -> Asked:  # fmt: skip
    """Ask so often a second, whether what was asked before is answered or not.

    What waits for a free line began when it should have: a slow answer does not slow the asking.
    """
    asked, free = Asked(), asyncio.Queue[Line]()
    for line in open_lines:
        free.put_nowait(line)
    start = time.perf_counter()

    async def one(began: float) -> None:
        line = await free.get()
        asked.note(began, await line.ask(request()), wanted)
        free.put_nowait(line)

    tasks = []
    for number in range(int(rate * seconds)):
        began = start + number / rate
        await asyncio.sleep(max(0.0, began - time.perf_counter()))
        tasks.append(asyncio.create_task(one(began)))
    await asyncio.gather(*tasks)
    asked.seconds = time.perf_counter() - start
    return asked
