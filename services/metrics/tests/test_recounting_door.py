"""Who may have editions counted a second time, and what they hear."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest

from chassis.auth import Caller, Verifier
from chassis.http import Doors, Pace, create_app
from metrics.api import numbers_again, recounts, waves_again
from metrics.recount.heard import Figure

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


async def again(role: str, path: str) -> tuple[int, Any]:
    class Token:
        async def verify(self, token: str) -> Caller:
            return Caller("p-1", frozenset([role]), token)

    async def counted(_kpi: str, _since: date, _until: date, _at: date) -> Figure:
        return Figure(Fraction(1, 3), 3, beside={"headcount": Fraction(7, 3)})

    doors = Doors(cast("Verifier", Token()), b"key", Pace(1000, 1000))
    transport = httpx2.ASGITransport(app=create_app("metrics", [numbers_again(counted)], doors))
    async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as client:
        answer = await client.get(path, headers={"Authorization": "Bearer x"})
    return answer.status_code, answer.json()


ASKED = "recount?from=2025-01-01&to=2025-02-01&at=2025-03-01"


async def test_of_ideas_an_operator_hears_what_was_counted_again() -> None:
    status, told = await again("operator", f"/v1/kpis/idea_rate/{ASKED}")
    assert status == 200
    assert told == {"value": 0.333333, "n": 3, "beside": {"headcount": 2.333333}}
    assert (await again("employee", f"/v1/kpis/idea_rate/{ASKED}"))[0] == 403


@pytest.mark.parametrize("kpi", ["active_users", "participation", "enps", "wip"])
async def test_of_people_no_number_is_counted_again_in_the_open(kpi: str) -> None:
    assert (await again("operator", f"/v1/kpis/{kpi}/{ASKED}"))[0] == 422


async def test_of_a_wave_no_number_is_told() -> None:
    class Token:
        async def verify(self, token: str) -> Caller:
            return Caller("p-1", frozenset([token]), token)

    async def counted() -> list[dict[str, Any]]:
        return [{"wave": UUID(int=1), "opened": datetime(2025, 1, 1, tzinfo=UTC),
                 "instrument": "enps", "outcome": "equal", "groups": []}]  # fmt: skip

    doors = Doors(cast("Verifier", Token()), b"key", Pace(1000, 1000))
    transport = httpx2.ASGITransport(app=create_app("metrics", [waves_again(counted)], doors))
    async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as client:
        for role, status in (("council", 403), ("hr", 403), ("operator", 200)):
            headers = {"Authorization": f"Bearer {role}"}
            answer = await client.get("/v1/pulse/recount", headers=headers)
            assert answer.status_code == status
    told = answer.json()["items"][0]
    assert set(told) == {"wave", "opened", "instrument", "outcome", "groups"}
