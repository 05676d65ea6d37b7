"""The life of one supervisor: start, be ready, keep watch, stop; and what it tells a launcher."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.disk import full_disk, is_full, out_of_space
from local.home import Home, write_private
from local.owned import identity
from local.plan import Plan
from local.progress import Happened, Teller
from local.supervisor import Supervisor
from local.trouble import Trouble

STARTING, READY, STOPPING = "starting", "ready", "stopping"


class Record:
    """Files in the run folder by which a supervisor tells other processes how it is doing."""

    def __init__(self, home: Home) -> None:
        self.happenings = home.run / "happenings.jsonl"
        self._status = home.run / "status.json"

    def begin(self) -> None:
        self.happenings.unlink(missing_ok=True)
        self._status.unlink(missing_ok=True)

    def tell(self, happened: Happened) -> None:
        self._add({"step": happened.step, "state": happened.state, "detail": happened.detail})

    def end(self, trouble: Trouble | None = None) -> None:
        """Say how the start ended; without trouble the system is ready."""
        self._add({"trouble": [trouble.what, trouble.remedy]} if trouble else {"ready": True})

    def _add(self, line: dict[str, Any]) -> None:
        with self.happenings.open("a") as happenings:
            happenings.write(json.dumps(line) + "\n")

    def status(self, status: dict[str, Any]) -> None:
        write_private(self._status, json.dumps(status, indent=1))

    def read_status(self) -> dict[str, Any]:
        try:
            read: dict[str, Any] = json.loads(self._status.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return read


@contextlib.contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Hold the state folder: two supervisors on one folder would ruin each other."""
    home.run.mkdir(parents=True, exist_ok=True)
    pid_file = home.run / "supervisor.pid"
    with (home.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"Kiem already runs from {home.folder}.", "See `make status`; stop it: make down"
            ) from None
        # The note stays behind: until this process is quite gone, others shall still find it.
        pid_file.write_text(json.dumps({"pid": os.getpid(), "identity": identity(os.getpid())}))
        yield


async def supervise(plan: Plan, screen: Teller, record: Record) -> None:
    """Start, watch until told to stop, stop; raises Trouble when the start fails."""

    def tell(happened: Happened) -> None:
        for hearer in (record.tell, screen):
            with contextlib.suppress(OSError):  # a full disk, or a terminal that was closed
                hearer(happened)

    supervisor, began = Supervisor(plan, tell), time.monotonic()
    told_to_stop = _stop_signal()
    record.status({"state": STARTING, "base": plan.base})
    try:
        if await _unless(told_to_stop, supervisor.start()):
            record.status(_ready_status(supervisor) | {"took": time.monotonic() - began})
            record.end()
            screen(Happened("Kiem is ready", "done"))
            await _unless(told_to_stop, supervisor.watch())
    except Exception as error:
        trouble = _named(error, plan.home)
        if trouble is None:
            raise
        with contextlib.suppress(OSError):  # what the disk does not take is on the screen
            record.end(trouble)
        raise trouble from None
    finally:
        with contextlib.suppress(OSError):
            record.status({"state": STOPPING, "base": plan.base})
        await supervisor.stop()


def _named(error: Exception, home: Home) -> Trouble | None:
    """Whatever a start failed of: where the disk is full, that is what helps to know."""
    if is_full(home.folder) or out_of_space(error):
        return full_disk(home.folder)
    return error if isinstance(error, Trouble) else None


def _stop_signal() -> asyncio.Event:
    told = asyncio.Event()
    for sent in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sent, told.set)
    return told


async def _unless(told: asyncio.Event, work: Any) -> bool:
    """Do the work until it is done (True) or until we are told to stop (False)."""
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(told.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if working.done():
        working.result()
        return not told.is_set()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError, Trouble):
        await working
    return False


def _ready_status(supervisor: Supervisor) -> dict[str, Any]:
    return {
        "state": READY,
        "base": supervisor.plan.base,
        "addresses": supervisor.addresses(),
        "processes": sorted(supervisor.children),
    }


def log_files(home: Home) -> dict[str, Path]:
    """Where each process writes what it has to say."""
    servers = {"postgres": home.postgres / "postgres.log", "kafka": home.kafka / "kafka.log"}
    return {**{file.stem: file for file in sorted(home.logs.glob("*.log"))}, **servers}
