"""The services behind the portal as its tests need them, and a reader in front of it."""

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any

import httpx2
from starlette.responses import Response

from chassis.settings import example
from portal.main import application
from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings

Services = Callable[[httpx2.Request], httpx2.Response]
Answers = dict[tuple[str, str], tuple[int, Any]]


class Behind:
    """The services behind the portal: what they were asked, and what they answer."""

    def __init__(self, answers: Answers) -> None:
        self.asked: list[httpx2.Request] = []
        self.answers = answers

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        status, body = self.answers.get((request.method, request.url.path), (404, {}))
        return httpx2.Response(status, json=body) if body is not None else httpx2.Response(status)

    def last(self, path: str, method: str = "") -> httpx2.Request:
        return next(
            each for each in reversed(self.asked)
            if each.url.path == path and method in {"", each.method}
        )  # fmt: skip


class Reader:
    """Somebody who is signed in, with their browser."""

    def __init__(self, browser: httpx2.AsyncClient, session: Session) -> None:
        self.browser, self.session = browser, session

    async def see(self, path: str) -> tuple[int, str]:
        found = await self.browser.get(path)
        return found.status_code, found.text

    async def post(self, path: str, **filled: Any) -> httpx2.Response:
        form = {"csrf": self.session.form_token(), "once": "1", **filled}
        return await self.browser.post(path, data=form)

    async def send(self, path: str, **filled: Any) -> tuple[int, str]:
        found = await self.post(path, **filled)
        return found.status_code, found.text


class Visitor:
    """Somebody who is signed in, whose pages are there and whose forms are answered."""

    def __init__(self, browser: httpx2.AsyncClient, session: Session) -> None:
        self.browser, self.session = browser, session

    async def see(self, path: str) -> str:
        found = await self.browser.get(path)
        assert found.status_code == 200, found.text
        return found.text

    async def send(self, path: str, **filled: Any) -> httpx2.Response:
        form = {"csrf": self.session.form_token(), "once": "once-1", **filled}
        return await self.browser.post(path, data=form)


@asynccontextmanager
async def reading(behind: Services, roles: Iterable[str]) -> AsyncIterator[Reader]:
    """Give a reader with these roles, who reads English and is `p-77`."""
    # As many pages as a test looks at, and as fast as a machine asks for them.
    settings = example(PortalSettings).model_copy(update={"requests_burst": 100_000})
    session = Session(
        person="p-77", roles=tuple(roles), token="the-token-of-p-77",
        csrf=new_csrf(), ends=time.time() + 3600,
    )  # fmt: skip
    kept = Response()
    seal = Seal(sealing_keys(settings.keys.get_secret_value()), secure=False)
    seal.write(kept, NAME, session)
    cookies: dict[str, str] = {"kiem-language": "en"}
    for name, value in kept.raw_headers:
        if name == b"set-cookie":
            cookies |= {m.key: m.value for m in SimpleCookie(value.decode()).values() if m.value}
    services = httpx2.AsyncClient(transport=httpx2.MockTransport(behind))
    transport = httpx2.ASGITransport(app=application(settings, services))
    async with httpx2.AsyncClient(
        transport=transport, base_url=settings.portal_url, cookies=cookies
    ) as browser:
        yield Reader(browser, session)
