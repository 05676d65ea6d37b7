"""Everybody notifications talks to, on loopback: ideas, feedback, an issuer, a post office."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import JSONResponse, Response

# The mail server calls its handlers by these names, with all of these arguments.
# ruff: noqa: ARG002, N802


class PostOffice:
    """A mail server: what it says, and what it got."""

    def __init__(self) -> None:
        self.rcpt = "250 ok"
        self.data = "250 2.0.0 Ok: queued as 4Zk for anna@example.org"
        self.silent = False
        self.got: list[EmailMessage] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.silent:
            await asyncio.Event().wait()
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if self.data.startswith("250"):
            self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.data


@asynccontextmanager
async def post_office(office: PostOffice, port: int = 0) -> AsyncIterator[int]:
    """Open a post office; return its port."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(office, hostname="test", loop=loop), "127.0.0.1", port
    )
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


@dataclass
class Neighbours:
    """The other services and the issuer of tokens; `status` is what they answer with."""

    url: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k"}))
    status: int = 200
    words: dict[str, Any] = field(default_factory=dict)
    review: dict[str, Any] = field(default_factory=dict)
    matter: dict[str, Any] = field(default_factory=dict)
    rubric: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    def token(self, sub: str = "notifications", *roles: str, seconds: int = 300) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": sub,
            "aud": "kiem",
            "exp": now + seconds,
            "roles": [*roles],
        }
        return jwt.encode({"alg": "ES256", "kid": "k"}, claims, self.key)

    def application(self) -> FastAPI:
        app = FastAPI(telemetry={"tracing": False})

        @app.get("/.well-known/openid-configuration")
        async def discover() -> dict[str, str]:
            return {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks",
                "token_endpoint": f"{self.url}/token",
            }

        @app.get("/jwks")
        async def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.post("/token")
        async def grant() -> dict[str, Any]:
            return {"access_token": self.token("notifications", "service"), "expires_in": 300}

        @app.get("/v1/ideas/{idea}/words")
        async def words(idea: str, request: Request) -> Response:
            self.asked.append(f"{idea} for {request.query_params['for']}")
            self.traces.append(request.headers.get("traceparent", ""))
            return JSONResponse(self.words, self.status)

        @app.get("/v1/matters/{kind}/{matter}/words")
        async def matter(kind: str, matter: str, request: Request) -> Response:
            self.asked.append(f"{kind} {matter} for {request.query_params['for']}")
            return JSONResponse(self.matter, self.status)

        @app.get("/v1/reviews/{idea}")
        async def review(idea: str, request: Request) -> Response:
            # Feedback shows a service no words without the name of whom they are for.
            self.asked.append(f"{idea} for {request.query_params['for']}")
            return JSONResponse(self.review, self.status if self.review else 404)

        @app.get("/v1/reviews/{idea}/rubric")
        async def rubric_of(idea: str) -> Response:
            self.asked.append(f"rubric of {idea}")
            return JSONResponse(self.rubric, self.status if self.rubric else 404)

        @app.get("/v1/rubric")
        async def rubric(category: str = "") -> Response:
            more = f" ({category})" if category else ""
            questions = [
                {"name": "value", "nl": f"Wat levert het op?{more}", "en": "What does it bring?"}
            ]
            return JSONResponse({"version": "1", "criteria": questions}, self.status)

        return app


class _Quiet(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def at_home(neighbours: Neighbours) -> AsyncIterator[None]:
    """Let the neighbours answer."""
    async with answering(neighbours.application()) as neighbours.url:
        yield


@asynccontextmanager
async def answering(app: FastAPI) -> AsyncIterator[str]:
    """Let an application answer on a port; return its address."""
    door = socket.create_server(("127.0.0.1", 0))
    server = _Quiet(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
    task = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        door.close()
