"""Every refusal over HTTP is an application/problem+json document; the numbers stand here."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import Request, Response, exceptions
from starlette.exceptions import HTTPException

from chassis import auth, database, decider, telemetry
from chassis.log import log

CONTENT_TYPE = "application/problem+json"
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
    kind, title, trace = f"urn:kiem:{name}", HTTPStatus(status).phrase, telemetry.trace_id()
    body = msgspec.json.encode(Problem(kind, title, status, detail, trace, errors or []))
    return Response(body, status, headers=headers, media_type=CONTENT_TYPE)


_LATER = {"Retry-After": "1"}
_NOBODY = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
_AWAY: tuple[type[BaseException], ...] = (
    decider.ConcurrentWrite, auth.IssuerUnavailable, auth.PeerUnavailable, *database.TRANSIENT,
)  # fmt: skip
_WRONG = "Fields are missing or wrong, or the idempotency key was used for another request"
# What OpenAPI says of each status, the headers that go along, and whose no it is.
_REFUSALS: dict[int, tuple[str, dict[str, str], tuple[type[BaseException], ...]]] = {
    400: ("The body is no JSON, or a header is missing", {}, (MissingIdempotencyKey,)),
    401: ("No valid token", _NOBODY, (auth.NotIdentified,)),
    403: ("Not for this caller", {}, (decider.NotAllowed, NotInRole)),
    404: ("There is nothing under this id", {}, (decider.NotFound,)),
    409: ("The domain says no; nothing changed", {}, (decider.Rejected,)),
    413: ("The body is too large", {}, ()),
    422: (_WRONG, {}, (decider.CommandKnown,)),
    429: ("Asked too often", _LATER, (TooManyRequests,)),
    503: ("Something needed is not there for the moment", _LATER, _AWAY),
}
# The words for what the framework refuses.
_FRAMEWORKS = {
    404: ("NotFound", "There is nothing at this path. Look at /openapi.json."),
    405: ("MethodNotAllowed", "There is nothing at this path by this method. See /openapi.json."),
    413: ("ContentTooLarge", "The body is too large for this path. Send less at once."),
}
_STATUS: dict[Any, int] = {kind: code for code, row in _REFUSALS.items() for kind in row[2]}


_CONTENT = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    code: {"description": row[0], "content": _CONTENT} for code, row in _REFUSALS.items()
}
"""What OpenAPI says about refusals, for every route."""


async def _refused(_: Request, error: Exception) -> Response:
    name = "Unavailable" if isinstance(error, database.TRANSIENT) else type(error).__name__
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    detail = "Something else was first, or is not there for the moment. Ask again."
    if status != HTTPStatus.SERVICE_UNAVAILABLE:
        # Our own refusals are sentences for people; anything else may quote data.
        detail = str(error) or (type(error).__doc__ or "").strip()
    return problem(status, name, detail, headers=_REFUSALS[status][1])


async def _invalid(_: Request, error: exceptions.RequestValidationError) -> Response:
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
    log.error("http.failed", route=route_of(request.scope), exc_info=error)
    return problem(500, "Fault", "This is our fault, not yours. Tell an operator the trace id.")


async def _http(_: Request, error: HTTPException) -> Response:
    code = error.status_code
    said = _FRAMEWORKS.get(code, (HTTPStatus(code).phrase.title().replace(" ", ""), error.detail))
    return problem(code, *said, headers=error.headers)


HANDLERS: dict[Any, Any] = dict.fromkeys(_STATUS, _refused) | {
    exceptions.RequestValidationError: _invalid, HTTPException: _http, Exception: _fault,
}  # fmt: skip
"""Every no of an application, said as a problem."""


def route_of(scope: Mapping[str, Any]) -> str:
    """Return the template, never the path: it has no ids, and there are only so many."""
    return getattr(scope.get("route"), "path", "none")
