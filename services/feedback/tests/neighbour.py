"""An `ideas` to ask over real HTTP: it knows who stands too near, and issues tokens of aliases."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import JSONResponse, Response

KEY = ECKey.generate_key("P-256", {"kid": "ideas"})


@dataclass
class Ideas:
    """The neighbour. `near` are those who may not judge what is confidential."""

    url: str = ""
    status: int = 200
    near: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def token(self, alias: str, idea: UUID) -> str:
        now = int(time.time())
        claims = {
            "iss": "urn:kiem:ideas", "aud": "kiem", "sub": alias, "roles": ["alias"],
            "only": str(idea), "iat": now, "exp": now + 300,
        }  # fmt: skip
        return jwt.encode({"alg": "ES256", "kid": "ideas"}, claims, KEY)

    def application(self) -> FastAPI:
        app = FastAPI(telemetry={"tracing": False})

        @app.get("/.well-known/openid-configuration")
        async def discovery() -> dict[str, str]:
            return {"issuer": self.url, "token_endpoint": f"{self.url}/token"}

        @app.post("/token")
        async def token() -> dict[str, Any]:
            return {"access_token": "feedback:service", "expires_in": 300}

        @app.get("/v1/aliases/keys")
        async def keys() -> dict[str, Any]:
            return {"keys": [KEY.as_dict(private=False)]}

        @app.get("/v1/ideas/{idea}/nearness")
        async def nearness(idea: UUID, of: str) -> Response:
            self.asked.append(of)
            return JSONResponse({"near": of in self.near}, self.status)

        return app


class _Quiet(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def at_home() -> AsyncIterator[Ideas]:
    """Let it answer."""
    found = Ideas()
    door = socket.create_server(("127.0.0.1", 0))
    found.url = f"http://127.0.0.1:{door.getsockname()[1]}"
    config = uvicorn.Config(
        found.application(), log_config=None, lifespan="off", access_log=False
    )  # fmt: skip
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield found
    finally:
        server.should_exit = True
        await task
        door.close()
