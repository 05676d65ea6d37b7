"""A wire that can be slow, cut or dead: a TCP proxy on the loopback, for databases and brokers."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from local.ports import LOOPBACK, free_port

CHUNK = 65_536


@dataclass
class Wire:
    """Passes bytes on to a port; `delay` seconds each way, `dead` passes nothing and says so."""

    target: int
    port: int = field(default_factory=free_port)
    delay: float = 0.0
    dead: bool = False
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accepted, LOOPBACK, self.port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection now, without a farewell."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _accepted(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self.dead:
            back.transport.abort()
            return
        try:
            far, on = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            back.transport.abort()
            return
        self._open |= {back, on}
        pumps = [asyncio.create_task(self._pump(near, on)),
                 asyncio.create_task(self._pump(far, back))]  # fmt: skip
        self._busy.update(pumps)
        await asyncio.gather(*pumps, return_exceptions=True)
        self._busy.difference_update(pumps)
        for writer in (back, on):
            writer.transport.abort()
        self._open -= {back, on}

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                target.write(chunk)
                await target.drain()
        except OSError:
            pass  # one end is gone, and so is the wire
        finally:
            with contextlib.suppress(OSError):
                target.close()
