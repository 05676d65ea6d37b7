"""Who is signed in: a sealed cookie, which nobody but the portal can read or make."""

import base64
import hashlib
import secrets
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.responses import Response

from chassis.settings import SettingsWrong

NAME: Final = "kiem"
CODE: Final = "kiem-code"
FLOW: Final = "kiem-signing-in"
LEADERS: Final = ("lead", "director", "desk")  # the roles that answer for a department
_NONCE, _KEY, _CSRF = 12, 32, 16
_PIECE = 3_500  # characters; browsers keep 4,096 bytes of a cookie
_MOST_PIECES = 4
_LARGEST = 65_536
T = TypeVar("T", bound="Sealed")


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a cookie may hold, with the moment at which it ends."""

    ends: float


class Session(Sealed, frozen=True, kw_only=True):
    """Somebody who is signed in: the token by which services are asked in their name.

    With `only` it is whoever has the code of that one idea, and perhaps no account.
    """

    person: str
    roles: tuple[str, ...]
    token: str
    csrf: bytes
    only: str = ""

    @property
    def whose(self) -> str:
        """Return what a browser keeps drafts under: of this person, and telling nobody who."""
        return hashlib.sha256(f"drafts of {self.person}".encode()).hexdigest()[:16]

    def has(self, *roles: str) -> bool:
        return bool(set(roles) & set(self.roles))

    def form_token(self) -> str:
        """Return the proof that a form is ours, each time in another guise.

        Pages are compressed, and what is always the same could be guessed from their lengths.
        """
        mask = secrets.token_bytes(_CSRF)
        return _text(mask + _xor(self.csrf, mask))

    def made(self, form_token: str) -> bool:
        """Tell whether a form came from a page of ours."""
        try:
            given = base64.urlsafe_b64decode(form_token.encode())
        except ValueError:
            return False
        if len(given) != 2 * _CSRF:
            return False
        return secrets.compare_digest(_xor(given[:_CSRF], given[_CSRF:]), self.csrf)


class Flow(Sealed, frozen=True, kw_only=True):
    """Somebody on the way to the OpenID provider and back."""

    state: str
    verifier: str
    to: str


def nameless(person: str) -> bool:
    """Tell whether this is nobody's id, but what stands in the place of a name."""
    return person.startswith("alias-")


def new_csrf() -> bytes:
    return secrets.token_bytes(_CSRF)


@dataclass(frozen=True)
class Seal:
    """Seals what goes into a cookie, and opens what comes back."""

    keys: tuple[bytes, ...]
    secure: bool

    def write(self, answer: Response, name: str, content: Sealed) -> None:
        """Put it into as many cookies as it needs: tokens of large organisations are long."""
        text = self.closed(name, content)
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
        if len(pieces) > _MOST_PIECES:
            raise ValueError("the token is too long for a browser to keep")
        lasts = max(0, int(content.ends - time.time()))
        for number in range(_MOST_PIECES):
            if number < len(pieces):
                self._set(answer, self._named(name, number), pieces[number], lasts)
            elif number:
                self._set(answer, self._named(name, number), "", 0)

    def read(self, cookies: Mapping[str, str], name: str, kind: type[T]) -> T | None:
        """Return what was sealed, if it is whole, ours, and not over."""
        pieces = []
        for number in range(_MOST_PIECES):
            piece = cookies.get(self._named(name, number))
            if not piece:
                break
            pieces.append(piece)
        return self.opened("".join(pieces), name, kind) if pieces else None

    def forget(self, answer: Response, name: str) -> None:
        for number in range(_MOST_PIECES):
            self._set(answer, self._named(name, number), "", 0)

    def closed(self, name: str, content: Sealed) -> str:
        """Return what goes to a browser under a name, and can be opened under that name only."""
        packed = zlib.compress(msgspec.msgpack.encode(content))
        nonce = secrets.token_bytes(_NONCE)
        return _text(nonce + AESGCM(self.keys[0]).encrypt(nonce, packed, name.encode()))

    def opened(self, text: str, name: str, kind: type[T]) -> T | None:
        """Return what was closed, if it is whole, ours, and not over."""
        found = self._opened(text, name, kind)
        return found if found is not None and found.ends > time.time() else None

    def _opened(self, text: str, name: str, kind: type[T]) -> T | None:
        try:
            sealed = base64.urlsafe_b64decode(text.encode())
        except ValueError:
            return None
        for key in self.keys:
            try:
                packed = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
                plain = zlib.decompressobj().decompress(packed, _LARGEST)
                return msgspec.msgpack.decode(plain, type=kind)
            except (InvalidTag, ValueError, zlib.error, msgspec.MsgspecError):
                continue
        return None

    def _named(self, name: str, number: int) -> str:
        # With this prefix a browser takes it from this host only, and over TLS only.
        whole = f"__Host-{name}" if self.secure else name
        return whole if not number else f"{whole}-{number}"

    def _set(self, answer: Response, name: str, value: str, lasts: int) -> None:
        told: dict[str, Any] = {"httponly": True, "samesite": "lax", "secure": self.secure}
        answer.set_cookie(name, value, max_age=lasts, path="/", **told)


def sealing_keys(setting: str) -> tuple[bytes, ...]:
    """Return the keys of KIEM_KEYS, the active one first; raises SettingsWrong."""
    found = []
    for each in setting.split(","):
        _, _, encoded = each.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if len(key) != _KEY:
            raise SettingsWrong(
                "KIEM_KEYS is wrong: each key is id:base64 of 32 bytes "
                "(make one with `openssl rand -base64 32`)"
            )
        found.append(key)
    return tuple(found)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
