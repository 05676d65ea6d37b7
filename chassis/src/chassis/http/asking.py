"""What a route asks of its caller: a token, a role, a fair pace, and a key that makes it once."""

import hmac
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from chassis.auth import Caller, NotIdentified, Verifier
from chassis.commands import Context
from chassis.http.problems import MissingIdempotencyKey, NotInRole, TooManyRequests

_COMMANDS = UUID("0d7a5ad4-53a6-4c1c-8a54-6f0f2b6f9d11")
_LONGEST_KEY = 200
_REMEMBERED = 10_000  # callers; who was forgotten starts with a full bucket

bearer = HTTPBearer(auto_error=False, description="A token of the organisation's OpenID provider")


class Pace:
    """A token bucket per caller: so much at once, and so much a second in the long run."""

    def __init__(
        self, rate: float, burst: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._monotonic = rate, float(burst), monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> None:
        """Count one request; raises TooManyRequests where the bucket is empty."""
        now = self._monotonic()
        left, since = self._buckets.pop(who, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        self._buckets[who] = (max(left - 1, 0), now)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooManyRequests


async def authenticated(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller:
    """Identify the caller, whatever the role; a route needs `caller` to be open to anybody."""
    if given is None:
        raise NotIdentified("This needs a token: send `Authorization: Bearer <token>`.")
    verifier: Verifier = request.app.state.doors.verifier
    who = await verifier.verify(given.credentials)
    pace: Pace = request.app.state.doors.pace
    pace.take(who.subject)
    return who


Authenticated = Annotated[Caller, Depends(authenticated)]


def caller(*roles: str) -> Callable[[Caller], Awaitable[Caller]]:
    """Return a dependency: the caller, who has one of the roles (any caller where none is named).

    A route without it is refused when the application is made.
    """
    allowed = frozenset(roles)

    async def guard(who: Authenticated) -> Caller:
        if allowed and not allowed & who.roles:
            raise NotInRole(f"This needs one of these roles: {', '.join(sorted(allowed))}.")
        return who

    guard.__dict__["guards"] = allowed
    return guard


async def command_context(
    request: Request,
    who: Authenticated,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Yours to choose; the same when a request is repeated: 1-200 characters"
        ),
    ] = None,
) -> Context:
    """Return the context of a command: repeated with the same key, it is carried out once."""
    if not idempotency_key or len(idempotency_key) > _LONGEST_KEY:
        raise MissingIdempotencyKey
    name = f"{len(who.subject)}:{who.subject}{idempotency_key}"
    signed = hmac.new(request.app.state.doors.digest_key, digestmod=sha256)
    query = request.url.query.encode()
    for part in (who.subject.encode(), request.method.encode(), request.url.path.encode(), query):
        signed.update(len(part).to_bytes(4, "big") + part)
    signed.update(await request.body())
    return Context(command=uuid5(_COMMANDS, name), actor=who.subject, digest=signed.digest())
