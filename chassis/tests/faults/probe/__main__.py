"""Runs the parts of a service until it is killed; asked by lines of JSON, answers by lines.

What it hears it remembers: a row as the effect, a row in a projection, and a timer that is due at
once, which makes a row as well. All of these can be there twice, if something is done twice.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from stage import KEYS, Topics, redirected, revised  # type: ignore[import-not-found]

import chassis.relay
import contracts.cloudevents
from chassis.commands import Commands
from chassis.components import Loop
from chassis.consuming import Heard, Subscription
from chassis.consuming.consumer import Consumer
from chassis.consuming.letters import LetterIsSettled
from chassis.database import Database, Tx
from chassis.decider import Decider
from chassis.keyring import Keyring
from chassis.projection import Follower, Projection, Rebuild, active_version, rebuild
from chassis.relay import Relay
from chassis.store import Context, EventStore, Recorded
from chassis.timers import Timer, TimerLoop, Timers

TROUBLES = {"LookupError": LookupError, "TimeoutError": TimeoutError}
TOPICS = Topics(os.environ["PROBE_TOPIC"], os.environ["PROBE_TOPIC"] + "-usage")
COUNTING: Decider[int, Any, Any] = Decider(0, lambda _, event: [event], lambda n, _: n + 1)


class Probe:
    """A service that does nothing but what the chassis does for it."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.keyring = Keyring(db, KEYS)
        self.store = EventStore(db, self.keyring)
        self.timers = Timers()
        self.relay = Relay(db, os.environ["PROBE_KAFKA"], "ideas")
        self.follower = Follower(db, self.store, Projection("followed", 1, self.follow))
        self.relay.sequenced = self.follower.wake
        self.consumer = Consumer(
            db, os.environ["PROBE_KAFKA"], os.environ["PROBE_GROUP"], self.keyring,
            [Subscription(TOPICS.ideas, self.hear)],
        )  # fmt: skip
        self.commands = Commands(self.store, COUNTING, "idea", self.relay.wake)
        self.mended = False
        self.wishes: dict[str, Callable[[], Awaitable[None]]] = {
            "rebuild": self.rebuild, "mend": self.mend, "redrive": self.redrive,
            "discard": self.discard,
        }  # fmt: skip

    async def hear(self, tx: Tx, heard: Heard) -> None:
        insert = "INSERT INTO effect (id, stream, version) VALUES ($1, $2, $3)"
        await tx.raw.execute(insert, heard.id, heard.stream, heard.version)
        await self.write(tx, await active_version(tx.raw, "heard") or 1, [heard])
        await self.timers.set(tx, heard.id, "echo", datetime(2020, 1, 1, tzinfo=UTC))
        if heard.data.category == "poison" and not self.mended:
            raise LookupError
        if heard.data.category == "sleep" and "PROBE_SLEEPS" in os.environ:
            os.kill(os.getpid(), signal.SIGSTOP)

    async def write(self, tx: Tx, version: int, heard: Sequence[Heard]) -> None:
        insert = f"INSERT INTO heard_v{version} (stream, version) VALUES ($1, $2)"  # noqa: S608
        await tx.raw.executemany(insert, [(event.stream, event.version) for event in heard])

    async def fold(self, tx: Tx, heard: Sequence[Heard]) -> None:
        await self.write(tx, 2, heard)

    async def follow(self, tx: Tx, events: Sequence[Recorded]) -> None:
        insert = "INSERT INTO followed_v1 (stream, version) VALUES ($1, $2)"
        await tx.raw.executemany(insert, [(event.stream, event.version) for event in events])

    async def fire(self, tx: Tx, timer: Timer) -> None:
        insert = "INSERT INTO fired (owner, kind) VALUES ($1, $2)"
        await tx.raw.execute(insert, timer.owner, timer.kind)
        if error := os.environ.get("PROBE_TIMERS"):
            raise TROUBLES[error]

    async def rebuild(self) -> None:
        async for _ in rebuild(self.db, Rebuild("heard", 2, (TOPICS.ideas,), self.fold)):
            pass

    async def mend(self) -> None:
        self.mended = True

    async def redrive(self) -> None:
        await self.consumer.desk.redrive(None, None, rate=1e6, dry_run=False, by="p-op")

    async def discard(self) -> None:
        """Give the first letter up, as somebody does who has not heard whether it is."""
        first, *_ = await self.consumer.desk.list(None, 0, 1)
        with suppress(LetterIsSettled):
            await self.consumer.desk.discard(first["id"], by="p-op", why="a test")

    async def answer(self, asked: dict[str, Any]) -> None:
        if wish := self.wishes.get(asked["do"]):
            await wish()
            return
        idea = UUID(asked["idea"])
        event = revised(idea, category=asked["category"])
        await self.commands.handle(idea, event, Context(command=UUID(asked["command"])))

    async def run(self) -> None:
        parts: list[Loop] = [
            self.relay,
            self.consumer,
            self.follower,
            TimerLoop(self.db, self.fire),
        ]
        tasks = [asyncio.create_task(part.run()) for part in parts]
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            asked = json.loads(line)
            await self.answer(asked)
            sys.stderr.write(f"done {asked['command']}\n")
            sys.stderr.flush()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main() -> None:
    declared = redirected(TOPICS)
    for reader in (chassis.relay, contracts.cloudevents):
        vars(reader)["DECLARED"] = declared
    db = Database(os.environ["PROBE_DATABASE"])
    await db.open()
    await db.pool.execute("INSERT INTO projection VALUES ('heard', 1, true) ON CONFLICT DO NOTHING")
    await Probe(db).run()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main())
