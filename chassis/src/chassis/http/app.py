"""Makes the application of a service: its routes, the ones every service has, and the guards."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from msgspec.json import schema_components
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from chassis import telemetry
from chassis.auth import Verifier
from chassis.http.asking import Pace
from chassis.http.problems import (
    CONTENT_TOO_LARGE,
    CONTENT_TYPE,
    Problem,
    documented,
    install,
    too_large,
)

OPEN = frozenset({"/livez", "/readyz", "/metrics"})
"""What is open to everybody, and leaves no trace."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


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
    app = _App(
        title=f"Kiem {name}", version=version("kiem-chassis"), docs_url=None, redoc_url=None,
        max_body_size=body_bytes, responses=documented(),
        telemetry={
            "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
            "exclude": lambda scope: scope["path"] in OPEN,
        },
    )  # fmt: skip
    app.state.doors = doors
    install(app)
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


class _App(FastAPI):
    """Measures every request, and says as a problem what the framework says in plain text."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await super().__call__(scope, receive, send)
            return
        answer = _Answer(scope, receive, send)
        started = time.perf_counter()
        try:
            await super().__call__(scope, receive, answer.send)
        except Exception:
            if answer.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise  # half an answer is out: only closing the connection tells the client
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            meter = telemetry.HTTP_SECONDS.labels(method, _route(scope), answer.status)
            meter.observe(time.perf_counter() - started)


class _Answer:
    """Notes the status, and replaces the one refusal that no handler of ours can reach."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._replaced = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            kind = Headers(raw=message["headers"]).get("content-type", "")
            if self.status == CONTENT_TOO_LARGE and not kind.startswith(CONTENT_TYPE):
                self._replaced = True
                await too_large()(self._scope, self._receive, self._send)
        if not self._replaced:
            await self._send(message)


def _route(scope: Scope) -> str:
    """Return the template, never the path: it has no ids, and there are only so many."""
    return getattr(scope.get("route"), "path", "none")
