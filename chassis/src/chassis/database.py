"""PostgreSQL: a pool for hot paths, an engine for readable queries, one transaction for both."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import event, exc, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.settings import LOOPBACK, SettingsWrong

Raw = Any  # an asyncpg connection, which has no types of its own

# A transaction that nobody works in would keep the outbox from being cleaned, a partition from
# moving.
_SERVER_SETTINGS = {"idle_in_transaction_session_timeout": "10000", "statement_timeout": "60000"}

# Asked after 15 seconds without a word, then every five: after half a minute it is at its end, and
# so it is where what was sent is not acknowledged for as long.
_SILENCE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}

TRANSIENT: tuple[type[BaseException], ...] = (
    # TimeoutError is an OSError; the client's own is between the server's farewell and the end.
    OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError,
    asyncpg.exceptions.OperatorInterventionError, asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not yet, or a primary no longer, one
)  # fmt: skip
"""What passes by itself: try again, and never blame the record."""

# How a pooler in transaction mode gives itself away: it takes no settings of a session, and what
# one statement prepared is unknown to, or another's in, the session that the next one gets.
_OF_A_POOLER = (asyncpg.ProtocolViolationError, asyncpg.InvalidSQLStatementNameError,
                asyncpg.DuplicatePreparedStatementError)  # fmt: skip
_POOLED = (
    "KIEM_DATABASE_URL leads to a connection pooler (such as PgBouncer) and not to PostgreSQL: "
    "locks and settings here belong to a session, which a pooler gives to others. Name "
    "PostgreSQL's own host and port in it"
)


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction, spoken to in two ways: `raw` is asyncpg's, `sql` is SQLAlchemy's."""

    raw: Raw
    sql: AsyncConnection


def engine_for(url: str, server_settings: dict[str, str], **options: Any) -> AsyncEngine:
    """Return an engine that speaks to a database; on this machine without TLS."""
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    plain = {"ssl": False} if parsed.host in LOOPBACK else {}
    connecting = {"server_settings": server_settings, "async_creator_fn": _connect}
    return create_async_engine(parsed, connect_args=connecting | plain, **options)


class Database:
    """The database of one service."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        plain = make_url(url).set(drivername="postgresql")
        self._plain = plain.render_as_string(hide_password=False)
        self._pool_size = pool_size
        self.engine = engine_for(
            url, _SERVER_SETTINGS, pool_size=pool_size, max_overflow=0,
            # Autocommit: SQLAlchemy begins nothing by itself; transactions are asyncpg's, below.
            # JSON stays text on both sides: it is decoded by the type that it is for.
            isolation_level="AUTOCOMMIT", json_deserializer=str, json_serializer=str,
        )  # fmt: skip
        event.listen(self.engine.sync_engine, "handle_error", _unwrap)
        event.listen(self.engine.sync_engine, "checkout", _replace_dead)
        self.pool: Any = None
        """The asyncpg pool, from `open` on: for single statements on hot paths."""

    async def open(self) -> None:
        """Open the pool. Raises SettingsWrong where a pooler stands before the database."""
        try:
            self.pool = await asyncpg.create_pool(
                self._plain, min_size=1, max_size=self._pool_size, server_settings=_SERVER_SETTINGS,
                init=_refuse_pooler, reset=_keep, connect=_connect,
            )  # fmt: skip
        except _OF_A_POOLER as error:
            raise SettingsWrong(f"{_POOLED} ({error})") from None

    async def close(self) -> None:
        if self.pool is not None:
            self.pool.terminate()
            self.pool = None
        await self.engine.dispose()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Raw]:
        """Lend a connection of its own, outside both pools: for locks that live as long as it."""
        raw = await _connect(self._plain, timeout=5)
        try:
            yield raw
        finally:
            raw.terminate()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Run a transaction: committed when the block ends, rolled back when it raises."""
        async with self.engine.connect() as sql:
            raw: Raw = (await sql.get_raw_connection()).driver_connection
            try:
                async with raw.transaction():
                    yield Tx(raw, sql)
            except asyncio.CancelledError:
                # Whether it began or ended nobody knows. The next on this connection could find
                # itself in a transaction that is never committed: so there is no next one.
                raw.terminate()
                raise

    def reading(self) -> AsyncConnection:
        """Lend a connection, to be used with `async with`, for queries, each its own snapshot."""
        return self.engine.connect()


async def _connect(*args: Any, **options: Any) -> Raw:
    """Connect; the kernel ends a connection whose other end falls silent, as after a failover.

    Nobody else would notice: who waits for an answer waits for ever.
    """
    raw: Raw = await asyncpg.connect(*args, **options)
    wire: socket.socket = raw._transport.get_extra_info("socket")  # noqa: SLF001 - asyncpg lends it to nobody
    if wire.family in {socket.AF_INET, socket.AF_INET6}:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _SILENCE.items():
            if hasattr(socket, option):  # not all of them where it is no Linux
                wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return raw


def columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """Turn rows into so many columns, as `unnest` takes them."""
    return [[row[number] for row in rows] for number in range(count)]


def _unwrap(context: Any) -> BaseException | None:
    """Let asyncpg's own errors through: one kind of error, whichever way the statement went."""
    return getattr(context.original_exception, "__cause__", None)


def _replace_dead(lent: Any, _: Any, __: Any) -> None:
    """Let the pool replace a connection that the server has closed, without asking the server."""
    if lent.driver_connection.is_closed():
        raise exc.DisconnectionError


async def _refuse_pooler(raw: Raw) -> None:
    """Compare who answers with who was said to at the start: a pooler names only itself there."""
    if raw.get_server_pid() != await raw.fetchval("SELECT pg_backend_pid()"):
        raise SettingsWrong(_POOLED)


async def _keep(_: Raw) -> None:
    """Spare the round trip that would clean a returned connection: nothing here leaves traces."""
