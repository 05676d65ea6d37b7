"""The routes that every service has: health, numbers, its log, dead letters, and its clock."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from chassis import auth, clock, components, database, telemetry
from chassis.consuming.letters import Desk
from chassis.http.doors import caller
from chassis.http.problems import problem

Operator = Annotated[auth.Caller, Depends(caller("operator"))]
MOST = 1_000
_LOG = """
SELECT p.gpos AS position, e.event_id AS id, e.stream, e.version, e.type, e.data::text AS data,
       e.correlation, e.causation, e.traceparent, e.occurred_at AS time, e.recorded_at
FROM event_position p JOIN event e USING (event_id) WHERE p.gpos > $1 ORDER BY p.gpos LIMIT $2
"""
_FORWARD = "UPDATE clock_offset SET forward = forward + make_interval(secs => $1)"
_OFFSET = "SELECT extract(epoch FROM forward)::float8 FROM clock_offset"


def health_router(health: components.Health) -> APIRouter:
    """Return /livez, /readyz and /metrics, open to everybody."""
    router = APIRouter(tags=["operation"])

    @router.get("/livez", summary="Is the process working, or should it be restarted?")
    async def livez() -> Response:
        return _answer(health.ailments(), "NotAlive")

    @router.get("/readyz", summary="May requests be sent here now?")
    async def readyz() -> Response:
        return _answer(await health.hindrances(), "NotReady")

    @router.get("/metrics", summary="Numbers for Prometheus")
    async def metrics() -> Response:
        return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return router


def _answer(against: list[str], name: str) -> Response:
    if against:
        return problem(503, name, "; ".join(against))
    return Response(b'{"status":"ok"}', media_type="application/json")


def log_router(db: database.Database, service: str) -> APIRouter:
    """Return /v1/log: every event in the order of its position, as it is published."""
    router = APIRouter(prefix="/v1", tags=["operation"])

    @router.get("/log", summary="The service's events, as published, for checks and exports")
    async def read_log(
        _: Operator,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    ) -> Response:
        rows = await db.pool.fetch(_LOG, after, limit)
        items = [
            dict(row) | {"source": f"kiem/{service}", "data": msgspec.Raw(row["data"].encode())}
            for row in rows
        ]
        page = {"items": items, "next": rows[-1]["position"] if len(rows) == limit else None}
        return Response(msgspec.json.encode(page), media_type="application/json")

    return router


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


def letters_router(desk: Callable[[], Desk]) -> APIRouter:
    """Return the routes; the desk is asked for at each request, as it comes with the consumer."""
    router = APIRouter(prefix="/v1", tags=["operation"])

    @router.get("/dead-letters", summary="Records that could not be handled")
    async def list_letters(
        _: Operator,
        status: Literal["parked", "resolved", "discarded"] | None = "parked",
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        return {"items": await desk().list(status, after, limit)}

    @router.get("/dead-letters/{letter}", summary="One of them, without its contents")
    async def show_letter(_: Operator, letter: int) -> dict[str, Any]:
        return await desk().show(letter)

    @router.post("/dead-letters/redrive", summary="Handle them again, in order per key")
    async def redrive_letters(who: Operator, wanted: Redrive) -> dict[str, Any]:
        return await desk().redrive(**wanted.model_dump(), by=who.subject)

    @router.post("/dead-letters/{letter}/discard", summary="Give one up")
    async def discard_letter(who: Operator, letter: int, why: Discard) -> dict[str, Any]:
        await desk().discard(letter, by=who.subject, why=why.reason)
        return {"discarded": letter}

    @router.post("/partitions/{topic}/{part}/resume", summary="Let a stopped partition go on")
    async def resume_partition(_: Operator, topic: str, part: int, at: Resume) -> dict[str, Any]:
        offset = await desk().resume(topic, part, offset=at.offset)
        return {"topic": topic, "part": part, "next_offset": offset}

    return router


class Forward(BaseModel):
    forward_seconds: Annotated[float, Field(ge=0, le=315_360_000)]


def clock_router(db: database.Database, clock: clock.Clock) -> APIRouter:
    """Return /v1/clock, which moves domain time forward for every process of the service."""
    router = APIRouter(prefix="/v1/clock", tags=["development"])

    @router.get("", summary="What time it is")
    async def read_clock(_: Annotated[auth.Caller, Depends(caller())]) -> dict[str, Any]:
        return {"now": clock.now(), "forward_seconds": await db.pool.fetchval(_OFFSET)}

    @router.post("", summary="Move time forward")
    async def move_clock(who: Operator, by: Forward) -> dict[str, Any]:
        await db.pool.execute(_FORWARD, by.forward_seconds)
        await clock.sync()
        return await read_clock(who)

    return router
