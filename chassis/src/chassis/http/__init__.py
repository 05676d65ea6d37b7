"""The doors of a service: its application, and what each route asks of its caller.

How a no is said stands in `chassis.http.problems`.
"""

import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from importlib.metadata import version
from typing import Annotated, Any
from uuid import UUID, uuid5

from cachetools import LRUCache
from fastapi import APIRouter, Depends, FastAPI, Header, Request, routing
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from msgspec.json import encode, schema_components
from starlette.types import Message, Receive, Scope, Send

from chassis import auth, telemetry
from chassis.auth import Caller as Caller
from chassis.commands import Context
from chassis.http import problems
from chassis.http.problems import problem as problem

OPEN = frozenset({"/livez", "/readyz", "/metrics"})
"""What is open to everybody, and leaves no trace."""
NAMELESS = "/v1/sealed/"
"""Under this path nobody is asked who they are, and nothing that could tell it goes any further."""
_COMMANDS = UUID("0d7a5ad4-53a6-4c1c-8a54-6f0f2b6f9d11")
_LONGEST_KEY = 200
_NOBODYS = {b"host", b"accept", b"content-type", b"transfer-encoding", b"idempotency-key"}
# What a route says of itself, and is said of it by the routers that it is in.
_TOLD = (
    "path", "endpoint", "name", "methods", "dependencies", "max_body_size", "include_in_schema",
    "tags", "summary", "description", "deprecated", "operation_id", "openapi_extra", "responses",
    "status_code", "response_model", "response_class", "response_description",
)  # fmt: skip
_REMEMBERED = 10_000  # callers; who was forgotten starts with a full bucket

bearer = HTTPBearer(auto_error=False, description="A token of the organisation's OpenID provider")


class Pace:
    """A token bucket per caller: so much at once, and so much a second in the long run."""

    def __init__(
        self, rate: float, burst: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._monotonic = rate, burst, monotonic
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(_REMEMBERED)

    def take(self, who: str, much: int = 1) -> None:
        """Count one request, or so much; raises TooManyRequests where the bucket has not that."""
        now = self._monotonic()
        left, since = self._buckets.get(who, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        if left < much:
            raise problems.TooManyRequests
        self._buckets[who] = (left - much, now)


@dataclass(frozen=True)
class Doors:
    """What the doors need: who verifies tokens, what signs requests, how fast one may ask."""

    verifier: auth.Verifier
    digest_key: bytes
    pace: Pace


async def authenticated(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller:
    """Identify the caller, whatever the role; a route needs `caller` to be open to anybody."""
    if given is None:
        raise auth.NotIdentified("This needs a token: send `Authorization: Bearer <token>`.")
    doors: Doors = request.app.state.doors
    who = await doors.verifier.verify(given.credentials)
    doors.pace.take(who.subject)
    if who.only is not None and who.only not in request.path_params.values():
        raise problems.NotInRole("This token is for one thing alone, and not for this.")
    return who


Authenticated = Annotated[Caller, Depends(authenticated)]


def caller(*roles: str) -> Callable[[Caller], Awaitable[Caller]]:
    """Return a dependency: the caller, who has one of the roles (any caller where none is named).

    A route without it is refused when the application is made.
    """
    allowed = frozenset(roles)

    async def guard(who: Authenticated) -> Caller:
        if allowed and not allowed & who.roles:
            raise problems.NotInRole(
                f"This needs one of these roles: {', '.join(sorted(allowed))}."
            )
        return who

    guard.__dict__["guards"] = allowed
    return guard


async def nobody(request: Request) -> None:
    """Stand where a route is open to people without an account; all of them have one pace."""
    if not request.url.path.startswith(NAMELESS):
        raise auth.NotIdentified(f"Nobody is nameless but under {NAMELESS}.")
    request.app.state.doors.pace.take("nobody")


nobody.__dict__["guards"] = frozenset()
_KEY = Header(description="Yours to choose; the same when a request is repeated: 1-200 characters")


async def command_context(
    request: Request, who: Authenticated, idempotency_key: Annotated[str | None, _KEY] = None
) -> Context:
    """Return the context of a command: repeated with the same key, it is carried out once."""
    if not idempotency_key or len(idempotency_key) > _LONGEST_KEY:
        raise problems.MissingIdempotencyKey
    name = f"{len(who.subject)}:{who.subject}{idempotency_key}"
    asked = encode([who.subject, request.method, request.url.path, request.url.query])
    signed = asked + await request.body()
    digest = hmac.digest(request.app.state.doors.digest_key, signed, "sha256")
    return Context(command=uuid5(_COMMANDS, name), actor=who.subject, digest=digest)


def create_app(
    name: str, routers: Sequence[APIRouter], doors: Doors, *, body_bytes: int = 65_536
) -> FastAPI:
    """Return the application; refuses routes that are open to everybody."""
    app = _App(
        title=f"Kiem {name}", version=version("kiem-chassis"), docs_url=None, redoc_url=None,
        max_body_size=body_bytes, responses=problems.DOCUMENTED,
        exception_handlers=problems.HANDLERS,
        telemetry={
            "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
            "exclude": lambda scope: scope["path"] in OPEN,
        },
    )  # fmt: skip
    app.state.doors = doors
    for router in routers:
        _lay_flat(app, router)
    if found := unguarded(app):
        raise RuntimeError(
            f"these routes are open to everybody: {', '.join(found)}; "
            "give each a dependency on chassis.http.caller(...)"
        )
    return app


def _lay_flat(app: FastAPI, router: APIRouter) -> None:
    """Take over the routes one by one.

    FastAPI looks a request up anew in every router that lies within another: with three of them,
    that took a third of a request.
    """
    for route in routing.iter_route_contexts(router.routes):
        told: dict[str, Any] = {name: getattr(route, name) for name in _TOLD}
        app.router.add_api_route(**told)


def unguarded(app: FastAPI) -> list[str]:
    """Return the routes that would answer without asking who is there."""
    routes = (route for route in app.routes if isinstance(route, routing.APIRoute))
    return [
        f"{'|'.join(sorted(route.methods or ()))} {route.path}" for route in routes
        if route.path not in OPEN and not _guards(route.dependant)
    ]  # fmt: skip


def _guards(dependant: Dependant) -> bool:
    return any(hasattr(inner.call, "guards") or _guards(inner) for inner in dependant.dependencies)


class _App(FastAPI):
    """Measures every request, and ends a fault once it was told."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        _, parts = schema_components([problems.Problem], ref_template="#/components/schemas/{name}")
        document.setdefault("components", {}).setdefault("schemas", {}).update(parts)
        return document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await super().__call__(scope, receive, send)
            return
        # A body without a length is counted while it comes: too large, it is refused as any other.
        headers = [header for header in scope["headers"] if header[0] != b"content-length"]
        scope, started, status = {**scope, "headers": headers}, time.perf_counter(), 0
        if scope["path"].startswith(NAMELESS):
            scope["headers"] = [header for header in headers if header[0] in _NOBODYS]
            scope["client"] = None

        async def answer(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await super().__call__(scope, receive, answer)
        except Exception:
            if status != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise  # half an answer is out: only closing the connection tells the client
        finally:
            method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "other"
            meter = telemetry.HTTP_SECONDS.labels(method, problems.route_of(scope), status)
            meter.observe(time.perf_counter() - started)
