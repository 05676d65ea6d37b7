"""A key per person: words are sealed with it, and erasing the key erases the words.

A person's key lies in `subject_key`, wrapped by a key from the environment that has an id and can
be rotated. An erased key leaves a tombstone and is never made again.
"""

import base64
import hmac
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress

from cachetools import TTLCache
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.database import Database, Raw
from chassis.settings import SettingsWrong

NONCE = 12  # bytes; random, as AES-GCM allows for far fewer words than 2^32 a key
KEY = 32
CACHED_SECONDS = 60.0
MOST_CACHED = 50_000  # memory stays flat

_MAKE = """
INSERT INTO subject_key (subject, wrapped, wrapped_by) VALUES ($1, $2, $3)
ON CONFLICT (subject) DO NOTHING
"""
_FIND = "SELECT wrapped, wrapped_by FROM subject_key WHERE subject = $1"
_FIND_ALL = "SELECT subject, wrapped, wrapped_by FROM subject_key WHERE subject = ANY ($1)"
_STALE = "SELECT subject, wrapped, wrapped_by FROM subject_key WHERE wrapped_by <> $1"
_REWRAP = """
UPDATE subject_key SET wrapped = $2, wrapped_by = $3 WHERE subject = $1 AND wrapped = $4
"""
_ERASE = """
INSERT INTO subject_key (subject, erased_at) VALUES ($1, kiem_now())
ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, wrapped_by = NULL,
    erased_at = coalesce(subject_key.erased_at, excluded.erased_at)
"""


def seal_with(key: bytes, plain: bytes, place: str) -> bytes:
    """Encrypt; `place` binds the result to where it stands, so that it can't be moved elsewhere."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def open_with(key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt; raises InvalidTag for another key or place."""
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())


class Keyring:
    """The keys of one service. `keys` is `id:base64,…`; the first wraps, the others still open."""

    def __init__(self, db: Database, keys: str) -> None:
        self._db = db
        self._wrapping = dict(_parse(entry) for entry in keys.split(","))
        self._active = next(iter(self._wrapping))
        self._cache: TTLCache[str, bytes] = TTLCache(MOST_CACHED, CACHED_SECONDS)

    def derived(self, purpose: str) -> bytes:
        """Return a key of the service itself for one purpose; it changes with the active key."""
        return self.derived_all(purpose)[0]

    def derived_all(self, purpose: str) -> Sequence[bytes]:
        """Return the keys for a purpose under every wrapping key, the active one first."""
        return [hmac.digest(k, purpose.encode(), "sha256") for k in self._wrapping.values()]

    async def seal(self, subject: str, plain: bytes, place: str) -> bytes | None:
        """Seal words with a person's key, made at first use; None if the person is erased."""
        key = await self._key(subject, make=True)
        return None if key is None else seal_with(key, plain, place)

    async def open(self, subject: str, sealed: bytes, place: str) -> bytes | None:
        """Open sealed words; None if the person is erased, InvalidTag if they were moved."""
        key = await self._key(subject, make=False)
        return None if key is None else open_with(key, sealed, place)

    async def fetch(self, subjects: Iterable[str]) -> None:
        """Get the keys of many persons in one question, so that opening their words asks none."""
        rows = await self._db.pool.fetch(_FIND_ALL, [s for s in subjects if s not in self._cache])
        self._cache.update((row[0], self._unwrapped(*row)) for row in rows if row["wrapped"])

    async def erase(self, raw: Raw, subject: str) -> None:
        """Destroy a person's key in the caller's transaction, for ever."""
        await raw.execute(_ERASE, subject)
        self._cache.pop(subject, None)

    def forget(self, subjects: Iterable[str]) -> None:
        """Ask the database for these keys anew."""
        for subject in subjects:
            self._cache.pop(subject, None)

    async def rewrap(self) -> int:
        """Wrap every key with the active wrapping key; return how many were changed."""
        rows = await self._db.pool.fetch(_STALE, self._active)
        for subject, old, by in rows:
            new = self._wrapped(subject, self._unwrapped(subject, old, by))
            await self._db.pool.execute(_REWRAP, subject, new, self._active, old)
        return len(rows)

    async def _key(self, subject: str, *, make: bool) -> bytes | None:
        if held := self._cache.get(subject):
            return held
        # On the pool, never in the caller's transaction: a key that was used must not roll back.
        row = await self._db.pool.fetchrow(_FIND, subject)
        if row is None and make:
            fresh = self._wrapped(subject, os.urandom(KEY))
            await self._db.pool.execute(_MAKE, subject, fresh, self._active)
            row = await self._db.pool.fetchrow(_FIND, subject)
        if row is None or row["wrapped"] is None:
            return None
        return self._cache.setdefault(subject, self._unwrapped(subject, *row))

    def _wrapped(self, subject: str, key: bytes) -> bytes:
        return seal_with(self._wrapping[self._active], key, subject)

    def _unwrapped(self, subject: str, wrapped: bytes, by: str) -> bytes:
        if by not in self._wrapping:
            raise SettingsWrong(f"KIEM_KEYS lacks {by!r}, which wraps keys: add it at its end")
        return open_with(self._wrapping[by], wrapped, subject)


def _parse(entry: str) -> tuple[str, bytes]:
    name, _, text = entry.strip().partition(":")
    with suppress(ValueError):
        key = base64.b64decode(text, validate=True)
        if name and len(key) == KEY:
            return name, key
    raise SettingsWrong(
        "KIEM_KEYS must be id:base64[,id:base64…], each key 32 bytes in base64: "
        "make one with `openssl rand -base64 32`"
    )
