"""The event store: append in one round trip, read as of a version or a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from uuid_utils.compat import uuid7

from chassis import personal, telemetry
from chassis.database import Database, Raw
from chassis.decider import CommandKnown, ConcurrentWrite
from chassis.failpoints import reach
from chassis.keyring import Keyring
from contracts.catalog import DECLARED, declared
from contracts.vocabulary import Event

CONFLICT = "KE001"
OTHER_BODY = "KE002"

_APPEND = "SELECT * FROM append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)"
COLUMNS = (
    "event_id, stream, version, type, data, personal, actor, correlation, causation, traceparent, "
    "command, occurred_at, recorded_at"
)
_LOAD = f"""
SELECT {COLUMNS} FROM event
WHERE stream = $1 AND version <= $2 AND ($3::timestamptz IS NULL OR recorded_at <= $3)
ORDER BY version
"""  # noqa: S608 - a constant
_LOCK = "SELECT version FROM stream WHERE stream = $1 FOR UPDATE"
_DIGEST = "SELECT digest, stream, version FROM command_log WHERE command = $1"
_LAST = 2**62

_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(kind.event) for name, kind in DECLARED.items()
}


class Context(Struct, frozen=True, kw_only=True):
    """Who asks, for the how-manieth time, and why: the same `command` is carried out once.

    `digest` tells a repetition from another request under the same command id.
    """

    command: UUID
    actor: str | None = None
    digest: bytes = b""
    correlation: str | None = None
    causation: str | None = None


class Recorded(Struct, frozen=True, kw_only=True):
    """An event as the store has it; words of erased persons are UNSET."""

    id: UUID
    stream: str
    version: int
    type: str
    data: Event
    occurred_at: datetime
    recorded_at: datetime
    actor: str | None = None
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None
    command: UUID | None = None


class Append(Struct, frozen=True):
    """What to add to one stream, if it is at the expected version (0: not yet born)."""

    stream: str
    expected: int
    events: Sequence[Event]


class Appended(Struct, frozen=True):
    """Where the first stream stands now; `repeated` says that the command was known already."""

    stream: str
    version: int
    recorded_at: datetime
    repeated: bool
    ids: tuple[UUID, ...]


class EventStore:
    """The events of one service, which is their only owner."""

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring

    async def load(
        self, stream: str, *, upto: int | None = None, known_at: datetime | None = None,
        raw: Raw | None = None,
    ) -> list[Recorded]:  # fmt: skip
        """Read a stream in order, as of a version or of what was recorded by a moment."""
        rows = await (raw or self._db.pool).fetch(
            _LOAD, stream, _LAST if upto is None else upto, known_at
        )
        return [await self.read(row) for row in rows]

    async def lock(self, stream: str, raw: Raw) -> None:
        """Keep others from appending to a stream until the caller's transaction ends."""
        await raw.fetchval(_LOCK, stream)

    async def append(
        self, appends: Sequence[Append], context: Context, raw: Raw | None = None
    ) -> Appended:
        """Append to one stream or to several at once, all or nothing.

        Raises ConcurrentWrite where a stream has moved on, CommandKnown where the command was used
        for another body. A command that was carried out before changes nothing: `repeated`.
        """
        ids = [uuid7() for append in appends for _ in append.events]
        columns = await self._columns(appends, ids)
        try:
            row = await (raw or self._db.pool).fetchrow(
                _APPEND, context.command, context.digest, context.actor, context.correlation,
                context.causation, telemetry.traceparent(),
                [a.stream for a in appends], [a.expected for a in appends], *columns,
            )  # fmt: skip
        except asyncpg.PostgresError as error:
            raise _translated(error) from error
        reach("store.appended")
        return Appended(
            row["stream"], row["version"], row["recorded_at"], row["repeated"], tuple(ids)
        )

    async def _columns(
        self, appends: Sequence[Append], ids: Sequence[UUID]
    ) -> tuple[list[Any], ...]:
        at: list[int] = []
        types: list[str] = []
        data: list[str] = []
        sealed: list[bytes | None] = []
        occurred: list[datetime] = []
        for number, append in enumerate(appends, start=1):
            for event in append.events:
                public, words = await personal.seal(self._keyring, ids[len(at)], event)
                at.append(number)
                types.append(declared(event).type)
                data.append(public)
                sealed.append(words)
                occurred.append(event.at)
        return at, list(ids), types, data, sealed, occurred

    async def known(self, context: Context, raw: Raw | None = None) -> tuple[str, int] | None:
        """Return stream and version that a command led to before, None if it is new."""
        row = await (raw or self._db.pool).fetchrow(_DIGEST, context.command)
        if row is None:
            return None
        if row["digest"] != context.digest:
            raise CommandKnown
        return row["stream"], row["version"]

    async def read(self, row: Any) -> Recorded:
        """Make an event of a row with the columns of COLUMNS."""
        event: Event = _decoders[row["type"]].decode(row["data"])
        return Recorded(
            id=row["event_id"], stream=row["stream"], version=row["version"], type=row["type"],
            data=await personal.unseal(self._keyring, row["event_id"], event, row["personal"]),
            occurred_at=row["occurred_at"], recorded_at=row["recorded_at"], actor=row["actor"],
            correlation=row["correlation"], causation=row["causation"],
            traceparent=row["traceparent"], command=row["command"],
        )  # fmt: skip


def _translated(error: Exception) -> Exception:
    match getattr(error, "sqlstate", None):
        case "KE001":
            return ConcurrentWrite(str(error))
        case "23505" if getattr(error, "constraint_name", "") == "event_stream_version_key":
            return ConcurrentWrite(str(error))
        case "KE002":
            return CommandKnown()
        case _:
            return error
