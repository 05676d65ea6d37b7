"""A handler that fails on what a test names, records that nobody can read, and a redrive."""

from collections.abc import Sequence
from typing import Any

from chassis.consuming import Heard
from chassis.database import Tx

from .stage import Line, Stage


class Moody:
    """A handler that fails on the events of some keys, or on some versions, as long as it is."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.hates: set[tuple[str, int | None]] = set()

    async def __call__(self, tx: Tx, heard: Heard) -> None:
        await self.stage.told(tx, heard)
        if (heard.key, heard.version) in self.hates:
            raise LookupError("Zonnebloem")

    async def batch(self, tx: Tx, heard: Sequence[Heard]) -> None:
        for event in heard:
            await self(tx, event)


def broken(record: tuple[bytes, Any, bytes]) -> tuple[bytes, Any, bytes]:
    return record[0], record[1], b"{"


async def redrive(line: Line, ids: Sequence[int] | None = None, **how: Any) -> tuple[int, int, int]:
    given = {"fingerprint": None, "rate": 1e6, "dry_run": False, "by": "p-op"} | how
    done = await line.desk.redrive(ids, **given)
    return done["handled"], done["failed"], done["waiting"]
