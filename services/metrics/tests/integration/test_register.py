"""The register of numbers about people, on a real store, through its doors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import httpx2
import pytest

from chassis.auth import Caller, Verifier, web_client
from chassis.http import Doors, Pace
from chassis.migrate import migrate
from chassis.operation import application
from chassis.parts import Parts, Service, begin
from chassis.timers import Timer
from contracts.outside import PersonErased, ToolUsageRecorded
from contracts.vocabulary import PersonId
from metrics.domain.definitions import REGISTER
from metrics.main import assemble
from metrics.projections.making import ASKED, KIND, OWNER
from metrics.settings import MetricsSettings
from services.metrics.tests.integration.conftest import told
from services.metrics.tests.making import day

pytestmark = pytest.mark.integration
OR, HR, ANNA = "or-1:council", "hr-1:hr", "anna:employee"
JANUARY = {"from": "2025-01-01", "to": "2025-02-01", "tool": "wiki"}


class AnyToken:
    """Believes every token: it is who asks, and with which roles."""

    async def verify(self, token: str) -> Caller:
        who, _, roles = token.partition(":")
        return Caller(who, frozenset(roles.split(",")), token)


@dataclass
class House:
    """A whole metrics service, asked by hand."""

    parts: Parts
    door: httpx2.AsyncClient
    service: Service

    async def make(self) -> None:
        """Make the editions that are due, as the timer does."""
        assert self.service.on_timer is not None
        now = self.parts.clock.now()
        async with self.parts.db.transaction() as tx:
            await self.service.on_timer(tx, Timer(OWNER, KIND, now, {}))

    async def ask(self, path: str, who: str = ANNA, **params: Any) -> Any:
        return await self.door.get(path, params=params, headers={"authorization": f"Bearer {who}"})

    async def tell(self, path: str, body: Any, who: str = OR) -> Any:
        headers = {"authorization": f"Bearer {who}", "idempotency-key": str(uuid4())}
        return await self.door.post(path, json=body, headers=headers)

    async def hear(self, *heard: Any) -> None:
        for each in heard:
            topic = "kiem.usage.events" if isinstance(each.data, ToolUsageRecorded) else (
                "kiem.people.events")  # fmt: skip
            (found,) = [s for s in self.service.subscriptions if s.topic == topic]
            async with self.parts.db.transaction() as tx:
                await found.apply(tx, [each])


@pytest.fixture(scope="module")
async def house(settings: MetricsSettings) -> AsyncIterator[House]:
    await migrate("metrics", settings)
    async with web_client() as client:
        parts = Parts("metrics", settings, client)
        parts.doors = Doors(cast("Verifier", AnyToken()), b"key", Pace(100_000, 100_000))
        await parts.db.open()
        await begin(parts)
        service = assemble(parts, settings)
        transport = httpx2.ASGITransport(app=application(parts, service))
        async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as door:
            yield House(parts, door, service)
        await parts.db.close()


def used(person: int, department: str | None = None) -> Any:
    data = ToolUsageRecorded(
        person=PersonId(f"p-{person}"), at=day(9), tool="wiki", feature="read",
        department=department,
    )  # fmt: skip
    return told(data, name=f"register {person}")


async def number(house: House) -> Any:
    return (await house.ask("/v1/kpis/active_users", **JANUARY)).json()


async def test_a_number_about_people_is_told_from_consent_to_withdrawal(house: House) -> None:
    await house.hear(*map(used, range(9)))
    assert (await number(house))["reason"] == "pending_consent"
    path = "/v1/register/active_users"
    wanted = {"version": 1, "threshold": 6, "words": "Alleen voor de invoering. MERKWOORD"}
    assert (await house.tell(f"{path}/consent", wanted, HR)).status_code == 403
    done = await house.tell(f"{path}/consent", wanted)
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["threshold"]) == ("consented", 6)
    assert (await number(house))["reason"] == "no_data", "its edition is not made yet"
    await house.make()
    assert (await number(house))["value"] == 9

    beside = "/v1/register/feature_adoption"
    agreed = await house.tell(f"{beside}/consent", {"version": 1, "threshold": 5})
    assert agreed.json()["threshold"] == 6, "what one hides, the other does not tell as its n"
    raised = await house.tell(f"{path}/threshold", {"threshold": 10}, HR)
    assert raised.status_code == 200, raised.text
    register = (await house.ask("/v1/register", OR)).json()["numbers"]
    least = {each["kpi"]["id"]: each["threshold"] for each in register}
    assert (least["feature_adoption"], least["absence"]) == (10, REGISTER["absence"].threshold)
    await house.tell(f"{beside}/withdrawal", {"reason": "Dit was een proef."})
    assert (await number(house))["reason"] == "suppressed"
    lower = await house.tell(f"{path}/threshold", {"threshold": 6}, HR)
    assert lower.json()["type"] == "urn:kiem:ThresholdsOnlyRise"

    gone = await house.tell(f"{path}/withdrawal", {"reason": "Het doel is bereikt."})
    assert gone.json()["state"] == "withdrawn"
    assert (await number(house))["reason"] == "pending_consent"
    whats = [d["what"] for d in gone.json()["decisions"]]
    assert whats == ["consented", "threshold_raised", "withdrawn"]


async def test_of_a_number_about_ideas_the_council_decides_nothing(house: House) -> None:
    refused = await house.tell("/v1/register/wip/consent", {"version": 1})
    assert refused.json()["type"] == "urn:kiem:NoConsentIsNeeded"
    assert (await house.tell("/v1/register/moon/consent", {"version": 1})).status_code == 404


async def test_the_council_sees_every_number_and_every_refused_question(house: House) -> None:
    week = JANUARY | {"from": "2025-01-07", "to": "2025-01-14"}
    for _ in range(2):
        assert (await house.ask("/v1/kpis/active_users", HR, **week)).status_code == 422
    assert (await house.ask("/v1/register", ANNA)).status_code == 403
    shown = (await house.ask("/v1/register", OR)).json()
    assert {n["kpi"]["kind"] for n in shown["numbers"]} == {"protected"}
    (refused,) = [q for q in shown["refused"] if "2025-01-07" in q["asked"]]
    assert (refused["kpi"], refused["times"]) == ("active_users", 2)
    assert "hr-1" not in str(shown["refused"])


async def test_the_dossier_has_every_number_and_its_legal_basis(house: House) -> None:
    page = await house.ask("/v1/register/dossier", HR)
    assert page.headers["content-type"].startswith("text/html")
    for words in ("Actieve gebruikers", "Ziekteverzuim", "WOR art. 27", "Geweigerde vragen"):
        assert words in page.text


async def test_the_council_sees_which_editions_were_made_and_which_groups_they_hide(
    house: House,
) -> None:
    await house.hear(*[used(p, "it") for p in range(100, 103)], *map(used, range(9)))
    await house.tell("/v1/register/depth/consent", {"version": 1})
    await house.make()
    assert (await house.ask("/v1/editions", ANNA)).status_code == 403
    shown = (await house.ask("/v1/editions", OR, kpi="depth", limit=500)).json()["items"]
    (month,) = [e for e in shown if (e["from"], e["to"]) == ("2025-01-01", "2025-02-01")]
    assert (month["about"], month["revision"], month["threshold"]) == ("wiki", 1, 5)
    assert {"cut": "department", "key": "it"} in month["hidden"]
    assert not {"value", "persons", "n"} & (month.keys() | month["hidden"][0].keys())
    dossier = (await house.ask("/v1/register/dossier", OR)).text
    assert "2025-01-01 tot 2025-02-01: afdeling it" in dossier


async def test_who_tells_an_import_says_that_it_is_complete(house: House) -> None:
    waiting = "SELECT count(*) FROM timer WHERE kind = $1"
    before = await house.parts.db.pool.fetchval(waiting, ASKED)
    assert (await house.tell("/v1/editions", {}, "hr-system:publisher")).status_code == 202
    assert await house.parts.db.pool.fetchval(waiting, ASKED) == before + 1
    assert (await house.tell("/v1/editions", {}, ANNA)).status_code == 403


async def test_words_of_a_member_of_the_council_are_sealed_and_go_with_them(house: House) -> None:
    wanted = {"version": 1, "words": "Met een jaar evaluatie. MERKWOORD"}
    await house.tell("/v1/register/advanced_share/consent", wanted, "or-2:council")
    rows = await house.parts.db.pool.fetch("SELECT data::text AS data FROM event")
    assert not any("MERKWOORD" in row["data"] for row in rows)

    async def words() -> Any:
        shown = (await house.ask("/v1/register", OR)).json()["numbers"]
        (found,) = [n for n in shown if n["kpi"]["id"] == "advanced_share"]
        return found["decisions"][0]["words"]

    assert "MERKWOORD" in await words()
    await house.hear(told(PersonErased(person=PersonId("or-2"), at=day(20)), name="gone"))
    assert await words() is None
