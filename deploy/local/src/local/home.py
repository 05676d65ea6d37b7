"""The state folder: where everything is kept between starts, and what it keeps secret."""

import base64
import json
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from local.trouble import Trouble

_LEAST_FREE = 600 * 1024 * 1024


class Home:
    """`.kiem/` in the checkout, or the folder that KIEM_HOME names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.run = self.folder / "run"
        self.logs = self.folder / "logs"
        self.mail = self.folder / "mail"
        self.traces = self.folder / "traces"
        self.identity = self.folder / "identity"
        self.postgres = self.folder / "postgres"
        self.kafka = self.folder / "kafka"
        self.env_file = self.folder / "env"
        self._secrets = self.folder / "secrets.json"

    def prepare(self) -> None:
        """Make the folders; refuse a disk on which the servers would soon stand still."""
        for folder in (self.run, self.logs, self.mail, self.traces, self.identity):
            folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < _LEAST_FREE:
            raise Trouble(
                f"Only {free // 2**20} MB are free on the disk that holds {self.folder}; "
                f"PostgreSQL and Kafka need {_LEAST_FREE // 2**20} MB to start with.",
                "Free some space, or put the state on another disk: KIEM_HOME=/…  make up",
            )

    def secret(self, name: str) -> str:
        """Return a secret that is made once and then kept."""
        return self._kept(name, lambda: secrets.token_urlsafe(24))

    def key(self, name: str) -> str:
        """Return base64 of 32 bytes, made once and then kept."""
        return self._kept(name, lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        known = self._known()
        if name not in known:
            known[name] = make()
            write_private(self._secrets, json.dumps(known, indent=1))
        return known[name]

    def _known(self) -> dict[str, str]:
        if not self._secrets.exists():
            return {}
        kept: dict[str, str] = json.loads(self._secrets.read_text())
        return kept


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    staged = path.with_name(f".{path.name}.new")
    staged.unlink(missing_ok=True)
    staged.touch(mode=0o600)
    staged.write_text(text)
    staged.replace(path)


def checkout() -> Path:
    """Return the root of the checkout that this code runs from."""
    return Path(__file__).resolve().parents[4]


def chosen_home() -> Home:
    """Return the state folder that the environment names, or the checkout's own."""
    named = os.environ.get("KIEM_HOME")
    return Home(Path(named).expanduser() if named else checkout() / ".kiem")
