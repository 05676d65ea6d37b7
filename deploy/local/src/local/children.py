"""The Python processes of the system: how each is started, and when it counts as ready."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2

from local.home import Home
from local.owned import Owned
from local.ports import answers
from local.trouble import Trouble

_POLL = 0.1
_OK = 200


@dataclass
class Child:
    """A process that the supervisor keeps running; `start` blocks until it was started."""

    name: str
    process: Owned
    start: Callable[[], object]
    port: int
    failures: int = 0
    restarts: int = 0
    started: float = field(default_factory=time.monotonic)


def module(home: Home, name: str, arguments: list[str], environment: Mapping[str, str]) -> Owned:
    """Return a started `python -m …` whose output goes to `logs/<name>.log`."""
    process = owned(home, name)
    process.start([sys.executable, "-m", *arguments], environment)
    return process


def owned(home: Home, name: str) -> Owned:
    return Owned(name, home.run, log=home.logs / f"{name}.log")


async def until_ready(child: Child, url: str, patience: float = 180.0) -> None:
    """Wait until `url`/readyz says yes; a process that ends instead is trouble at once."""
    async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
        deadline = time.monotonic() + patience
        said = "no answer"
        while child.process.alive and time.monotonic() < deadline:
            ready, said = await _asked(client, f"{url}/readyz", said)
            if ready:
                return
            await asyncio.sleep(_POLL)
    end = "did not get ready" if child.process.alive else f"ended ({child.process.ended})"
    raise Trouble(
        f"{child.name} {end}; /readyz: {said}; its log ends with:\n{child.process.last_words()}",
        f"The whole log is {child.process.log}",
    )


async def _asked(client: httpx2.AsyncClient, url: str, before: str) -> tuple[bool, str]:
    try:
        answer = await client.get(url)
    except httpx2.HTTPError:
        return False, before
    return answer.status_code == _OK, f"{answer.status_code} {answer.text[:300]}"


async def until_listening(child: Child, port: int, patience: float = 30.0) -> None:
    """Wait until somebody accepts connections on the port."""
    deadline = time.monotonic() + patience
    while not await asyncio.to_thread(answers, port):
        if not child.process.alive or time.monotonic() > deadline:
            raise Trouble(
                f"{child.name} did not start; its log ends with:\n{child.process.last_words()}",
                f"The whole log is {child.process.log}",
            )
        await asyncio.sleep(_POLL)
