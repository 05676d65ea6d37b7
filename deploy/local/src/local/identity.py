"""A development identity provider: real OpenID Connect tokens for anybody who asks on this machine.

It hands out any person with any role to the client `dev`. So it starts only when
KIEM_DEVELOPMENT=1 says that nothing real is at stake, and only on a loopback address.
"""

import base64
import binascii
import hmac
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel

from local.home import write_private
from local.signing_in import PERSONAS, ROLES, Client, Codes, Refused, signing_in
from local.trouble import Trouble

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LIFETIME = 3600
_BAD_REQUEST, _UNAUTHORIZED = 400, 401


def require_development(environment: Mapping[str, str]) -> None:
    """Refuse to run where somebody could take this for a real identity provider."""
    if environment.get("KIEM_DEVELOPMENT") != "1":
        raise Trouble(
            "The development identity provider gives anybody any role; it does not start here.",
            "Use your organisation's OpenID provider (KIEM_ISSUER), or set KIEM_DEVELOPMENT=1 "
            "on a machine where nothing real is at stake.",
        )
    host = environment.get("KIEM_HOST", "127.0.0.1")
    if host not in LOOPBACK:
        raise Trouble(
            f"The development identity provider listens on loopback only, and KIEM_HOST={host}.",
            "Leave KIEM_HOST out.",
        )


class Issuer:
    """Signs what the clients may have."""

    def __init__(self, issuer: str, audience: str, key: ECKey, clients: dict[str, Client]) -> None:
        self.issuer = issuer
        self.audience = audience
        self.key = key
        self.clients = clients
        self.codes = Codes()

    def token(self, form: Mapping[str, str]) -> str:
        """Return an access token for a client itself, or for a code; raises Refused."""
        name, grant = form.get("client_id", ""), form.get("grant_type")
        client = self.clients.get(name)
        if client is None or not _same(client.secret, form.get("client_secret", "")):
            raise Refused(_UNAUTHORIZED, "invalid_client", "no such client with this secret")
        if grant == "authorization_code":
            return self._sign(*self.codes.redeem(name, form))
        if grant != "client_credentials" or client.redirects:
            raise Refused(_BAD_REQUEST, "unsupported_grant_type", "ask as this client may")
        return self._sign(*_subject(name, client, form))

    def _sign(self, subject: str, roles: tuple[str, ...]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": subject, "aud": self.audience, "iat": now,
            "exp": now + _LIFETIME, "roles": list(roles),
        }  # fmt: skip
        return jwt.encode({"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"}, claims, self.key)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _subject(name: str, client: Client, form: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    if not client.personas:
        if form.get("sub") or form.get("roles"):
            raise Refused(_BAD_REQUEST, "unauthorized_client", f"{name} may only be itself")
        return name, client.roles
    roles = tuple(form.get("roles", "").replace(",", " ").split()) or client.roles
    unknown = sorted(set(roles) - ROLES)
    if unknown:
        raise Refused(_BAD_REQUEST, "invalid_request", f"no such role: {', '.join(unknown)}")
    return form.get("sub") or name, roles


def create_app(issuer: Issuer, personas: Path | None = None) -> FastAPI:
    """Return the provider as an application."""
    app = FastAPI(title="Kiem development identity provider", docs_url=None, redoc_url=None)

    @app.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, Any]:
        return {
            "issuer": issuer.issuer,
            "jwks_uri": f"{issuer.issuer}/jwks",
            "token_endpoint": f"{issuer.issuer}/token",
            "authorization_endpoint": f"{issuer.issuer}/authorize",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["client_credentials", "authorization_code"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return {"keys": [{**issuer.key.as_dict(private=False), "use": "sig", "alg": "ES256"}]}

    @app.get("/livez")
    @app.get("/readyz")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/token")
    async def token(request: Request, form: Annotated[Asked, Form()]) -> dict[str, Any]:
        given = {**form.model_dump(), **_basic(request.headers.get("authorization", ""))}
        return {
            "access_token": issuer.token(given), "token_type": "Bearer", "expires_in": _LIFETIME,
        }  # fmt: skip

    app.include_router(signing_in(issuer.clients, issuer.codes, personas))

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return JSONResponse(error.content, error.status, headers={"cache-control": "no-store"})

    return app


class Asked(BaseModel):
    """The form of a token request."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    sub: str = ""
    roles: str = ""
    code: str = ""
    code_verifier: str = ""
    redirect_uri: str = ""


def _basic(header: str) -> dict[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused(_UNAUTHORIZED, "invalid_client", "the Basic header is broken") from None
    return {"client_id": name, "client_secret": secret}


def kept_key(folder: Path) -> ECKey:
    """Return the signing key of this folder, made the first time: tokens outlive a restart."""
    path = folder / "signing-key.json"
    if path.exists():
        return ECKey.import_key(json.loads(path.read_text()))
    key = ECKey.generate_key("P-256", auto_kid=True)
    write_private(path, json.dumps(key.as_dict(private=True)))
    return key


def kept_clients(folder: Path) -> dict[str, Client]:
    """Read who may ask, as the launcher wrote it down."""
    kept = json.loads((folder / "clients.json").read_text())
    return {
        name: Client(
            secret=c["secret"],
            roles=tuple(c["roles"]),
            personas=c["personas"],
            redirects=tuple(c.get("redirects", ())),
        )
        for name, c in kept.items()
    }


def main(environment: Mapping[str, str]) -> None:
    """Serve until told to stop."""
    require_development(environment)
    import uvicorn  # noqa: PLC0415

    folder = Path(environment["KIEM_IDENTITY_HOME"])
    issuer = Issuer(
        environment["KIEM_ISSUER"], environment.get("KIEM_AUDIENCE", "kiem"),
        kept_key(folder), kept_clients(folder),
    )  # fmt: skip
    uvicorn.run(
        create_app(issuer, folder / PERSONAS), host=environment.get("KIEM_HOST", "127.0.0.1"),
        port=int(environment["KIEM_PORT"]), log_level="warning", access_log=False,
    )  # fmt: skip


if __name__ == "__main__":
    try:
        main(os.environ)
    except Trouble as trouble:
        raise SystemExit(str(trouble)) from None
