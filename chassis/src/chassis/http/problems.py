"""Every refusal over HTTP is an application/problem+json document; the numbers stand here."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.auth import IssuerUnavailable, NotIdentified
from chassis.database import TRANSIENT
from chassis.decider import CommandKnown, ConcurrentWrite, NotAllowed, NotFound, Rejected
from chassis.peers import PeerUnavailable
from chassis.telemetry import trace_id

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
CONTENT_TOO_LARGE = 413
_LONGEST_NAME = 100


class NotInRole(Exception):
    """The caller is known and has none of the roles that this needs."""


class MissingIdempotencyKey(Exception):
    """A command needs the header Idempotency-Key: 1 to 200 characters, new for a new request."""


class TooManyRequests(Exception):
    """You ask too often. Wait as long as Retry-After says."""


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457; `trace_id` is what an operator needs to find out more."""

    type: str
    title: str
    status: int
    detail: str = ""
    trace_id: str | None = None
    errors: list[dict[str, str]] = []


def problem(
    status: int, name: str, detail: str = "", *, errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return a refusal; `name` is the class that says no, and becomes `urn:kiem:<name>`."""
    body = Problem(
        type=f"urn:kiem:{name}", title=HTTPStatus(status).phrase, status=status, detail=detail,
        trace_id=trace_id(), errors=errors or [],
    )  # fmt: skip
    return Response(
        msgspec.json.encode(body), status, headers=dict(headers or {}), media_type=CONTENT_TYPE
    )


_LATER = {"Retry-After": "1"}
_STATUS: list[tuple[type[Exception], int, dict[str, str]]] = [
    (Rejected, 409, {}),
    (NotFound, 404, {}),
    (NotAllowed, 403, {}),
    (CommandKnown, 422, {}),
    (ConcurrentWrite, 503, _LATER),
    (NotIdentified, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}),
    (NotInRole, 403, {}),
    (MissingIdempotencyKey, 400, {}),
    (TooManyRequests, 429, _LATER),
    (IssuerUnavailable, 503, _LATER),
    (PeerUnavailable, 503, _LATER),
]
_SAID = "Something else was first, or is not there for the moment. Ask again."


def install(app: FastAPI) -> None:
    """Say every no of the application in the same way."""
    for kind, status, headers in _STATUS:
        app.add_exception_handler(kind, _handler(status, headers))
    for transient in TRANSIENT:
        app.add_exception_handler(transient, _unavailable)  # type: ignore[arg-type]
    app.add_exception_handler(DBAPIError, _database)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _fault)


def _handler(status: int, headers: dict[str, str]) -> Any:
    async def handle(_: Request, error: Exception) -> Response:
        # Our own refusals are sentences for people; anything else may quote data.
        detail = _SAID if status == HTTPStatus.SERVICE_UNAVAILABLE else str(error)
        return problem(status, type(error).__name__, detail or _sentence(error), headers=headers)

    return handle


def _sentence(error: Exception) -> str:
    return (type(error).__doc__ or "").strip()


async def _unavailable(_: Request, __: Exception) -> Response:
    return problem(503, "Unavailable", _SAID, headers=_LATER)


async def _database(request: Request, error: DBAPIError) -> Response:
    """SQLAlchemy wraps what its driver raises; the cause says whether it passes by itself."""
    if error.connection_invalidated or isinstance(error.orig and error.orig.__cause__, TRANSIENT):
        return await _unavailable(request, error)
    return await _fault(request, error)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        where = found[0]["loc"][-1]
        return problem(400, "MalformedJson", f"The body is no JSON: look at character {where}.")
    errors = [
        {"field": ".".join(map(str, each["loc"]))[:_LONGEST_NAME], "problem": str(each["msg"])}
        for each in found
    ]
    detail = "Some fields are missing or wrong; `errors` says which and how."
    return problem(422, "InvalidRequest", detail, errors=errors)


async def _fault(request: Request, error: Exception) -> Response:
    log.error("http.failed", route=getattr(request.scope.get("route"), "path", ""), exc_info=error)
    return problem(500, "Fault", "This is our fault, not yours. Tell an operator the trace id.")


async def _http(_: Request, error: HTTPException) -> Response:
    if error.status_code == CONTENT_TOO_LARGE:
        return too_large()
    name = HTTPStatus(error.status_code).phrase.title().replace(" ", "")
    known = {
        404: "There is nothing at this path. Look at /openapi.json.",
        405: "This path does not take this method. Look at /openapi.json.",
    }
    detail = known.get(error.status_code, str(error.detail))
    return problem(error.status_code, name, detail, headers=error.headers)


def too_large() -> Response:
    """Refuse a body for its size."""
    return problem(
        413, "ContentTooLarge", "The body is too large for this path. Send less at once."
    )


def documented() -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says about refusals, for every route."""
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    said = {
        400: "The body is no JSON, or a header is missing",
        401: "No valid token",
        403: "Not for this caller",
        404: "There is nothing under this id",
        409: "The domain says no; nothing changed",
        413: "The body is too large",
        422: "Fields are missing or wrong, or the idempotency key was used for another request",
        429: "Asked too often",
        503: "Something needed is not there for the moment",
    }
    return {status: {"description": what, "content": content} for status, what in said.items()}
