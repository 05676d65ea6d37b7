"""Fills a version of metrics' tables from its journal, as a process of its own; 0 only reads it."""

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import uvloop

from chassis.consuming import Heard
from chassis.database import Database, Tx
from chassis.projection import Rebuild, rebuild
from chassis.settings import example
from metrics.projections.facts import FactRows
from metrics.projections.persons import hashing
from metrics.projections.renewal import TOPICS, to_version
from metrics.settings import MetricsSettings


async def main(url: str, version: int) -> dict[str, Any]:
    """Rebuild; return how many facts went in, and how long it took."""
    db = Database(url)
    await db.open()
    try:
        began = time.perf_counter()
        events = await (_read(db) if version == 0 else _fill(db, version))
        return {"events": events, "seconds": time.perf_counter() - began}
    finally:
        await db.close()


async def _fill(db: Database, version: int) -> int:
    hashed = hashing(example(MetricsSettings).person_key_bytes)
    return await to_version(db, FactRows(hashed), version)


async def _read(db: Database) -> int:
    async def nothing(_: Tx, __: Sequence[Heard]) -> None:
        pass

    wanted = Rebuild(f"read {time.time_ns()}", 1, TOPICS, nothing)
    return [total async for total in rebuild(db, wanted)][-1]


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(**json.loads(sys.argv[1])))))
