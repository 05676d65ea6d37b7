"""PostgreSQL and Kafka of a town: reached through wires, on a small disk, with a clock to turn."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from local.kafka import Kafka
from local.postgres import Postgres

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
DISK_MB = 700


class WiredKafka(Kafka):
    """A Kafka that tells its clients to come by another port."""

    def __init__(self, folder: Path, port: int, told: str) -> None:
        super().__init__(folder, port)
        self._told = told

    def _write_properties(self) -> Path:
        target = super()._write_properties()
        ours = f"advertised.listeners=CLIENT://{self.bootstrap}"
        text = target.read_text()
        assert ours in text
        target.write_text(text.replace(ours, f"advertised.listeners=CLIENT://{self._told}"))
        return target

    def lose(self) -> None:
        """Let the disk be gone: the next start makes another cluster."""
        shutil.rmtree(self.data)


class SmallPostgres(Postgres):
    """A PostgreSQL that keeps little log, and whose machine's clock can be turned."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port)
        self._settings |= {"max_wal_size": "96MB", "min_wal_size": "32MB"}
        self._clock = folder / "clock"

    def _environment(self) -> dict[str, str]:
        found = super()._environment()
        if not FAKETIME.exists():
            return found
        if not self._clock.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.turn(0)
        return found | {
            "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1",
        }  # fmt: skip

    def turn(self, seconds: float) -> None:
        """Let the clock of PostgreSQL's machine be wrong by so much, from now on."""
        staged = self._clock.with_suffix(".new")
        staged.write_text(f"{seconds:+.0f}\n")
        staged.chmod(0o644)
        staged.replace(self._clock)

    @property
    def clock_turns(self) -> bool:
        return FAKETIME.exists()


class SmallDisk:
    """A file system of its own in a file, where root may mount one; full at will."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._image = folder.with_suffix(".img")
        self._ballast = folder / "ballast"
        self.mounted = False
        self.why_not = "the disk was not mounted yet"

    def mount(self) -> None:
        """Try; without the right to, the folder lies on the machine's disk, and can't be full."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.why_not = self._lacking()
        if self.why_not:
            return
        with self._image.open("wb") as image:
            image.truncate(DISK_MB * 2**20)
        made = subprocess.run(
            ["mkfs.ext4", "-q", "-F", "-m", "0", str(self._image)], capture_output=True, check=False
        )
        self.mounted = made.returncode == 0 and not self._run("mount", "-o", "loop",
            str(self._image), str(self.folder))  # fmt: skip
        self.why_not = "" if self.mounted else "no file system in a file can be mounted here"

    @staticmethod
    def _lacking() -> str:
        """Return what a small disk needs and this machine does not have."""
        if os.geteuid() != 0:
            return "only root may mount a file system in a file"
        return "" if shutil.which("mkfs.ext4") else "there is no mkfs.ext4 to make a small disk"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("wb") as file:
            while True:
                try:
                    file.write(bytes(2**20))
                    file.flush()
                except OSError:
                    break

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        deadline = time.monotonic() + 20
        while self.mounted and time.monotonic() < deadline:
            self.mounted = bool(self._run("umount", str(self.folder)))
            time.sleep(0.1 if self.mounted else 0)
        self._image.unlink(missing_ok=True)

    @staticmethod
    def _run(*words: str) -> int:
        return subprocess.run(words, capture_output=True, check=False).returncode
