"""The least that takes an idea over HTTP: FastAPI, the same tokens and traces, one INSERT."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import uvicorn
import uvloop
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis import telemetry
from chassis.auth import Issuer, NotIdentified, Verifier, web_client
from chassis.settings import Settings, load

INSERT = "INSERT INTO submission VALUES ($1, $2, $3, $4, $5)"
bearer = HTTPBearer()


class Submission(BaseModel):
    title: Annotated[str, Field(min_length=1, max_length=200)]
    body: Annotated[str, Field(min_length=1, max_length=10_000)]


async def who(
    request: Request, given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]
) -> str:
    """Return whom the token is for."""
    try:
        caller = await request.app.state.verifier.verify(given.credentials)
    except NotIdentified as error:
        raise HTTPException(401, str(error)) from None
    return str(caller.subject)


def create_app(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        url = settings.database_url.get_secret_value()
        async with web_client() as client, asyncpg.create_pool(url, ssl=False) as pool:
            keys = Issuer(settings, client).keys
            app.state.verifier = Verifier(settings.issuer, keys, settings.audience)
            app.state.pool = pool
            yield

    options: Any = {
        "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
    }  # fmt: skip
    app = FastAPI(lifespan=lifespan, telemetry=options)

    @app.post("/submissions", status_code=201)
    async def submit(
        author: Annotated[str, Depends(who)], request: Request, told: Submission
    ) -> dict[str, Any]:
        made, at = uuid7(), datetime.now(UTC)
        await request.app.state.pool.execute(INSERT, made, author, told.title, told.body, at)
        return {"id": made, "at": at}

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ok"}

    return app


async def main() -> None:
    """Serve until told to stop."""
    settings = load(Settings)
    tracing = telemetry.start("endpoint", settings)
    app = create_app(settings)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, access_log=False,
                            log_level="warning", server_header=False)  # fmt: skip
    await uvicorn.Server(config).serve()
    await asyncio.to_thread(tracing.shutdown)


if __name__ == "__main__":
    uvloop.run(main())
