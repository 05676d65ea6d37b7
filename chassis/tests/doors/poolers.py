"""A pooler as a client of PostgreSQL sees one: something on the way that is no session."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import make_url

ASKS_FOR_TLS, NO_TLS = 80_877_103, b"N"
SETTING = b"statement_timeout\0"
NAMES_ITSELF = "names itself as who answers"
TAKES_NO_SETTINGS = "takes no settings of a session"
MIXES_STATEMENTS = "has a statement of somebody else under the same name"
MANNERS = (NAMES_ITSELF, TAKES_NO_SETTINGS, MIXES_STATEMENTS)


def _refusal(sqlstate: str, says: str) -> bytes:
    fields = "".join(f"{f}{text}\0" for f, text in zip("SVCM", ("FATAL", "FATAL", sqlstate, says),
                                                        strict=True))  # fmt: skip
    return _message(b"E", fields.encode() + b"\0")


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


class Pooler:
    """Passes everything on to a server, but for the one thing by which it gives itself away."""

    def __init__(self, url: str, manner: str | None) -> None:
        server = make_url(url)
        self._host, self._port = server.host, server.port
        self._manner = manner
        self._ends: list[asyncio.StreamWriter] = []

    async def accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, on = await asyncio.open_connection(self._host, self._port)
        self._ends += [back, on]
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._between(near, back, far, on)
        for writer in (back, on):
            writer.close()

    async def _between(
        self, near: asyncio.StreamReader, back: asyncio.StreamWriter,
        far: asyncio.StreamReader, on: asyncio.StreamWriter,
    ) -> None:  # fmt: skip
        begin = await _began(near, back)
        if self._manner == TAKES_NO_SETTINGS and SETTING in begin:
            back.write(_refusal("08P01", "unsupported startup parameter: statement_timeout"))
            return
        on.write(begin)
        both = asyncio.gather(self._asked(near, on, back), self._answered(far, back))
        try:
            await both
        finally:
            both.cancel()

    async def _asked(
        self, near: asyncio.StreamReader, on: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        while True:
            kind, body = await _read(near)
            if self._manner == MIXES_STATEMENTS and kind == b"P":
                back.write(_refusal("42P05", 'prepared statement "__asyncpg_1__" already exists'))
                while kind != b"S":
                    kind, body = await _read(near)
                back.write(_message(b"Z", b"I"))
            else:
                on.write(_message(kind, body))

    async def _answered(self, far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while True:
            kind, body = await _read(far)
            if self._manner == NAMES_ITSELF and kind == b"K":
                body = struct.pack("!i", 2**31 - 1) + body[4:]
            back.write(_message(kind, body))

    def close(self) -> None:
        for writer in self._ends:
            writer.transport.abort()


async def _began(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> bytes:
    """Return the packet with which a client begins; TLS is declined."""
    while True:
        (length,) = struct.unpack("!i", head := await near.readexactly(4))
        body = await near.readexactly(length - 4)
        if struct.unpack("!i", body[:4])[0] != ASKS_FOR_TLS:
            return head + body
        back.write(NO_TLS)


async def _read(stream: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind = await stream.readexactly(1)
    (length,) = struct.unpack("!i", await stream.readexactly(4))
    return kind, await stream.readexactly(length - 4)


@asynccontextmanager
async def pooled(url: str, manner: str | None) -> AsyncIterator[str]:
    """Return the address of a database behind a pooler; None: one that nothing gives away."""
    between = Pooler(url, manner)
    door = await asyncio.start_server(between.accept, "127.0.0.1", 0)
    port = door.sockets[0].getsockname()[1]
    try:
        yield make_url(url).set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        door.close()
        between.close()
