"""A durable PostgreSQL, and processes of the service `probe` that a test may kill."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from local.databases import Addresses, connect, create_database
from local.ports import free_port
from local.postgres import Postgres

from ..core.conftest import migrated  # noqa: TID252 - chassis.tests is no package of the product
from ..core.stage import all_records, until  # noqa: TID252

HERE = Path(__file__).parent
IN_TROUBLE = (
    "letters.redriven", "letters.failed_before_commit", "letters.discarded",
    "letters.settled_before_commit", "timers.undone", "timers.rests",
    "timers.postponed_before_commit", "restored.noted_before_commit", "restored.noted",
)  # fmt: skip
"""Places where a life without trouble never comes: see `test_crashes_in_trouble.py`."""


@dataclass
class Asked:
    """A command: to which idea, and whether it makes trouble."""

    idea: UUID
    category: str | None = None
    command: UUID = field(default_factory=uuid4)


class Process:
    """A process of `probe`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def ask(self, *asked: Asked) -> set[UUID]:
        """Ask one after the other; return what was answered, all or up to its death."""
        done = set()
        for one in asked:
            given = {"do": "tell", "idea": str(one.idea), "category": one.category}
            if not await self._ask(given | {"command": str(one.command)}):
                break
            done.add(one.command)
        return done

    async def rebuild(self) -> bool:
        return await self.wish("rebuild")

    async def wish(self, what: str) -> bool:
        """Have something done that is no command; tell whether it was."""
        return await self._ask({"do": what, "command": what})

    async def _ask(self, asked: dict[str, Any]) -> bool:
        assert self.process.stdin is not None
        assert self.process.stderr is not None
        try:
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            await self.process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return False
        while line := await self.process.stderr.readline():
            if line == f"done {asked['command']}\n".encode():
                return True
        return False

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def died(self) -> int:
        async with asyncio.timeout(25):
            return await self.process.wait()

    def send(self, which: signal.Signals) -> None:
        self.process.send_signal(which)


class Scene:
    """A database and a topic, and the processes that worked on them one after the other."""

    def __init__(self, database: Addresses, owner: Any, bootstrap: str, name: str) -> None:
        self.database, self.owner = database, owner
        self.bootstrap, self.name = bootstrap, name
        self.topic = f"crash-{name}"
        self.asked: list[Asked] = []
        self.started: list[Process] = []

    async def start(self, **environment: str) -> Process:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KIEM_FAIL")}
        path = filter(None, [os.environ.get("PYTHONPATH")])  # of a mutant of the chassis
        made = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "probe",
            env=inherited | {
                "PYTHONPATH": os.pathsep.join([*path, str(HERE), str(HERE.parent / "core")]),
                "PROBE_DATABASE": self.database.url, "PROBE_KAFKA": self.bootstrap,
                "PROBE_TOPIC": self.topic, "PROBE_GROUP": self.name,
            } | environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self.started.append(Process(made))
        return self.started[-1]

    async def close(self) -> None:
        for one in self.started:
            if one.alive:
                one.process.kill()
            await one.process.wait()
            one.process._transport.close()  # type: ignore[attr-defined]

    async def heard(self, count: int) -> bool:
        """Tell whether so many events were heard or kept as letters, and all timers fired."""
        letters = await self.number("(SELECT DISTINCT behind FROM dead_letter) l")
        return await self.number("effect") + letters >= count and not await self.number("timer")

    async def number(self, table: str) -> int:
        return int(await self.owner.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608

    async def rows(self, table: str) -> list[tuple[str, int]]:
        rows = await self.owner.fetch(
            f"SELECT stream, version FROM {table} ORDER BY n"  # noqa: S608
        )
        return [(row["stream"], row["version"]) for row in rows]

    async def settled(self) -> bool:
        """Tell whether everything that is going to happen has happened."""
        total = len(self.asked)
        state = await self.owner.fetchrow("SELECT * FROM relay_state")
        return (
            await self.heard(total)
            and state["published_gpos"] == total
            and await self.number("followed_v1") >= total
        )

    async def check(self, poisoned: UUID) -> None:
        """Check what must hold after any crash: all of it once, in order, nothing missing."""
        await until(self.settled)
        await self._check_store()
        await self._check_kafka()
        await self._check_effects(f"idea-{poisoned}")

    async def _check_store(self) -> None:
        rows = await self.owner.fetch("SELECT command, count(*) FROM event GROUP BY command")
        assert dict(map(tuple, rows)) == {one.command: 1 for one in self.asked}
        positions = await self.owner.fetch("SELECT gpos FROM event_position ORDER BY gpos")
        assert [row["gpos"] for row in positions] == list(range(1, len(self.asked) + 1))
        assert await self.number("outbox") == 0

    async def _check_kafka(self) -> None:
        ids = {str(row[0]) for row in await self.owner.fetch("SELECT event_id FROM event")}
        records = await all_records(self.bootstrap, self.topic)
        assert {dict(r.headers)["ce_id"].decode() for r in records} == ids
        newest: dict[str, int] = defaultdict(int)
        for record in records:
            headers = dict(record.headers)
            stream, version = headers["ce_subject"].decode(), int(headers["ce_sequence"])
            assert version <= newest[stream] + 1, "a version stands before the one it follows"
            newest[stream] = max(newest[stream], version)

    async def _check_effects(self, poisoned: str) -> None:
        effects = await self.rows("effect")
        expected = Counter(f"idea-{one.idea}" for one in self.asked)
        del expected[poisoned]
        assert in_order(effects) == {s: list(range(1, n + 1)) for s, n in expected.items()}
        letters = await self.owner.fetch("SELECT behind FROM dead_letter ORDER BY off")
        # What a relay repeats of a key that waits is kept as well: it waits behind.
        assert [row["behind"] for row in letters] == [False, *[True] * (len(letters) - 1)]
        assert len(letters) >= 2
        assert await self.number("fired") == len(effects)
        assert await self.number("(SELECT DISTINCT owner FROM fired) f") == len(effects)
        assert in_order(await self.rows("heard_v1")) == in_order(effects)
        followed = in_order(await self.rows("followed_v1"))
        assert followed == in_order(effects) | {poisoned: [1, 2]}
        positions = await self.owner.fetchval("SELECT sum(next_offset) FROM consumer_position")
        assert positions == len(await all_records(self.bootstrap, self.topic))


def in_order(rows: Sequence[tuple[str, int]]) -> dict[str, list[int]]:
    """Return the versions of each stream, in the order in which they came."""
    found: dict[str, list[int]] = defaultdict(list)
    for stream, version in rows:
        found[stream].append(version)
    return dict(found)


@pytest.fixture(scope="module")
async def durable(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Postgres]:
    """A PostgreSQL that waits for the disk: what it acknowledged survives."""
    server = Postgres(tmp_path_factory.mktemp("durable") / "postgres", free_port())
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.remove)


@pytest.fixture
async def scene(durable: Postgres, kafka: Any, unique: str) -> AsyncIterator[Scene]:
    made = await create_database(
        durable.url, f"t_{unique}", owner_password="owner", app_password="app"
    )
    await migrated(made)
    owner = await connect(made.migration_url)
    await kafka.topics(f"crash-{unique}")
    found = Scene(made, owner, kafka.bootstrap, unique)
    yield found
    await found.close()
    await owner.close()
