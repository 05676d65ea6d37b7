"""Somebody with a browser, signed in, for one test."""

import time
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import httpx2
import pytest
from starlette.responses import Response

from chassis.settings import example
from portal.main import application
from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings
from services.portal.tests.drafts.keeping import Behind, Reader


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    addresses = {f"{each}_url": f"http://{each}" for each in ("ideas", "feedback", "metrics")}
    settings = example(PortalSettings).model_copy(update=addresses)
    session = Session(
        person="rob", roles=("employee", "reviewer"), token="t", csrf=new_csrf(),
        ends=time.time() + 3600,
    )  # fmt: skip
    kept, cookies = Response(), {"kiem-language": "nl"}
    Seal(sealing_keys(settings.keys.get_secret_value()), secure=False).write(kept, NAME, session)
    for name, value in kept.raw_headers:
        if name == b"set-cookie":
            cookies |= {m.key: m.value for m in SimpleCookie(value.decode()).values() if m.value}
    async with (
        httpx2.AsyncClient(transport=httpx2.MockTransport(behind)) as services,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=application(settings, services)),
            base_url=settings.portal_url, cookies=cookies,
        ) as browser,
    ):  # fmt: skip
        yield Reader(browser, session)
