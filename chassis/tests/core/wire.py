"""A wire between a client and a server that a test may cut, at the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Wire:
    """A TCP proxy; it loses the answer to what holds `marked`, and the connection with it.

    While it is `silent` nothing goes either way, and nobody is told.
    """

    url: str = ""
    marked: bytes | None = None
    lost: int = 0
    silent: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def lose_answer_to(self, marked: bytes) -> None:
        """Let the next request with these bytes arrive, and its answer not."""
        self.marked = marked

    def mend(self) -> None:
        """End what fell silent; who connects anew is heard."""
        self.silent = False
        for task in self._tasks:
            task.cancel()

    async def carry(
        self, target: tuple[str, int], client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        server, to_server = await asyncio.open_connection(*target)
        cut = asyncio.Event()
        pumps = [
            asyncio.create_task(self._ask(client, to_server, cut)),
            asyncio.create_task(self._answer(server, to_client, cut)),
        ]
        self._tasks.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for end in (to_client, to_server):
            end.close()
            with suppress(OSError):
                await end.wait_closed()

    async def _ask(
        self, client: asyncio.StreamReader, server: asyncio.StreamWriter, cut: asyncio.Event
    ) -> None:
        while sent := await client.read(65_536):
            if self.marked and self.marked in sent:
                self.marked = None
                cut.set()
            if self.silent:
                await asyncio.Event().wait()
            server.write(sent)
            await server.drain()

    async def _answer(
        self, server: asyncio.StreamReader, client: asyncio.StreamWriter, cut: asyncio.Event
    ) -> None:
        while sent := await server.read(65_536):
            if cut.is_set():
                # PostgreSQL answers a statement of its own only when it is committed.
                self.lost += 1
                return
            if self.silent:
                await asyncio.Event().wait()
            client.write(sent)
            await client.drain()


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[Wire]:
    """Lead a connection to a server through a wire; `url` of the result is where to connect."""
    parts = urlsplit(url)
    made = Wire()

    async def accept(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        await made.carry((parts.hostname or "", parts.port or 0), client, to_client)

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as door:
        port = door.sockets[0].getsockname()[1]
        made.url = url.replace(f":{parts.port}/", f":{port}/")
        yield made
