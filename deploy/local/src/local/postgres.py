"""A real PostgreSQL as a local process: started, stopped, killed and started again."""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from local.disk import full_disk, is_full
from local.owned import Owned
from local.pgbin import SHARED, major_version, others_can_reach, programs
from local.ports import LOOPBACK, is_free
from local.trouble import Trouble

SUPERUSER = "kiem"
_NOBODY = 65534
_PATIENCE = 30.0
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    # The ids of ten million uses are as large: beyond memory each new one would be read and written
    # anew, and after each checkpoint a whole page for it.
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    # What people wrote must not reach the log: neither statements nor the values of a bad row.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server in one folder on one port of the loopback.

    `durable=False` switches fsync off and is for data that a test throws away.
    """

    def __init__(self, folder: Path, port: int, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.port = port
        self._settings = {**_SETTINGS, **({} if durable else _THROWAWAY), "port": str(port)}
        self._durable = durable
        self._user = _NOBODY if os.geteuid() == 0 else None
        self.data = self._place_for_data()
        self.process = Owned("postgres", self.folder, stop_signal=signal.SIGINT)

    @property
    def url(self) -> str:
        """The address for the superuser."""
        return f"postgresql://{SUPERUSER}:{self._password()}@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> str:
        """Make the data folder if there is none, start, wait until it answers; return `url`."""
        self.process.welcome()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process.end_leftover()
        if not is_free(self.port):
            raise Trouble(
                f"Port {self.port} on {LOOPBACK}, needed for PostgreSQL, is in use or not allowed.",
                "Stop what listens there, or choose another.",
            )
        binaries = programs()
        self._require_own_version(binaries)
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        self._clear_stale_lock()
        self._run(binaries)
        return self.url

    def kill(self) -> None:
        """End the server as a power cut would; `start` brings it back."""
        self.process.kill()

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, committed work is kept; ends a `start` elsewhere."""
        self.process.stop()

    def remove(self) -> None:
        """Delete every trace of the server."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place_for_data(self) -> Path:
        """As root another user runs the server: its data then lie where that user can go."""
        if self._user is None or others_can_reach(_nearest_existing(self.folder)):
            return self.folder / "data"
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return SHARED / f"kiem-{mark}"

    def _password(self) -> str:
        kept = self.folder / "superuser-password"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(24))
        return kept.read_text()

    def _environment(self) -> dict[str, str]:
        # Its own HOME: client libraries look for certificates there and fail if they may not look.
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.data),
            "LC_ALL": "C",
            "TZ": "UTC",
        }

    def _require_own_version(self, binaries: Path) -> None:
        kept = self.data / "PG_VERSION"
        if not kept.exists():
            return
        ours, theirs = major_version(binaries), kept.read_text().strip()
        if ours != theirs:
            raise Trouble(
                f"The data in {self.data} belong to PostgreSQL {theirs}; this one is {ours}.",
                f"Start once with version {theirs} (KIEM_POSTGRES_BIN=/…/bin) and dump what you "
                "need, or begin anew: make reset",
            )

    def _create(self, binaries: Path) -> None:
        self._require_own_folder()
        password_file = self.data.with_name(f"{self.data.name}.pw")
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self._password())
        if self._user is not None:
            os.chown(password_file, self._user, self._user)
        try:
            made = subprocess.run(
                self._initdb(binaries, password_file), env=self._environment(), check=False,
                cwd="/", capture_output=True, text=True, user=self._user, group=self._user,
                extra_groups=None if self._user is None else [],
            )  # fmt: skip
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise self._trouble("PostgreSQL could not make its data folder", made.stderr)

    def _initdb(self, binaries: Path, password_file: Path) -> list[str]:
        builtin_locales_since = 17
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [
            str(binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER,
            "-A", "scram-sha-256", "--pwfile", str(password_file), "-E", "UTF8", "--no-locale",
            *(locale if int(major_version(binaries)) >= builtin_locales_since else []),
            *([] if self._durable else ["--no-sync"]),
        ]  # fmt: skip

    def _require_own_folder(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = self.data.lstat().st_uid
        if self.data.is_symlink() or owner not in {os.geteuid(), self._user}:
            raise Trouble(
                f"{self.data} exists and belongs to somebody else.",
                "Remove it, or choose another state folder: KIEM_HOME=/…",
            )
        if self._user is not None:
            os.chown(self.data, self._user, self._user)

    def _clear_stale_lock(self) -> None:
        """A lock whose number now belongs to a program other than postgres would hold us up."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        name = Path(f"/proc/{lock.read_text().split(maxsplit=1)[0]}/comm")
        if name.exists() and name.read_text().strip() != "postgres":
            lock.unlink()

    def _run(self, binaries: Path) -> None:
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        arguments = [str(binaries / "postgres"), "-D", str(self.data), *settings]
        deadline = time.monotonic() + _PATIENCE
        # After a kill -9 the old server's children hold its memory for a moment: try again.
        retry_until = time.monotonic() + (10 if (self.data / "postmaster.pid").exists() else 0)
        self.process.start(arguments, self._environment(), user=self._user)
        while not self._accepts(binaries):
            if self.process.ended is not None:
                if time.monotonic() > retry_until:
                    raise self._trouble("PostgreSQL ended at once", self.process.last_words())
                time.sleep(0.2)
                self.process.start(arguments, self._environment(), user=self._user)
            if time.monotonic() > deadline:
                self.process.stop()
                raise self._trouble("PostgreSQL did not answer", self.process.last_words())
            time.sleep(0.03)

    def _accepts(self, binaries: Path) -> bool:
        asked = [
            str(binaries / "pg_isready"),
            "-q",
            "-h",
            LOOPBACK,
            "-p",
            str(self.port),
            "-t",
            "2",
        ]
        return self.process.alive and not subprocess.run(asked, check=False).returncode

    def _trouble(self, what: str, said: str) -> Trouble:
        if "No space left on device" in said or is_full(self.data):
            return full_disk(self.data)
        return Trouble(f"{what}; it said:\n{said.strip()}", f"The whole log is {self.process.log}")


def _nearest_existing(path: Path) -> Path:
    return next(p for p in (path, *path.parents) if p.exists())
