"""Talks to the services over HTTP: with tokens, patience, and sentences where they say no."""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx2
import msgspec

from cli.console import warn
from cli.failures import Failure
from cli.settings import Settings
from cli.tokens import READER, Persona, Tokens

SHORT, LONG = 3.0, 300.0
"""How long a service may be away: while somebody waits for an answer, and during an import."""

_LATER = frozenset({429, 502, 503, 504})
_NOT_FOUND = 404
_SLOWEST, _TOLD_AFTER = 5.0, 3.0


class Refused(Failure):
    """A service said no, and why."""

    def __init__(self, service: str, status: int, problem: Mapping[str, Any]) -> None:
        errors = problem.get("errors") or []
        parts = [str(problem.get("detail") or problem.get("title") or f"HTTP {status}")]
        parts += [f"{one.get('field')}: {one.get('problem')}" for one in errors]
        if status >= 500 and problem.get("trace_id"):  # noqa: PLR2004 - the services' own fault
            parts.append(f"(trace {problem['trace_id']})")
        super().__init__(f"{service} says no ({status}): {' '.join(parts)}")
        self.status, self.problem = status, problem
        self.sentence = " ".join(parts)


class Services:
    """The four services behind their addresses."""

    def __init__(
        self,
        settings: Settings,
        client: httpx2.Client,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings, self._client, self._sleep = settings, client, sleep
        self._tokens = Tokens(settings, client)

    def get(
        self,
        service: str,
        path: str,
        *,
        who: Persona = READER,
        params: Mapping[str, str] | None = None,
        patience: float = SHORT,
    ) -> Any:
        """Ask; raise Refused where the service says no."""
        return self._send(service, path, who, patience, method="GET", params=params).json()

    def find(self, service: str, path: str, *, who: Persona = READER) -> Any | None:
        """Ask for something that may not be there."""
        try:
            return self.get(service, path, who=who)
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise

    def ready(self, service: str) -> tuple[bool, str]:
        """Tell whether a service is ready, and what it says about it."""
        try:
            answer = self._client.get(f"{self.settings.urls[service]}/readyz")
        except httpx2.TransportError:
            return False, "does not answer"
        if answer.is_success:
            return True, "ready"
        try:
            return False, str(answer.json().get("detail", "not ready"))
        except (ValueError, AttributeError):
            return False, f"HTTP {answer.status_code}"

    def tell(
        self,
        service: str,
        path: str,
        body: Any,
        *,
        who: Persona,
        method: str = "POST",
        media_type: str = "application/json",
        patience: float = SHORT,
    ) -> Any:
        """Send a command. It is repeated under one key until the service answers."""
        headers = {"content-type": media_type, "idempotency-key": str(uuid4())}
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        answer = self._send(
            service, path, who, patience, method=method, headers=headers, content=content
        )
        return answer.json() if answer.content else None

    def _send(
        self,
        service: str,
        path: str,
        who: Persona,
        patience: float,
        *,
        headers: Mapping[str, str] | None = None,
        **given: Any,
    ) -> httpx2.Response:
        url = self.settings.urls[service] + path
        back_off = _BackOff(service, url, patience, self._sleep)
        while True:
            bearer = {"authorization": f"Bearer {self._tokens.token(who)}", **(headers or {})}
            try:
                answer = self._client.request(url=url, headers=bearer, **given)
            except httpx2.TransportError as error:
                back_off.wait(None, type(error).__name__)
                continue
            if answer.status_code not in _LATER or not back_off.wait(answer, "is busy"):
                return _good(service, answer)


class _BackOff:
    """Waits a little longer each time, until the patience is at its end."""

    def __init__(
        self, service: str, url: str, patience: float, sleep: Callable[[float], None]
    ) -> None:
        self.service, self.url, self.patience, self.sleep = service, url, patience, sleep
        self.waited, self.next, self.told = 0.0, 0.1, False

    def wait(self, answer: httpx2.Response | None, what: str) -> bool:
        """Wait; at the end return False where there is an answer to show, else raise Failure."""
        if self.waited >= self.patience:
            if answer is not None:
                return False
            raise Failure(
                f"{self.service} does not answer at {self.url} ({what}). Is the system up?"
                " `make up` starts it, `make status` tells how it is."
            )
        if self.waited >= _TOLD_AFTER and not self.told:
            warn(f"{self.service} does not answer ({what}); trying for {self.patience:.0f} s …")
            self.told = True
        asked = answer.headers.get("retry-after", "") if answer is not None else ""
        pause = float(asked) if asked.isdigit() else self.next * (0.75 + random.random() / 2)  # noqa: S311
        self.sleep(min(pause, _SLOWEST))
        self.waited += min(pause, _SLOWEST)
        self.next = min(self.next * 2, _SLOWEST)
        return True


def _good(service: str, answer: httpx2.Response) -> httpx2.Response:
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    raise Refused(service, answer.status_code, problem if isinstance(problem, dict) else {})
