"""Makes the application of a service: its routes, the ones every service has, and the guards."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from msgspec.json import schema_components
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import telemetry
from chassis.auth import Verifier
from chassis.http.asking import Pace
from chassis.http.problems import Problem, documented, install, problem

log = structlog.get_logger()

OPEN = frozenset({"/livez", "/readyz", "/metrics"})
"""What is open to everybody, and leaves no trace."""


@dataclass(frozen=True)
class Doors:
    """What the doors need: who verifies tokens, what signs requests, how fast one may ask."""

    verifier: Verifier
    digest_key: bytes
    pace: Pace


def create_app(
    name: str, routers: Sequence[APIRouter], doors: Doors, *, body_bytes: int = 65_536
) -> FastAPI:
    """Return the application; refuses routes that are open to everybody."""
    app = FastAPI(
        title=f"Kiem {name}",
        version=version("kiem-chassis"),
        docs_url=None,
        redoc_url=None,
        max_body_size=body_bytes,
        responses=documented(),
        telemetry={
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
            "exclude": lambda scope: scope["path"] in OPEN,
        },
    )
    app.state.doors = doors
    install(app)
    app.add_middleware(_Outermost)
    for router in routers:
        app.include_router(router)
    if found := unguarded(app):
        raise RuntimeError(
            f"these routes are open to everybody: {', '.join(found)}; "
            "give each a dependency on chassis.http.caller(...)"
        )
    _document_problems(app)
    return app


def unguarded(app: FastAPI) -> list[str]:
    """Return the routes that would answer without asking who is there."""
    found = []
    for context in iter_route_contexts(app.routes):
        route: Any = context
        if not isinstance(getattr(route, "original_route", route), APIRoute) or route.path in OPEN:
            continue
        if not _guards(route.dependant):
            found.append(f"{'|'.join(sorted(route.methods))} {route.path}")
    return found


def _guards(dependant: Dependant) -> bool:
    return any(hasattr(inner.call, "guards") or _guards(inner) for inner in dependant.dependencies)


def _document_problems(app: FastAPI) -> None:
    generate = app.openapi
    _, parts = schema_components([Problem], ref_template="#/components/schemas/{name}")

    def openapi() -> dict[str, Any]:
        document = generate()
        document.setdefault("components", {}).setdefault("schemas", {}).update(parts)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


class _Outermost:
    """Measures every request, and turns a fault into a 500 that says nothing but the trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            log.error("http.failed", route=_route(scope), exc_info=error)  # noqa: TRY400
            if status:
                raise  # half an answer is out: only closing the connection tells the client
            detail = "This is our fault, not yours. Tell an operator the trace id."
            await problem(500, "Fault", detail)(scope, receive, noting)
        finally:
            telemetry.HTTP_SECONDS.labels(scope["method"], _route(scope), status).observe(
                time.perf_counter() - started
            )


def _route(scope: Scope) -> str:
    """Return the template, never the path: it has no ids, and there are only so many."""
    return getattr(scope.get("route"), "path", "none")
