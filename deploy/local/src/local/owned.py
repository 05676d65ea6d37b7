"""A process of ours: it does not outlive us, and if it ever does it is recognised and ended."""

import functools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from local.trouble import Trouble

_LOG_LIMIT = 20 * 1024 * 1024
# A launcher that is gone before its child asked to be told of that is not told any more: the
# child looks whether the launcher is still its parent, once, after it has asked.
_IF_STILL_OURS = ("sh", "-c", '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"', "sh")


def identity(pid: int) -> str | None:
    """Return what tells this process from a later one with the same number; None if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _identity_by_ps(pid)
    except ProcessLookupError:
        return None
    if fields[0] in {"Z", "X"}:
        return None
    return f"{_boot_id()}:{fields[19]}"


def _identity_by_ps(pid: int) -> str | None:
    """Ask `ps` where there is no /proc (macOS)."""
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return shown[1].strip() if len(shown) == 2 and not shown[0].startswith("Z") else None  # noqa: PLR2004


@functools.cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@functools.cache
def _setpriv() -> str | None:
    """Find the tool that ties a child's life to ours; without it only the pid files do that."""
    tool = shutil.which("setpriv")
    if tool is None:
        return None
    shown = subprocess.run([tool, "--help"], capture_output=True, text=True, check=False).stdout
    return tool if "--pdeathsig" in shown else None


class Owned:
    """One child process with a pid file and a log, in a folder that it is told apart by.

    On Linux the child gets `stop_signal` when the thread that started it ends, however it ends:
    start it from a thread that lives as long as the child should.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        log: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = log or folder / f"{name}.log"
        self._pid_file = folder / f"{name}.pid"
        self._stop_signal = stop_signal
        self._child: subprocess.Popen[bytes] | None = None
        self._unwanted = False

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def ended(self) -> int | None:
        """The exit code of a child that ended; None while it runs."""
        return self._child.poll() if self._child else None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def welcome(self) -> None:
        """Allow `start` after a `stop`: a stop must also end what is only about to start."""
        self._unwanted = False

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], *, user: int | None = None
    ) -> None:
        """Start the child in a session of its own, so that a terminal's Ctrl-C reaches us first."""
        if self._unwanted:
            raise Trouble(f"{self.name} was stopped while it started.", "Start it again.")
        tied = self._tied(arguments)
        with self._open_log() as log:
            self._child = subprocess.Popen(
                tied, env=dict(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, cwd="/", user=user, group=user,
                extra_groups=None if user is None else [],
            )  # fmt: skip
        try:
            self._remember()
        except OSError:  # a full disk: without a note nobody would find the child again
            self.kill()
            raise

    def _tied(self, arguments: Sequence[str]) -> list[str]:
        """Return the command of a child that gets `stop_signal` when we end, where that works."""
        tool = _setpriv()
        if tool is None:
            return [*arguments]
        asked = [tool, "--pdeathsig", self._stop_signal.name]
        return [*asked, *_IF_STILL_OURS, str(os.getpid()), *arguments]

    def _open_log(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("ab")

    def _remember(self) -> None:
        if self._child is None:
            return
        known = {"pid": self._child.pid, "identity": identity(self._child.pid)}
        self._pid_file.write_text(json.dumps(known))

    def wait(self) -> int:
        """Wait until the child has ended by itself; return its exit code."""
        return self._child.wait() if self._child else 0

    def kill(self) -> None:
        """End the child as a power cut would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def stop(self, patience: float = 20.0) -> None:
        """Ask the child to end, wait, and insist when it does not; it does not start any more."""
        self._unwanted = True
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(self._stop_signal)
            try:
                self._child.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
        self._pid_file.unlink(missing_ok=True)

    def leftover(self) -> int | None:
        """Return the pid of a child that an earlier, killed launcher left running."""
        try:
            known = json.loads(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        same = known["identity"] is not None and identity(known["pid"]) == known["identity"]
        return int(known["pid"]) if same else None

    def end_leftover(self, patience: float = 20.0) -> bool:
        """End what a killed launcher left behind; True if there was something."""
        found = False
        for sent in (self._stop_signal, signal.SIGKILL):
            pid = self.leftover()
            if pid is None:
                break
            found = True
            os.kill(pid, sent)
            self._wait_for_leftover(patience)
        self._pid_file.unlink(missing_ok=True)
        return found

    def _wait_for_leftover(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.leftover() is not None and time.monotonic() < deadline:
            time.sleep(0.05)

    def last_words(self, lines: int = 8) -> str:
        """Return the end of the log, for a message about why it ended."""
        try:
            text = self.log.read_text(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(f"  | {line}" for line in text.splitlines()[-lines:])
