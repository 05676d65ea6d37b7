"""Who may have editions counted a second time, and what they hear."""

from datetime import date
from typing import Any, cast

import httpx2
import pytest

from chassis.auth import Caller, Verifier
from chassis.http import Doors, Pace, create_app
from metrics.api import recounts

FOUND: dict[str, Any] = {
    "id": 1, "kpi": "active_users", "about": "wiki", "feature": "", "since": date(2025, 1, 1),
    "until": date(2025, 2, 1), "revision": 1, "outcome": "different", "groups": ["department it"],
}  # fmt: skip


async def ask(role: str, path: str) -> tuple[int, Any]:
    class Token:
        async def verify(self, token: str) -> Caller:
            return Caller("p-1", frozenset([role]), token)

    async def page(after: int, limit: int) -> list[dict[str, Any]]:
        return [FOUND | {"id": n} for n in range(after + 1, min(after + limit, 3) + 1)]

    doors = Doors(cast("Verifier", Token()), b"key", Pace(1000, 1000))
    transport = httpx2.ASGITransport(app=create_app("metrics", [recounts(page)], doors))
    async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as client:
        answer = await client.get(path, headers={"Authorization": "Bearer x"})
    return answer.status_code, answer.json()


@pytest.mark.parametrize("role", ["employee", "hr", "council", "publisher", "director", "desk"])
async def test_nobody_but_an_operator_has_editions_counted_again(role: str) -> None:
    assert (await ask(role, "/v1/editions/recount"))[0] == 403


async def test_an_operator_reads_on_page_by_page() -> None:
    status, told = await ask("operator", "/v1/editions/recount?limit=2")
    assert (status, [each["id"] for each in told["items"]], told["next"]) == (200, [1, 2], 2)
    _, told = await ask("operator", "/v1/editions/recount?limit=2&after=2")
    assert ([each["id"] for each in told["items"]], told["next"]) == ([3], None)


async def test_of_an_edition_no_number_is_told() -> None:
    _, told = await ask("operator", "/v1/editions/recount?limit=1")
    assert set(told["items"][0]) == {
        "id", "kpi", "about", "feature", "from", "to", "revision", "outcome", "groups",
    }  # fmt: skip
