"""What a person types: up, down, status, logs, reset."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local.disk import full_disk, is_full
from local.home import Home, checkout
from local.kafka import Kafka
from local.owned import Owned
from local.plan import Plan
from local.ports import answers
from local.postgres import Postgres
from local.progress import Happened, Screen, screen
from local.supervise import READY, Record, log_files, only_one, supervise
from local.trouble import Trouble

_POLL = 0.1
_STOP_PATIENCE = 90


def up(plan: Plan) -> None:
    """Start in the background and return when everything is ready."""
    home, record = plan.home, Record(plan.home)
    if _supervisor(home).leftover() is None:
        record.begin()
        _spawn(home)
    elif record.read_status().get("state") == READY:
        print("  Kiem runs already.")
        print_addresses(record)
        return
    with screen() as shown, _stopping_on_interrupt(home, shown):
        follow(home, record, shown)
    print_addresses(record)


def up_in_foreground(plan: Plan) -> None:
    """Start, stay, and stop everything at Ctrl-C."""
    with only_one(plan.home), screen() as shown:
        record = Record(plan.home)
        record.begin()
        asyncio.run(supervise(plan, _announcing(record, shown), record))


def supervise_in_background(plan: Plan) -> None:
    """Be the supervisor that `up` leaves behind."""
    record = Record(plan.home)
    with only_one(plan.home), screen() as shown:
        try:
            asyncio.run(supervise(plan, shown.tell, record))
        except Trouble as trouble:
            raise SystemExit(str(trouble)) from None  # `up` has it from the record


def _announcing(record: Record, shown: Screen) -> Callable[[Happened], None]:
    def tell(happened: Happened) -> None:
        shown.tell(happened)
        if happened.step == "Kiem is ready":
            print_addresses(record)
            print("\nCtrl-C stops everything.", flush=True)

    return tell


def _supervisor(home: Home) -> Owned:
    return Owned("supervisor", home.run, log=home.logs / "supervisor.log")


def _spawn(home: Home) -> None:
    home.run.mkdir(parents=True, exist_ok=True)
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "supervisor.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "local", "supervise"], cwd="/", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "KIEM_HOME": str(home.folder)},
        )  # fmt: skip
    deadline = time.monotonic() + 30
    while _supervisor(home).leftover() is None and not Record(home).happenings.exists():
        if started.poll() is not None or time.monotonic() > deadline:
            raise _silent_end(home)
        time.sleep(0.02)


def follow(home: Home, record: Record, shown: Screen) -> None:
    """Show what the supervisor tells until it is ready; raises its Trouble."""
    for line in _lines(home, record.happenings, shown):
        if "ready" in line:
            return
        if "trouble" in line:
            _wait_for_end(home, shown)
            raise Trouble(*line["trouble"])
        shown.tell(Happened(line["step"], line["state"], line["detail"]))
    raise _silent_end(home)


def _lines(home: Home, path: Path, shown: Screen) -> Iterator[dict[str, Any]]:
    """Yield what is written to the file, as long as there is a supervisor to write it."""
    read = 0
    while True:
        alive = _supervisor(home).leftover() is not None
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        for line in lines[read:]:
            yield json.loads(line)
        read = len(lines)
        if not alive:
            return
        shown.tick()
        time.sleep(_POLL)


def _silent_end(home: Home) -> Trouble:
    if is_full(home.folder):
        return full_disk(home.folder)
    words = _supervisor(home).last_words()
    return Trouble(
        f"The supervisor ended without being ready; its log ends with:\n{words}",
        f"The whole log is {home.logs / 'supervisor.log'}",
    )


@contextlib.contextmanager
def _stopping_on_interrupt(home: Home, shown: Screen) -> Iterator[None]:
    """Ctrl-C during the start: leave nothing half-started behind."""
    try:
        yield
    except KeyboardInterrupt:
        _stop(home, shown)
        raise Trouble("The start was interrupted; everything was stopped.", "make up") from None


def _stop(home: Home, shown: Screen) -> None:
    pid = _supervisor(home).leftover()
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        _wait_for_end(home, shown)


def _wait_for_end(home: Home, shown: Screen) -> None:
    deadline = time.monotonic() + _STOP_PATIENCE
    while _supervisor(home).leftover() is not None and time.monotonic() < deadline:
        shown.tick()
        time.sleep(_POLL)


def down(plan: Plan) -> None:
    """Stop everything, also what a killed supervisor left."""
    home = plan.home
    was_running = _supervisor(home).leftover() is not None
    with screen() as shown:
        shown.tell(Happened("Stop Kiem", "begun"))
        _stop(home, shown)
        _supervisor(home).end_leftover()
        left = [Owned(file.stem, home.run) for file in home.run.glob("*.pid")]
        servers = [Kafka(home.kafka, 0).process, Postgres(home.postgres, 0).process]
        ended = [process.end_leftover() for process in (*left, *servers)]
        shown.tell(Happened("Stop Kiem", "done"))
    print("Stopped." if was_running or any(ended) else "Nothing was running.")


def status(plan: Plan) -> int:
    """Print how everything is; 0 only if all of it is ready."""
    record = Record(plan.home)
    if _supervisor(plan.home).leftover() is None:
        print("Kiem does not run here. Start it: make up")
        return 1
    known = record.read_status()
    if known.get("state") != READY:
        print(f"Kiem is {known.get('state', 'starting')}.")
        return 1
    running = Plan(**{**plan.__dict__, "base": known["base"]})
    states = {name: _state(running, name) for name in known["processes"]}
    for name, state in states.items():
        print(f"  {name:<14} {state}")
    print_addresses(record)
    if is_full(plan.home.folder):
        print(f"\n{full_disk(plan.home.folder)}\n  What stands still goes on by itself then.")
        return 1
    return 0 if set(states.values()) == {"ready"} else 1


def _state(plan: Plan, name: str) -> str:
    if not answers(plan.port(name)):
        return "does not answer"
    if name in {"postgres", "kafka", "mailbox"}:
        return "ready"
    try:
        with urllib.request.urlopen(f"{plan.url(name)}/readyz", timeout=3):  # noqa: S310
            return "ready"
    except urllib.error.HTTPError as error:
        return f"not ready ({error.code})"
    except OSError as error:
        return f"not ready ({error})"


def print_addresses(record: Record) -> None:
    """Say where everything is, and how long the start took."""
    known = record.read_status()
    for name, address in known.get("addresses", []):
        print(f"  {name:<14} {address}")
    if "took" in known:
        print(f"  The start took {known['took']:.1f} seconds.")


def logs(plan: Plan, names: list[str], *, follow_them: bool, lines: int) -> None:
    """Show the ends of the logs, all or those that are named."""
    known = {name: file for name, file in log_files(plan.home).items() if file.exists()}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        raise Trouble(
            f"There is no log of {', '.join(unknown) or 'anything'}.",
            f"There are: {', '.join(known) or 'none yet; start Kiem first: make up'}",
        )
    chosen = [str(known[name]) for name in names or known]
    tail = ["tail", "-n", str(lines), *(["-F"] if follow_them else []), *chosen]
    with contextlib.suppress(KeyboardInterrupt):
        subprocess.run(tail, check=False)


def reset(plan: Plan, *, sure: bool) -> None:
    """Delete the state folder with everything in it."""
    home = plan.home
    if not home.folder.exists():
        print("There is nothing to delete.")
        return
    if not sure and not _asked(f"Delete {home.folder} with all ideas, mails and keys? [y/N] "):
        raise Trouble("Nothing was deleted.", "To delete without being asked: make reset YES=1")
    _require_ours(home)
    down(plan)
    Postgres(home.postgres, 0).remove()
    shutil.rmtree(home.folder)
    print(f"{home.folder} is gone.")


def _require_ours(home: Home) -> None:
    """KIEM_HOME may name anything; delete only what we made."""
    made_by_us = (home.run.exists() or home.postgres.exists()) and home.folder != checkout()
    if not made_by_us:
        raise Trouble(
            f"{home.folder} does not look like a state folder of Kiem.", "Is KIEM_HOME right?"
        )


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(question).strip().lower() in {"y", "yes", "j", "ja"}
