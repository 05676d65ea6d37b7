"""The services' doors for an import, and somebody of the desk in front of the portal."""

import asyncio
import json
import re
import time
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2
from starlette.responses import Response

from portal.bringing import Bringing
from portal.main import application
from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings

ROOT = Path(__file__).parents[4]


SECRET_WORDS = "Het scherm gaat dicht"


class Behind:
    """The services' doors for an import: they know what came before, as the real ones do."""

    def __init__(self) -> None:
        self.known: set[tuple[str, int, str]] = set()
        self.unplaced: dict[int, dict[str, Any]] = {}
        self.refuse: tuple[int, dict[str, Any]] | None = None
        self.sent: list[httpx2.Request] = []
        self.asked, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(404, json={})
        self.sent.append(request)
        self.asked.set()
        await self.gate.wait()
        if self.refuse:
            return httpx2.Response(self.refuse[0], json=self.refuse[1])
        told = json.loads(request.content)
        if request.url.path == "/v1/imports/unplaced":
            self.unplaced |= {line["line"]: line for line in told["lines"]}
            return httpx2.Response(200, json={"kept": len(told["lines"])})
        steps = [s for idea in told["ideas"] for s in idea["steps"]]
        return httpx2.Response(200, json={"items": [self._take(told, s) for s in steps]})

    def _take(self, told: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
        one = (told["source"], step["line"], step["step"])
        result = "known" if one in self.known else "recorded"
        self.known.add(one)
        return {"line": step["line"], "result": result}


class Desk:
    """Somebody of the desk, who sends what the pages' forms send."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def see(self, page: str = "") -> str:
        answer = await self.client.get(f"/desk/history{page}", follow_redirects=True)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    async def send(self, path: str, files: Any = None, **form: Any) -> httpx2.Response:
        token = re.search(r'name="csrf" value="([^"]+)"', await self.see())
        assert token
        return await self.client.post(
            f"/desk/history/{path}", data={"csrf": token[1], **form}, files=files
        )

    async def bring(self, content: bytes, name: str = "groene-kas.jsonl") -> httpx2.Response:
        return await self.send("file", {"file": (name, content)})

    async def ended(self) -> str:
        for _ in range(200):
            page = await self.see("/import")
            if "<noscript><meta" not in page:
                return page
            await asyncio.sleep(0.05)
        raise AssertionError("the import does not end")


def worked_example() -> bytes:
    told = (ROOT / "docs/import.md").read_text("utf-8")
    found = re.search(r"<!-- file: groene-kas.jsonl -->\n```json\n(.*?)```", told, re.DOTALL)
    assert found
    return found[1].encode()


def client_of(
    settings: PortalSettings,
    behind: Behind,
    roles: tuple[str, ...] = ("desk",),
    bringing: Bringing | None = None,
) -> httpx2.AsyncClient:
    others = httpx2.AsyncClient(transport=httpx2.MockTransport(behind))
    who = Session(person="d-1", roles=roles, token="t", csrf=new_csrf(), ends=time.time() + 600)
    answer = Response()
    Seal(sealing_keys(settings.keys.get_secret_value()), secure=False).write(answer, NAME, who)
    cookies = {"kiem-language": "en"}
    for key, value in answer.raw_headers:
        if key == b"set-cookie":
            found = SimpleCookie(value.decode())
            cookies |= {name: each.value for name, each in found.items() if each.value}
    app = application(settings, others, bringing)
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url=settings.portal_url, cookies=cookies
    )
