"""The event store: append in one round trip, read as of a version or a moment.

Of an event, what may be told and what is personal are kept apart, and put together again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, json, msgpack
from uuid_utils.compat import uuid7

from chassis import failpoints, telemetry
from chassis.database import Database, Raw, columns
from chassis.decider import CommandKnown, ConcurrentWrite, StoreIsBehind
from chassis.keyring import Keyring
from contracts import catalog, cloudevents, personal
from contracts.vocabulary import Event

# Nothing is appended, and no row comes, where a key that sealed words is no more: its person was
# erased by another process, or PostgreSQL failed over to a copy that lacks the last commits.
_APPEND = """
SELECT * FROM append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)
WHERE (SELECT count(*) FROM subject_key WHERE subject = ANY($15) AND wrapped IS NOT NULL)
    = cardinality($15::text[])
"""
COLUMNS = (
    "event_id, stream, version, type, data::text AS data, personal, actor, correlation, causation, "
    "traceparent, command, occurred_at, recorded_at"
)
_LOAD = f"""
SELECT {COLUMNS} FROM event
WHERE stream = $1 AND version <= $2 AND ($3::timestamptz IS NULL OR recorded_at <= $3)
ORDER BY version
"""  # noqa: S608 - a constant
_LOCK = "SELECT version FROM stream WHERE stream = $1 FOR UPDATE"
_DIGEST = "SELECT digest, stream, version FROM command_log WHERE command = $1"
_LAST = 2**62
TRIES = 3  # with keys asked for anew
_unboxed = msgpack.Decoder(dict[str, tuple[str, bytes]])
_REFUSALS = {"KE001": ConcurrentWrite, "KE002": CommandKnown, "KE003": StoreIsBehind}


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


_SAME = [name for name in Recorded.__struct_fields__ if name not in {"id", "data"}]


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


class EventStore:
    """The events of one service, which is their only owner."""

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db, self._keyring = db, keyring

    async def load(
        self, stream: str, *, upto: int | None = None, known_at: datetime | None = None,
        raw: Raw | None = None,
    ) -> list[Recorded]:  # fmt: skip
        """Read a stream in order, as of a version or of what was recorded by a moment."""
        rows = await (raw or self._db.pool).fetch(
            _LOAD, stream, _LAST if upto is None else upto, known_at
        )
        return [await self.read(row) for row in rows]

    async def lock(self, stream: str, raw: Raw) -> bool:
        """Keep others from a stream until the caller's transaction ends; False if it has none."""
        return await raw.fetchval(_LOCK, stream) is not None

    async def append(
        self, appends: Sequence[Append], context: Context, raw: Raw | None = None
    ) -> Appended:
        """Append to one stream or to several at once, all or nothing.

        Raises ConcurrentWrite where a stream has moved on, CommandKnown where the command was used
        for another body. A command that was carried out before changes nothing: `repeated`.
        """
        for _ in range(TRIES):
            rows, subjects = await self._rows(appends)
            try:
                done = await (raw or self._db.pool).fetchrow(
                    _APPEND, context.command, context.digest, context.actor, context.correlation,
                    context.causation, telemetry.traceparent(), [a.stream for a in appends],
                    [a.expected for a in appends], *columns(rows, 6), list(subjects),
                )  # fmt: skip
            except asyncpg.PostgresError as error:
                raise _translated(error) from error
            if done:
                failpoints.reach("store.appended")
                return Appended(**done)
            self._keyring.forget(subjects)
        raise ConcurrentWrite

    async def _rows(self, appends: Sequence[Append]) -> tuple[list[tuple[Any, ...]], set[str]]:
        """Return events as they are appended, and the persons whose keys seal their words."""
        rows: list[tuple[Any, ...]] = []
        subjects: set[str] = set()
        for number, append in enumerate(appends, start=1):
            for event in append.events:
                made = uuid7()
                kind, public = catalog.declared(event), json.encode(personal.withhold(event))
                sealed = await self._sealed(made, event, subjects)
                rows.append((number, made, kind.type, public.decode(), sealed, event.at))
        return rows, subjects

    async def known(self, context: Context, raw: Raw | None = None) -> tuple[str, int] | None:
        """Return stream and version that a command led to before, None if it is new."""
        row = await (raw or self._db.pool).fetchrow(_DIGEST, context.command)
        if row is None:
            return None
        if row["digest"] != context.digest:
            raise CommandKnown
        return row["stream"], row["version"]

    async def _sealed(self, made: UUID, event: Event, subjects: set[str]) -> bytes | None:
        """Seal an event's personal words; those of the erased are left out, for ever unreadable."""
        boxes: dict[str, tuple[str, bytes]] = {}
        for field, (subject, words) in personal.words_of(event).items():
            if sealed := await self._keyring.seal(subject, words, f"{made}|{field}"):
                boxes[field] = (subject, sealed)
                subjects.add(subject)
        return msgpack.encode(boxes) if boxes else None

    async def read(self, row: Any) -> Recorded:
        """Make an event of a row with the columns of COLUMNS."""
        made, event = row["event_id"], cloudevents.DECODERS[row["type"]].decode(row["data"])
        boxes = _unboxed.decode(row["personal"]) if row["personal"] else {}
        words: dict[str, bytes] = {}
        for field, (subject, sealed) in boxes.items():
            if plain := await self._keyring.open(subject, sealed, f"{made}|{field}"):
                words[field] = plain
        same = {name: row[name] for name in _SAME}
        return Recorded(id=made, data=personal.with_words(event, words), **same)


def _translated(error: asyncpg.PostgresError) -> Exception:
    """Say in the domain's terms what `append_events` raised."""
    if getattr(error, "constraint_name", "") == "event_stream_version_key":
        return ConcurrentWrite(str(error))
    return _REFUSALS[error.sqlstate]() if error.sqlstate in _REFUSALS else error
