"""Tokens of aliases: for a while their holder speaks for one idea, at every service."""

import time
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.keyring import Keyring
from contracts.vocabulary import PersonId

ISSUER = "urn:kiem:ideas"
ROLE = "alias"
LASTS = 900  # seconds
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class AliasTokens:
    """Issues them. Every replica derives the same keys, and they change with KIEM_KEYS."""

    def __init__(self, keyring: Keyring, audience: str) -> None:
        self._keys = [_key(secret) for secret in keyring.derived_all("alias tokens")]
        self._audience = audience

    async def keys(self) -> dict[str, list[dict[str, Any]]]:
        """Return what proves the tokens, for ourselves."""
        return self.published()

    def published(self) -> dict[str, list[dict[str, Any]]]:
        """Return the public keys, as others ask for them."""
        told = [{**key.as_dict(private=False), "kid": key.thumbprint()} for key in self._keys]
        return {"keys": told}

    def issue(self, who: PersonId, idea: UUID) -> str:
        """Return a token with which its holder is somebody, for one idea."""
        now, key = int(time.time()), self._keys[0]
        claims = {
            "iss": ISSUER, "aud": self._audience, "sub": who, "roles": [ROLE], "only": str(idea),
            "iat": now, "exp": now + LASTS,
        }  # fmt: skip
        return jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, claims, key)


def _key(secret: bytes) -> ECKey:
    number = int.from_bytes(secret, "big") % (_ORDER - 1) + 1
    return ECKey.import_key(ec.derive_private_key(number, ec.SECP256R1()))
