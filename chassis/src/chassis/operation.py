"""The routes that every service has: health, numbers, its log, dead letters, and its clock."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from chassis import telemetry
from chassis.http import Caller, caller, create_app, problem
from chassis.parts import Parts, Service
from contracts import catalog

MOST = 1_000
PATIENCE = 2.0  # seconds for the database to answer
_LOG = """
SELECT p.gpos AS position, e.event_id AS id, e.stream, e.version, e.type, e.data::text AS data,
       e.correlation, e.causation, e.traceparent, e.occurred_at AS time, e.recorded_at
FROM event_position p JOIN event e USING (event_id)
WHERE p.gpos > $1 AND e.type <> ALL($3) ORDER BY p.gpos LIMIT $2
"""
_FORWARD = "UPDATE clock_offset SET forward = forward + make_interval(secs => $1)"
_OFFSET = "SELECT extract(epoch FROM forward)::float8 FROM clock_offset"


health = APIRouter(tags=["operation"])
operation = APIRouter(prefix="/v1", tags=["operation"])
letters = APIRouter(prefix="/v1", tags=["operation"])
development = APIRouter(prefix="/v1/clock", tags=["development"])


async def _parts(request: Request) -> Any:
    return request.app.state.parts


Here = Annotated[Parts, Depends(_parts)]
Operator = Annotated[Caller, Depends(caller("operator"))]


def application(parts: Parts, service: Service) -> FastAPI:
    """Return the service's HTTP application: its own routes, and those that every service has."""
    routers = [service.router, health, operation]
    routers += [letters] if service.subscriptions else []
    routers += [development] if parts.settings.development else []
    app = create_app(parts.name, routers, parts.doors, body_bytes=parts.settings.body_bytes)
    app.state.parts = parts
    return app


@health.get("/livez", summary="Is the process working, or should it be restarted?")
async def livez(parts: Here) -> Response:
    return _answer(parts.stuck(), "NotAlive")


@health.get("/readyz", summary="May requests be sent here now?")
async def readyz(parts: Here) -> Response:
    found = parts.stuck() + ["the service is stopping"] * parts.stopping
    found += [f"{type(p).__name__.lower()} has not begun" for p in parts.running if not p.ready()]
    try:
        async with asyncio.timeout(PATIENCE):
            await parts.db.pool.fetchval("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
        found.append("the database does not answer")
    return _answer(found, "NotReady")


def _answer(against: list[str], name: str) -> Response:
    if against:
        return problem(503, name, "; ".join(against))
    return Response(b'{"status":"ok"}', media_type="application/json")


@health.get("/metrics", summary="Numbers for Prometheus")
async def metrics() -> Response:
    return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)


@operation.get("/log", summary="The service's events, as published, for checks and exports")
async def read_log(
    _: Operator, parts: Here,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Response:  # fmt: skip
    rows = await parts.db.pool.fetch(_LOG, after, limit, catalog.UNSHOWN)
    items = [
        dict(row) | {"source": f"kiem/{parts.name}", "data": msgspec.Raw(row["data"].encode())}
        for row in rows
    ]
    page = {"items": items, "next": rows[-1]["position"] if len(rows) == limit else None}
    return Response(msgspec.json.encode(page), media_type="application/json")


class Redrive(BaseModel):
    """Which letters to try again: by id, by fingerprint, or (with neither) every parked one."""

    ids: Annotated[list[int], Field(max_length=1000)] | None = None
    fingerprint: Annotated[str, Field(max_length=40)] | None = None
    rate: Annotated[float, Field(gt=0, le=1000)] = 50.0
    dry_run: bool = False


class Discard(BaseModel):
    """Why a letter is given up; people will read it. Name nobody."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Resume(BaseModel):
    """Where to go on, if not where the partition stopped."""

    offset: Annotated[int, Field(ge=0)] | None = None


@letters.get("/dead-letters", summary="Records that could not be handled")
async def list_letters(
    _: Operator, parts: Here,
    status: Literal["parked", "resolved", "discarded"] | None = "parked",
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:  # fmt: skip
    return {"items": await parts.consumer.desk.list(status, after, limit)}


@letters.get("/dead-letters/{letter}", summary="One of them, without its contents")
async def show_letter(_: Operator, parts: Here, letter: int) -> dict[str, Any]:
    return await parts.consumer.desk.show(letter)


@letters.post("/dead-letters/redrive", summary="Handle them again, in order per key")
async def redrive_letters(who: Operator, parts: Here, wanted: Redrive) -> dict[str, Any]:
    """Asked again, it tries what still waits: what was handled is not handled twice."""
    return await parts.consumer.desk.redrive(**wanted.model_dump(), by=who.subject)


@letters.post("/dead-letters/{letter}/discard", summary="Give one up")
async def discard_letter(who: Operator, parts: Here, letter: int, why: Discard) -> dict[str, Any]:
    """Asked again, it is refused: the letter is settled."""
    await parts.consumer.desk.discard(letter, by=who.subject, why=why.reason)
    return {"discarded": letter}


@letters.post("/partitions/{topic}/{part}/resume", summary="Let a stopped partition go on")
async def resume_partition(
    _: Operator, parts: Here, topic: str, part: int, at: Resume
) -> dict[str, Any]:
    """Asked again, it goes on from the same place: what was handled is not handled twice."""
    offset = await parts.consumer.resume(topic, part, at.offset)
    return {"topic": topic, "part": part, "next_offset": offset}


class Forward(BaseModel):
    forward_seconds: Annotated[float, Field(ge=0, le=315_360_000)]


@development.get("", summary="What time it is")
async def read_clock(_: Annotated[Caller, Depends(caller())], parts: Here) -> dict[str, Any]:
    return {"now": parts.clock.now(), "forward_seconds": await parts.db.pool.fetchval(_OFFSET)}


@development.post("", summary="Move time forward")
async def move_clock(who: Operator, parts: Here, by: Forward) -> dict[str, Any]:
    """Asked again, it moves time once more: look at the clock before you do."""
    await parts.db.pool.execute(_FORWARD, by.forward_seconds)
    await parts.clock.sync()
    return await read_clock(who, parts)
