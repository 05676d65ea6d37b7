"""The machine that was measured on: a figure means nothing without it."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness.servers import Servers
from local.databases import connect
from local.jars import KAFKA_VERSION

_BUSY = 0.5
_LIBRARIES = ("aiokafka", "asyncpg", "fastapi", "faststream", "msgspec", "sqlalchemy", "uvloop")


def load_average() -> float:
    """Return how many programs wanted to run, on average over the last minute."""
    return os.getloadavg()[0]


async def facts(servers: Servers) -> dict[str, str]:
    """Return what this run was measured on; `shared` says whether others wanted to run too."""
    raw = await connect(servers.url)
    try:
        postgres = await raw.fetchval("SHOW server_version")
        fsync = await raw.fetchval("SHOW fsync")
    finally:
        await raw.close()
    load = load_average()
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.partition(" ")[0],
        "postgresql": f"{postgres}, fsync {fsync}",
        "kafka": KAFKA_VERSION,
        "libraries": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "load before": f"{load:.2f}",
        "shared": "yes: others used the machine" if load > _BUSY else "no",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()
