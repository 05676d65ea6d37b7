"""Files that somebody is bringing in: sealed, for them alone, and gone after some hours."""

import asyncio
import hashlib
import os
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.log import log
from portal.session import sealing_keys
from portal.settings import PortalSettings

_NONCE = 12
_SWEEP = 600.0  # seconds between two looks for what is too old
_ENDING = ".kiem"
T = TypeVar("T")


@dataclass(frozen=True)
class Uploads:
    """A folder, which several replicas may share; nobody reads it without a key of the portal."""

    folder: Path
    keys: tuple[bytes, ...]
    seconds: float

    def keep(self, person: str, what: str, content: Any) -> None:
        """Keep something of a person in the place of what was kept under this name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce = secrets.token_bytes(_NONCE)
        packed = zlib.compress(msgspec.msgpack.encode(content), 1)
        sealed = nonce + AESGCM(self.keys[0]).encrypt(nonce, packed, _bound(person, what))
        beside = self.folder / f"{secrets.token_hex(8)}{_ENDING}"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
        beside.replace(self._at(person, what))

    def read(self, person: str, what: str, kind: type[T]) -> T | None:
        """Return what is kept, if it is there, whole, and not too old."""
        file = self._at(person, what)
        try:
            sealed = file.read_bytes() if self._young(file) else b""
        except OSError:
            return None
        for key in self.keys:
            try:
                packed = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(person, what))
                return msgspec.msgpack.decode(zlib.decompress(packed), type=kind)
            except (InvalidTag, ValueError, zlib.error, msgspec.MsgspecError):
                continue
        return None

    def until(self, person: str, what: str) -> float:
        """Return until when it is kept, in seconds since 1970; 0 where nothing is."""
        try:
            return self._at(person, what).stat().st_mtime + self.seconds
        except OSError:
            return 0.0

    def forget(self, person: str, *names: str) -> None:
        for what in names:
            with suppress(OSError):
                self._at(person, what).unlink()

    def sweep(self) -> int:
        """Remove what is too old; return how much that was."""
        old = [file for file in self._files() if not self._young(file)]
        for file in old:
            with suppress(OSError):
                file.unlink()
        return len(old)

    async def sweeping(self) -> None:
        """Look for what is too old, now and then, until cancelled."""
        while True:
            if gone := await asyncio.to_thread(self.sweep):
                log.info("uploads.swept", files=gone)
            await asyncio.sleep(_SWEEP)

    def _files(self) -> Iterator[Path]:
        with suppress(OSError):
            yield from self.folder.glob(f"*{_ENDING}")

    def _young(self, file: Path) -> bool:
        try:
            return time.time() < file.stat().st_mtime + self.seconds
        except OSError:
            return False

    def _at(self, person: str, what: str) -> Path:
        # Whose it is, nobody reads off its name: it is told apart with the help of a key.
        said = hashlib.blake2b(_bound(person, what), key=self.keys[-1], digest_size=20)
        return self.folder / f"{said.hexdigest()}{_ENDING}"


def uploads_of(settings: PortalSettings) -> Uploads:
    """Return the folder that the settings name, else one of the system's temporary ones."""
    folder = settings.uploads or Path(gettempdir()) / "kiem-portal"
    keys = sealing_keys(settings.keys.get_secret_value())
    return Uploads(folder, keys, settings.uploads_hours * 3600)


def _bound(person: str, what: str) -> bytes:
    return f"{what} of {person}".encode()
