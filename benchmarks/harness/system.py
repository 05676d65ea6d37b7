"""Services as operators run them, each a process; what they use of the machine is read from it."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.harness.apart import ROOT
from benchmarks.harness.profiling import look_into
from benchmarks.harness.servers import Servers
from local.children import Child, module, owned, until_ready
from local.databases import Addresses
from local.home import write_private
from local.owned import Owned
from local.plan import SERVICES

_TICK = os.sysconf("SC_CLK_TCK")
_OK = 200
# Measured callers are few, and in a hurry; what a caller may ask is not what is measured here.
_UNHINDERED = {"KIEM_REQUESTS_PER_SECOND": "1000000", "KIEM_REQUESTS_BURST": "1000000"}


@dataclass
class Running:
    """A process that is measured."""

    name: str
    url: str
    process: Owned

    @property
    def pid(self) -> int:
        if self.process.pid is None or not self.process.alive:
            raise RuntimeError(f"{self.name} has ended:\n{self.process.last_words(30)}")
        return self.process.pid

    def cpu(self) -> float:
        """Return how many seconds of processor the process has had."""
        return cpu_of([self.pid])

    def memory(self) -> float:
        """Return how much memory the process holds, in MB."""
        return memory_of(self.pid)

    async def stop(self) -> None:
        await asyncio.to_thread(self.process.stop)


def cpu_of(pids: Iterable[int], *, ended_children: bool = False) -> float:
    """Return the seconds of processor that processes have had; one that is gone counts as 0."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(map(int, fields[11 : 15 if ended_children else 13]))
    return total / _TICK


def memory_of(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"process {pid} has no memory: it has ended")


@asynccontextmanager
async def running(
    servers: Servers, service: str, database: Addresses, **settings: str
) -> AsyncIterator[Running]:
    """Run a service until the block ends, ready to serve."""
    started = start(servers, service, database, **settings)
    try:
        await ready(started)
        yield started
    finally:
        await started.stop()


def start(servers: Servers, service: str, database: Addresses, **settings: str) -> Running:
    """Start a service; it is not ready yet."""
    environment = servers.plan.service_environment(service, database, servers.bootstrap)
    return _run(servers, service, [service], environment | _UNHINDERED | settings)


def start_script(
    servers: Servers, place: str, script: str, database: Addresses, **settings: str
) -> Running:
    """Start a script of this project with the settings, and at the port, of a service."""
    environment = servers.plan.service_environment(place, database, servers.bootstrap) | settings
    process = owned(servers.plan.home, Path(script).stem)
    process.start([sys.executable, str(ROOT / script)], environment)
    look_into(process.name, process.pid or 0)
    return Running(Path(script).stem, servers.plan.url(place), process)


@asynccontextmanager
async def identity(servers: Servers) -> AsyncIterator[Running]:
    """Run the development identity provider, which gives out the tokens."""
    home = servers.plan.home
    clients: dict[str, Any] = {
        s: {"secret": home.secret(f"client-{s}"), "roles": ["service"], "personas": False}
        for s in SERVICES
    }
    secret = home.secret("client-dev")
    clients["dev"] = {"secret": secret, "roles": ["employee"], "personas": True}
    write_private(home.identity / "clients.json", json.dumps(clients))
    environment = servers.plan.identity_environment()
    started = _run(servers, "identity", ["local.identity"], environment)
    try:
        await ready(started)
        yield started
    finally:
        await started.stop()


async def token(servers: Servers, person: str, roles: str = "employee") -> str:
    """Return a token for anybody, in any roles."""
    form = {
        "grant_type": "client_credentials", "client_id": "dev", "sub": person, "roles": roles,
        "client_secret": servers.plan.home.secret("client-dev"),
    }  # fmt: skip
    async with httpx2.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{servers.plan.url('identity')}/token", data=form)
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def _run(
    servers: Servers, name: str, arguments: list[str], environment: Mapping[str, str]
) -> Running:
    process = module(servers.plan.home, name, arguments, environment)
    look_into(name, process.pid or 0)
    return Running(name, servers.plan.url(name), process)


async def ready(started: Running) -> None:
    """Wait until a process says that it is ready."""
    child = Child(started.name, started.process, lambda: None, 0)
    await until_ready(child, started.url, 60)


async def first_answer(started: Running, path: str, patience: float = 60) -> float:
    """Return how long from now it takes until a path answers well."""
    began = time.perf_counter()
    async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
        while time.perf_counter() < began + patience:
            try:
                if (await client.get(f"{started.url}{path}")).status_code == _OK:
                    return time.perf_counter() - began
            except httpx2.HTTPError:
                _ = started.pid  # says so if it has ended
            await asyncio.sleep(0.01)
    raise TimeoutError(f"{started.name} did not answer {path}")
