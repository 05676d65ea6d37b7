"""A reader in front of an answered idea, for one test."""

import time
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import httpx2
import pytest
from starlette.responses import Response

from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from services.portal.tests.behind import Visitor
from services.portal.tests.going_on.answered import ME, Behind, Door


@pytest.fixture(scope="module")
def door() -> Door:
    return Door()


@pytest.fixture
def behind(door: Door) -> Behind:
    door.behind = Behind()
    return door.behind


@pytest.fixture
async def reader(
    door: Door, behind: Behind, request: pytest.FixtureRequest
) -> AsyncIterator[Visitor]:
    roles = getattr(request, "param", ("employee",))
    session = Session(
        person=ME, roles=roles, token="the-token", csrf=new_csrf(), ends=time.time() + 60
    )
    kept = Response()
    seal = Seal(sealing_keys(door.settings.keys.get_secret_value()), secure=False)
    seal.write(kept, NAME, session)
    cookies: dict[str, str] = {"kiem-language": "en"}
    for name, value in kept.raw_headers:
        if name == b"set-cookie":
            cookies |= {m.key: m.value for m in SimpleCookie(value.decode()).values() if m.value}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=door.app), base_url=door.settings.portal_url,
        cookies=cookies,
    ) as browser:  # fmt: skip
        yield Visitor(browser, session)
