"""A tiny OpenID provider on loopback, and an application of the chassis to knock at."""

import asyncio
import base64
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.responses import Response

from chassis.auth import Issuer, Verifier, web_client
from chassis.http import Doors, Pace, create_app
from chassis.settings import Settings, example

from .house import (  # noqa: F401 - fixtures
    environment,
    fresh,
    house,
    migrated,
    start,
    until,
)


class _Quiet(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an application on a free loopback port."""
    door = socket.create_server(("127.0.0.1", 0))
    server = _Quiet(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
    task = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        door.close()


@dataclass
class Provider:
    """An OpenID provider whose keys a test may change, and whose visits it may count."""

    url: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "first"}))
    visits: dict[str, int] = field(default_factory=dict)
    expires_in: int = 300
    away: bool = False
    slow: asyncio.Event | None = None
    slow_begun: asyncio.Event = field(default_factory=asyncio.Event)

    def token(self, **changes: Any) -> str:
        now = int(time.time())
        header = {"alg": "ES256", "kid": self.key.kid} | changes.pop("header", {})
        claims = {
            "iss": self.url, "sub": "p-1", "aud": "kiem", "iat": now, "exp": now + 300,
            "roles": ["employee"],
        } | changes  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        key = changes.pop("key", None) or self.key
        claims.pop("key", None)
        return jwt.encode(header, claims, key, algorithms=["ES256", "RS256", "HS256"])

    def application(self) -> FastAPI:
        app = FastAPI(telemetry={"tracing": False})

        @app.middleware("http")
        async def count(request: Request, call_next: Any) -> Any:
            self.visits[request.url.path] = self.visits.get(request.url.path, 0) + 1
            return Response(status_code=503) if self.away else await call_next(request)

        @app.get("/.well-known/openid-configuration")
        async def discovery() -> dict[str, str]:
            return {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks",
                "token_endpoint": f"{self.url}/token",
            }

        @app.get("/jwks")
        async def jwks() -> dict[str, Any]:
            if self.slow is not None:
                self.slow_begun.set()
                await self.slow.wait()
            return {"keys": [self.key.as_dict(private=False)]}

        @app.post("/token")
        async def token(request: Request) -> dict[str, Any]:
            form = parse_qs((await request.body()).decode())
            assert form["grant_type"] == ["client_credentials"]
            return {
                "access_token": self.token(sub=form["client_id"][0], roles=["service"]),
                "expires_in": self.expires_in,
            }

        return app


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    found = Provider()
    async with serving(found.application()) as found.url:
        yield found


@pytest.fixture
def issuer(provider: Provider) -> str:
    return provider.url


@pytest.fixture
def token(provider: Provider) -> Callable[..., str]:
    return provider.token


@pytest.fixture
async def web() -> AsyncIterator[httpx2.AsyncClient]:
    async with web_client() as client:
        yield client


def issuer_at(url: str, web: httpx2.AsyncClient) -> Issuer:
    return Issuer(example(Settings).model_copy(update={"issuer": url}), web)


@pytest.fixture
def doors(provider: Provider, web: httpx2.AsyncClient) -> Doors:
    return Doors(
        verifier=Verifier(provider.url, issuer_at(provider.url, web).keys, "kiem"),
        digest_key=b"d" * 32,
        pace=Pace(rate=1_000, burst=1_000),
    )


@pytest.fixture
def make_client(doors: Doors) -> Any:
    """Return a function that serves a router in memory and gives a client for it."""

    def make(router: APIRouter, **options: Any) -> httpx2.AsyncClient:
        app = create_app("house", [router], doors, **options)
        transport = httpx2.ASGITransport(app=app)
        return httpx2.AsyncClient(transport=transport, base_url="http://house")

    return make


@pytest.fixture
def rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "rsa"})


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Put a complete environment in place; return it."""
    given = {
        "KIEM_DATABASE_URL": "postgresql://app:secret@127.0.0.1:1/kiem_house",
        "KIEM_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "KIEM_PORT": "0",
        "KIEM_ISSUER": "http://127.0.0.1:1",
        "KIEM_KEYS": "k1:" + base64.b64encode(b"k" * 32).decode(),
        "KIEM_CLIENT_ID": "house",
        "KIEM_CLIENT_SECRET": "not-to-be-shown",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given
