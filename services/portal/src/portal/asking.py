"""Asking the services in the reader's name; each may be away while the others answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2

PATIENCE = 3.0  # seconds; longer would keep the rest of a page from its reader
LONGER = 15.0  # seconds, for a page that somebody asked for alone
QUIET = 60.0  # seconds without a word, after which a stream is taken for dead
_AWAY = frozenset({429, 500, 502, 503, 504})


class SignedOut(Exception):
    """The token of this session is over: its reader signs in once more."""


class Away(Exception):
    """A service gives no answer now; its message is the service's name."""

    @property
    def service(self) -> str:
        return str(self.args[0])


class Refused(Exception):
    """A service says no: `name` is whose no it is, `detail` the sentence that it says."""

    def __init__(
        self, status: int, name: str, detail: str, errors: tuple[str, ...] = (),
        problems: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.status, self.name, self.detail, self.errors = status, name, detail, errors
        self.sentence = " ".join((detail, *problems)).strip() or f"HTTP {status}"


@dataclass(frozen=True)
class Gone:
    """What stands in the place of an answer that did not come."""

    service: str
    refused: Refused | None = None

    @property
    def away(self) -> bool:
        return self.refused is None


class Services:
    """The services, asked with the token of one reader."""

    def __init__(self, client: httpx2.AsyncClient, urls: Mapping[str, str], token: str) -> None:
        self._client, self._urls, self._token = client, urls, token

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """Return what a service answers; raises Away, Refused or SignedOut."""
        asked = {name: value for name, value in params.items() if value not in (None, "")}
        return await self._ask(service, "GET", path, params=asked)

    async def page(self, service: str, path: str, **params: Any) -> str:
        """Return a page that a service makes; raises Away, Refused or SignedOut."""
        asked = {name: value for name, value in params.items() if value not in (None, "")}
        found: str = await self._ask(
            service, "GET", path, read="text", params=asked, patience=LONGER
        )
        return found

    @asynccontextmanager
    async def stream(self, service: str, path: str, last: str) -> AsyncIterator[httpx2.Response]:
        """Open what a service sends bit by bit; it may say nothing for a long time."""
        headers = {"authorization": f"Bearer {self._token}", "accept": "text/event-stream"}
        headers |= {"last-event-id": last} if last else {}
        timeout = httpx2.Timeout(PATIENCE, read=QUIET)
        where = self._urls[service].rstrip("/") + path
        async with self._client.stream("GET", where, headers=headers, timeout=timeout) as answer:
            yield answer

    async def tell(
        self, service: str, path: str, body: Any, *, once: str, method: str = "POST"
    ) -> Any:
        """Give a command; sent again with the same `once`, it is carried out once."""
        return await self._ask(service, method, path, json=body, more={"Idempotency-Key": once})

    async def nameless(self, service: str, path: str, body: Any) -> None:
        """Say something as nobody: the reader's token does not go along, nor anything of theirs."""
        nobody = Services(self._client, self._urls, "")
        await nobody._ask(service, "POST", path, json=body)

    async def picture(self, service: str, path: str) -> bytes:
        """Return the bytes of a picture; raises Away, Refused or SignedOut."""
        found: bytes = await self._ask(service, "GET", path, read="bytes")
        return found

    async def send(self, service: str, path: str, content: bytes, kind: str, *, once: str) -> Any:
        """Send bytes as they are; sent again with the same `once`, they are taken once."""
        more = {"Idempotency-Key": once, "Content-Type": kind}
        return await self._ask(service, "POST", path, content=content, more=more, patience=LONGER)

    async def _ask(
        self, service: str, method: str, path: str, *, more: Mapping[str, str] | None = None,
        read: str = "json", patience: float = PATIENCE, **rest: Any,
    ) -> Any:  # fmt: skip
        headers = {"accept": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        try:
            answer = await self._client.request(
                method, self._urls[service].rstrip("/") + path, timeout=patience,
                headers={**headers, **(more or {})}, **rest,
            )  # fmt: skip
            if answer.is_success:
                if read != "json":
                    return answer.text if read == "text" else answer.content
                return answer.json() if answer.content else None
        except (httpx2.HTTPError, ValueError) as error:
            raise Away(service) from error
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise SignedOut
        if answer.status_code in _AWAY:
            raise Away(service)
        raise _refusal(answer)


def _refusal(answer: httpx2.Response) -> Refused:
    try:
        said = answer.json()
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    name = str(said.get("type", "")).rpartition(":")[2]
    wrong = [str(each.get("field", "")) for each in said.get("errors", [])]
    each = [f"{one.get('field')}: {one.get('problem')}" for one in said.get("errors", [])]
    detail = str(said.get("detail", ""))
    return Refused(answer.status_code, name, detail, tuple(wrong), tuple(each))


async def all_of(**asked: Awaitable[Any]) -> dict[str, Any]:
    """Wait for all at once; what did not come is Gone, and the rest is there."""

    async def one(awaitable: Awaitable[Any]) -> Any:
        try:
            return await awaitable
        except Away as away:
            return Gone(away.service)
        except Refused as refused:
            return Gone("", refused)

    found = await asyncio.gather(*(one(each) for each in asked.values()), return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):  # only after all have ended: none is left running
            raise each
    return dict(zip(asked, found, strict=True))


async def nothing(instead: Any = None) -> Any:
    """Stand in for a question that need not be asked of this reader."""
    return instead


def there(answer: Any) -> Any:
    """Return an answer; raises Away or Refused where it did not come."""
    if isinstance(answer, Gone):
        raise answer.refused or Away(answer.service)
    return answer
