"""Whoever has the code of an idea, and perhaps no account: what they see and say with it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.journeys.house import House, until


@dataclass
class Holder:
    """Somebody with the code of an idea; `sender` are headers that say who sends."""

    house: House
    idea: str
    code: str
    sender: Mapping[str, str] = field(default_factory=dict)

    async def headers(self) -> dict[str, str]:
        url = self.house.url("ideas", "/v1/sealed/tokens")
        told = await self.house.http.post(url, json={"code": self.code}, headers=self.sender)
        assert told.status_code == 201, told.text
        token = told.json()["token"]
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}

    async def get(self, service: str, path: str) -> Any:
        answer = await self.house.http.get(
            self.house.url(service, path), headers=await self.headers()
        )
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    async def tell(self, service: str, path: str, body: Any) -> httpx2.Response:
        url = self.house.url(service, path)
        answer = await self.house.http.post(url, json=body, headers=await self.headers())
        assert answer.status_code < 300, (path, answer.text)
        return answer

    async def told_of(self, kind: str) -> dict[str, Any]:
        """Wait for a notice behind the code."""

        async def look() -> dict[str, Any] | None:
            inbox = await self.get("notifications", f"/v1/ideas/{self.idea}/notices")
            return next((notice for notice in inbox["items"] if notice["kind"] == kind), None)

        return await until(f"a notice behind the code: {kind}", look)
