"""People who type commands, each with a system of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.owned import Owned, identity
from local.plan import SERVICES
from local.ports import claim_hundred
from local.postgres import Postgres

# What stands in for a service: only how it is started and ended is looked at.
SERVICE = """
import os, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
if sys.argv[1:] == ["migrate"]:
    assert os.environ["KIEM_MIGRATION_DATABASE_URL"] != os.environ["KIEM_DATABASE_URL"]
    sys.exit()
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("serving", flush=True)
HTTPServer(("127.0.0.1", int(os.environ["KIEM_PORT"])), Ready).serve_forever()
"""


class Person:
    """Somebody who types commands in a checkout of their own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "state"
        self.base = claim_hundred()
        stand_ins = folder / "stand-ins"
        for service in SERVICES:
            (stand_ins / service).mkdir(parents=True)
            (stand_ins / service / "__init__.py").touch()
            (stand_ins / service / "__main__.py").write_text(SERVICE)
        self.environment = {
            **os.environ, "PYTHONPATH": str(stand_ins), "KIEM_HOME": str(self.home),
            "KIEM_PORT_BASE": str(self.base), "TERM": "dumb",
        }  # fmt: skip

    def begin(self, *words: str) -> subprocess.Popen[str]:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` makes deaf to it
        return subprocess.Popen(
            [sys.executable, "-m", "local", *words], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def type(self, *words: str) -> tuple[int, str]:
        with self.begin(*words) as started:
            said, _ = started.communicate(timeout=150)
        return started.returncode, said

    def pid_of(self, name: str) -> int | None:
        """The process of that name, if it runs."""
        places = {"postgres": self.home / "postgres", "kafka": self.home / "kafka"}
        return Owned(name, places.get(name, self.home / "run")).leftover()

    def kill(self, name: str) -> int:
        pid = self.pid_of(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    def processes(self) -> dict[int, bytes]:
        """Every process that was started with this person's state folder."""
        data = Postgres(self.home / "postgres", 0).data
        marks = [f"KIEM_HOME={self.home}".encode(), f"{self.home}/".encode(), f"{data}".encode()]
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
                told = command + (process / "environ").read_bytes()
            except OSError:
                continue
            if any(mark in told for mark in marks):
                found[int(process.name)] = command
        return {pid: command for pid, command in found.items() if identity(pid)}


def living(folder: Path) -> Iterator[Person]:
    """Somebody in that folder, of whose system nothing is left in the end."""
    somebody = Person(folder)
    yield somebody
    code, said = somebody.type("reset", "--yes")
    assert code == 0, said
    assert somebody.processes() == {}
