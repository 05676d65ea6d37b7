"""Ideas on a real PostgreSQL, with a feedback to ask over real HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import httpx2
import uvicorn
from fastapi import FastAPI, Request
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response

from chassis.auth import Caller, IssuerUnavailable, Verifier, web_client
from chassis.consuming import Heard
from chassis.operation import application
from chassis.parts import Parts, Service, begin
from chassis.settings import example
from chassis.store import COLUMNS
from contracts.catalog import declared
from contracts.envelope import Envelope
from contracts.ideas import IdeaEvent
from contracts.vocabulary import Event
from ideas.main import assemble
from ideas.settings import IdeasSettings
from local.databases import Addresses


class AnyToken(Verifier):
    """Believes every token: it is who asks and, behind a colon, in which roles."""

    def __init__(self) -> None:
        super().__init__("urn:nobody", self._keys_of_nobody, "kiem")

    async def _keys_of_nobody(self) -> Any:
        raise IssuerUnavailable

    async def verify(self, token: str) -> Caller:
        if ":" not in token and "." in token:  # a real one, or what was made of one
            return await super().verify(token)
        subject, _, roles = token.partition(":")
        return Caller(subject, frozenset(roles.split(",")), token)


@dataclass
class Feedback:
    """The neighbour that has the words of answers."""

    url: str = ""
    status: int = 200
    review: dict[str, Any] = field(default_factory=dict)
    # While it is not set, nobody gets an answer.
    speaks: asyncio.Event = field(default_factory=asyncio.Event)
    tokens: list[str] = field(default_factory=list)

    def application(self) -> FastAPI:
        app = FastAPI(telemetry={"tracing": False})

        @app.get("/v1/reviews/{idea}")
        async def review(idea: UUID, request: Request) -> Response:
            self.tokens.append(request.headers["authorization"])
            await self.speaks.wait()
            return JSONResponse(self.review, self.status)

        return app


class _Quiet(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def at_home(feedback: Feedback) -> AsyncIterator[None]:
    """Let feedback answer."""
    feedback.speaks.set()
    door = socket.create_server(("127.0.0.1", 0))
    feedback.url = f"http://127.0.0.1:{door.getsockname()[1]}"
    config = uvicorn.Config(
        feedback.application(), log_config=None, lifespan="off", access_log=False
    )
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield
    finally:
        feedback.speaks.set()
        server.should_exit = True
        await task
        door.close()


@dataclass
class House:
    """A whole ideas service, driven by hand: what it is asked, and what it hears."""

    parts: Parts
    service: Service
    settings: IdeasSettings
    client: httpx2.AsyncClient
    feedback: Feedback

    async def post(
        self, path: str, body: Any, who: str = "anna:employee", key: str | None = None
    ) -> httpx2.Response:
        headers = {"authorization": f"Bearer {who}", "idempotency-key": key or str(uuid4())}
        return await self.client.post(f"/v1{path}", json=body, headers=headers)

    async def put(
        self, path: str, who: str = "anna:employee", body: Any = None, key: str | None = None
    ) -> httpx2.Response:
        headers = {"authorization": f"Bearer {who}", "idempotency-key": key or str(uuid4())}
        return await self.client.put(f"/v1{path}", json=body, headers=headers)

    async def delete(self, path: str, who: str = "anna:employee") -> httpx2.Response:
        headers = {"authorization": f"Bearer {who}", "idempotency-key": str(uuid4())}
        return await self.client.delete(f"/v1{path}", headers=headers)

    async def get(
        self, path: str, who: str = "anna:employee", **params: str | int | list[str]
    ) -> httpx2.Response:
        headers = {"authorization": f"Bearer {who}"}
        return await self.client.get(f"/v1{path}", params=params or None, headers=headers)

    async def submit(self, who: str = "anna:employee", **changes: Any) -> httpx2.Response:
        told = {"title": "Fietsen", "body": "Naar de klant.", "co_authors": ["bo"]}
        return await self.post("/ideas", told | changes, who)

    async def submitted(self, who: str = "anna:employee", **changes: Any) -> str:
        answer = await self.submit(who, **changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["idea"])

    async def hear(self, *events: Event, **changes: Any) -> None:
        for event in events:
            await self.hear_again(envelope(event, **changes))

    async def hear_again(self, heard: Heard) -> None:
        topic = declared(heard.data).topic
        (subscription,) = [s for s in self.service.subscriptions if s.topic == topic]
        async with self.parts.db.transaction() as tx:
            await subscription.apply(tx, [heard])

    async def events(self, idea: object) -> list[IdeaEvent]:
        return [r.data for r in await self.parts.store.load(f"idea-{idea}")]  # type: ignore[misc]

    async def follow(self, idea: object) -> None:
        """Let the list take in what happened to an idea."""
        recorded = await self.parts.store.load(f"idea-{idea}")
        async with self.parts.db.transaction() as tx:
            for projection in self.service.projections:
                await projection.apply(tx, recorded)

    async def rows(self, sql: str, *given: Any) -> list[Any]:
        return list(await self.parts.db.pool.fetch(sql, *given))

    async def everything(self) -> str:
        """Return the whole event table as text, the ciphertexts included."""
        rows = await self.rows(f"SELECT {COLUMNS} FROM event")  # noqa: S608 - a constant
        return "\n".join(str(dict(row)) for row in rows)


def envelope(event: Event, **changes: Any) -> Heard:
    kind = declared(event)
    key = str(getattr(event, kind.key))
    known: dict[str, Any] = {
        "id": str(uuid4()), "source": f"kiem/{kind.owner}", "recorded_at": event.at,
        "correlation": key,
    }  # fmt: skip
    return Envelope(
        type=kind.type, key=key, data=event, occurred_at=event.at,
        stream=f"{kind.stream}-{key}" if kind.stream else None, **known | changes,
    )  # fmt: skip


def settings_for(database: Addresses, **changes: Any) -> IdeasSettings:
    return example(IdeasSettings).model_copy(
        update={
            "database_url": SecretStr(database.url),
            "migration_database_url": SecretStr(database.migration_url),
            "desk": "desk",
        }
        | changes
    )


@asynccontextmanager
async def opened(settings: IdeasSettings, feedback: Feedback) -> AsyncIterator[House]:
    """Open a house on a migrated database."""
    told = settings.model_copy(update={"feedback_url": feedback.url})
    async with web_client() as client:
        parts = Parts("ideas", told, client)
        parts.doors = replace(parts.doors, verifier=AnyToken())
        await parts.db.open()
        await begin(parts)
        service = assemble(parts, told)
        transport = httpx2.ASGITransport(app=application(parts, service))
        async with httpx2.AsyncClient(transport=transport, base_url="http://ideas") as http:
            yield House(parts, service, told, http, feedback)
        await parts.db.close()
