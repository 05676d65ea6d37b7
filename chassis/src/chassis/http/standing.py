"""The routes that every service has: health, numbers, its log, and in development its clock."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from chassis.auth import Caller
from chassis.clock import Clock
from chassis.database import Database
from chassis.health import Health
from chassis.http.asking import caller
from chassis.http.problems import problem
from chassis.telemetry import REGISTRY

MOST = 1_000
_LOG = """
SELECT p.gpos, e.event_id, e.stream, e.version, e.type, e.data::text AS data, e.correlation,
       e.causation, e.traceparent, e.occurred_at, e.recorded_at
FROM event_position p JOIN event e USING (event_id) WHERE p.gpos > $1 ORDER BY p.gpos LIMIT $2
"""
_PUBLISHED = "stream", "type", "version", "recorded_at", "correlation", "causation", "traceparent"
_FORWARD = "UPDATE clock_offset SET forward = forward + make_interval(secs => $1)"
_OFFSET = "SELECT extract(epoch FROM forward)::float8 FROM clock_offset"


def health_router(health: Health) -> APIRouter:
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
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return router


def _answer(against: list[str], name: str) -> Response:
    if against:
        return problem(503, name, "; ".join(against))
    return Response(b'{"status":"ok"}', media_type="application/json")


def log_router(db: Database, service: str) -> APIRouter:
    """Return /v1/log: every event in the order of its position, as it is published."""
    router = APIRouter(prefix="/v1", tags=["operation"])

    @router.get("/log", summary="The service's events, as published, for checks and exports")
    async def read_log(
        _: Annotated[Caller, Depends(caller("operator"))],
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    ) -> Response:
        rows = await db.pool.fetch(_LOG, after, limit)
        page = {
            "items": [_shown(row, service) for row in rows],
            "next": rows[-1]["gpos"] if len(rows) == limit else None,
        }
        return Response(msgspec.json.encode(page), media_type="application/json")

    return router


def _shown(row: Any, service: str) -> dict[str, Any]:
    return {
        "position": row["gpos"], "id": row["event_id"], "source": f"kiem/{service}",
        "time": row["occurred_at"], "data": msgspec.Raw(row["data"].encode()),
    } | {name: row[name] for name in _PUBLISHED}  # fmt: skip


class Forward(BaseModel):
    forward_seconds: Annotated[float, Field(ge=0, le=315_360_000)]


def clock_router(db: Database, clock: Clock) -> APIRouter:
    """Return /v1/clock, which moves domain time forward for every process of the service."""
    router = APIRouter(prefix="/v1/clock", tags=["development"])

    @router.get("", summary="What time it is")
    async def read_clock(_: Annotated[Caller, Depends(caller())]) -> dict[str, Any]:
        forward: float = await db.pool.fetchval(_OFFSET)
        return {"now": clock.now(), "forward_seconds": forward}

    @router.post("", summary="Move time forward")
    async def move_clock(
        who: Annotated[Caller, Depends(caller("operator"))], by: Forward
    ) -> dict[str, Any]:
        await db.pool.execute(_FORWARD, by.forward_seconds)
        await clock.sync()
        return await read_clock(who)

    return router
