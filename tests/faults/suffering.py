"""One attack on a run: begun, kept up, ended, and how long it took until all was well."""

import asyncio
import random
import time
from dataclasses import asdict, dataclass
from typing import Any

from local.plan import SERVICES
from tests.faults.attacks import Fault
from tests.faults.pulse import WATCHED
from tests.faults.run import Run


@dataclass(frozen=True)
class Suffered:
    """How one attack went: all in seconds."""

    fault: str
    kept_up: float
    mending: float
    """What the attacked itself needed to be started again, or the operator for the runbook."""
    recovery: float
    """From then on, until a new idea went through all services; of a killed process, from the
    kill on."""
    others: float | None
    """The longest time that a service which was not attacked did not say that it is ready."""
    ready_after: float | None
    """From the kill until the killed service said again that it is ready; of several, the slowest.
    None where no service was killed."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def suffer(run: Run, fault: Fault, rng: random.Random, *, most: float = 60.0) -> Suffered:
    """Let a run suffer an attack, and wait until it is back at work.

    Raises NotPossible where the attack cannot be made; then nothing happened.
    """
    began = time.monotonic()
    run.pulse.forget(began - 5)
    seconds = min(rng.uniform(*fault.seconds), most)
    async with fault.attack(run, rng):
        kept = time.monotonic()
        await asyncio.sleep(seconds)
        ending = time.monotonic()
    ended = time.monotonic()
    await run.probe()
    await run.until("all are ready", lambda: _all_ready(run))
    recovery = time.monotonic() - ended
    others = None
    if fault.victim is not None:
        spared = [service for service in SERVICES if service != fault.victim]
        others = max(run.pulse.longest(service, kept) for service in spared)
    ready_after = await _ready_after(run, began)
    return Suffered(fault.name, ending - kept, ended - ending, recovery, others, ready_after)


async def _ready_after(run: Run, began: float) -> float | None:
    killed = {s: at for s in WATCHED if (at := run.town.killed.get(s, 0.0)) >= began}

    async def felt() -> bool:
        return all(run.pulse.ready_after(s, at) is not None for s, at in killed.items())

    await run.until("the pulse of the killed is felt again", felt)
    return max((run.pulse.ready_after(s, at) or 0.0 for s, at in killed.items()), default=None)


async def _all_ready(run: Run) -> bool:
    return not await run.town.ready()
