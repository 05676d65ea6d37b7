"""The rooms of desk, council, HR and operators: what they see and do there."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from contracts import outside
from tests.journeys.house import House, until
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
KPI = "depth"


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


async def test_a_number_waits_for_consent_until_the_council_gives_it_with_conditions(
    reader: Reader, house: House
) -> None:
    await reader.sign_in("member", "employee council")
    fields = await reader.fields("/council")
    agreed = fields | {"version": "1", "threshold": "12", "words": "Een jaar op proef."}
    assert (await reader.client.post(f"/council/{KPI}/consent", data=agreed)).status_code == 303
    page = (await reader.client.get("/council")).text
    assert "nooit over minder dan 12 mensen" in page
    assert "Een jaar op proef." in page
    lower = fields | {"threshold": "3", "once": "lower"}
    assert (await reader.client.post(f"/council/{KPI}/threshold", data=lower)).status_code == 422
    back = fields | {"reason": "Het werd anders gebruikt.", "once": "back"}
    assert (await reader.client.post(f"/council/{KPI}/withdrawal", data=back)).status_code == 303
    assert "instemming ingetrokken" in (await reader.client.get("/council")).text
    dossier = await reader.client.get("/council/dossier")
    assert "unsafe" not in dossier.headers["content-security-policy"]
    assert "Getallen over mensen" in dossier.text


async def test_the_council_sees_what_was_refused_and_not_who_asked(
    reader: Reader, house: House
) -> None:
    asked = {"tool": "x", "from": "2026-01-06", "to": "2026-01-13"}
    refused = await house.ask("metrics", "/v1/kpis/active_users", "nosy-person", **asked)
    assert refused.status_code == 422
    await reader.sign_in("member", "employee council")
    page = (await reader.client.get("/council")).text
    assert "2026-01-06" in page
    assert "nosy-person" not in page


async def test_an_operator_sees_when_the_house_was_away_and_what_is_kept_back(
    reader: Reader, house: House
) -> None:
    await house.rows(
        "notifications",
        """
        INSERT INTO outage (last_beat, began_at, ended_at, settles_at, released_at)
        VALUES ('2020-01-06 10:00Z', '2020-01-06 10:00Z', '2020-01-06 12:00Z', '2020-01-06 12:10Z',
                '2020-01-06 12:10Z') ON CONFLICT DO NOTHING
    """,
    )
    await reader.sign_in("op", "employee operator")
    page = (await reader.client.get("/operation")).text
    assert "6 januari 2020 om 11:00 – 6 januari 2020 om 13:00" in page
    assert "0 mails wachten" in page
    fields = await reader.fields("/") | {"once": "let-go"}
    refused = await reader.client.post("/operation/outages/release", data=fields)
    assert refused.status_code == 422
    assert "Er wordt niets vastgehouden" in refused.text


async def test_hr_erases_somebody_and_sees_every_part_of_the_house_do_it(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Een haak voor jassen", "body": "Ze liggen nu op stoelen."}
    await house.done("ideas", "/v1/ideas", told, cast.author)
    await reader.sign_in("personnel", "employee hr")
    where = f"/erasures?person={cast.author}"
    seen = (await reader.client.get(where)).text
    assert "contactgegevens: 1" in seen
    fields = await reader.fields(where)
    other = fields | {"person": cast.author, "again": cast.lead}
    refused = await reader.client.post("/erasures", data=other)
    assert refused.status_code == 422
    assert "De twee codes zijn niet dezelfde" in refused.text
    same = fields | {"person": cast.author, "again": cast.author}
    assert (await reader.client.post("/erasures", data=same)).status_code == 303

    async def everywhere() -> bool:
        return "overal gewist" in (await reader.client.get(where)).text

    await until("every part has erased", everywhere)
    assert cast.author in (await reader.client.get("/erasures")).text


async def test_the_desk_sees_what_a_change_of_routing_changes_before_it_holds(
    reader: Reader, house: House
) -> None:
    mark, cast = f"department-{KPI}", await house.cast()
    await reader.sign_in("desk", "employee desk")
    fields = await reader.fields("/desk")
    told = {
        "reviewers.0": f"{cast.reviewer}, {cast.lead}",
        "department.0": mark,
        "most_open": "900",
    }
    seen = await reader.client.post("/desk/routing", data=fields | told)
    assert seen.status_code == 200
    assert mark in seen.text
    now = await house.get("feedback", "/v1/routing", "desk", "desk")
    assert mark not in str(now)
    sure = fields | told | {"sure": "1", "once": "sure"}
    assert (await reader.client.post("/desk/routing", data=sure)).status_code == 303
    now = await house.get("feedback", "/v1/routing", "desk", "desk")
    assert now["rules"][0]["reviewers"] == [cast.reviewer, cast.lead]
    nobody = {"reviewers.0": "", "most_open": "1000", "sure": "1", "once": "back"}
    assert (await reader.client.post("/desk/routing", data=fields | nobody)).status_code == 303


async def test_the_desk_sees_whom_another_promise_would_touch_before_it_is_made(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    category = f"spoed-{cast.department}"
    told = {"title": "Een lek", "body": "Het druppelt.", "category": category}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await reader.sign_in("desk", "employee desk")

    async def rules() -> list[Any]:
        found = await house.get("ideas", "/v1/terms", "desk", "desk")
        return [rule for rule in found["rules"] if rule["category"] == category]

    async def asked(**more: str) -> tuple[int, str]:
        fields = await reader.fields("/desk/terms")
        seen = (await house.get("ideas", "/v1/terms", "desk", "desk"))["version"]
        body = fields | {"seen": str(seen), "category.0": category} | more
        answer = await reader.client.post("/desk/terms", data=body)
        return answer.status_code, answer.text

    status, page = await asked()
    assert (status, "Een regel belooft niets" in page) == (422, True)

    async def would_touch() -> bool:
        status, page = await asked(**{"answer_days.0": "1"})
        assert status == 200
        return idea in page

    await until("the open idea is named", would_touch)
    assert await rules() == []
    status, _ = await asked(**{"answer_days.0": "1", "sure": "1", "once": cast.department})
    assert status == 303
    assert [rule["answer_days"] for rule in await rules()] == [1]
    assert "Versie" in (await reader.client.get("/desk/terms")).text


async def test_the_desk_merges_duplicates_side_by_side_and_can_undo_it(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    one, two = [
        (await house.done("ideas", "/v1/ideas", {"title": title, "body": "Zie boven."}, who))[
            "idea"
        ]
        for title, who in (("Een lamp in de gang", cast.author), ("Licht in de gang", cast.lead))
    ]
    await reader.sign_in("desk", "employee desk")
    fields = await reader.fields("/desk")
    told = fields | {
        "idea": f"http://x/ideas/{one}",
        "into": two,
        "reason": "Het is dezelfde lamp.",
    }
    seen = await reader.client.post("/desk/merger", data=told)
    assert "Een lamp in de gang" in seen.text
    assert "Licht in de gang" in seen.text
    assert (await reader.client.post("/desk/merger", data=told | {"into": one})).status_code == 422
    sure = told | {"sure": "1", "once": "merge"}
    assert (await reader.client.post("/desk/merger", data=sure)).status_code == 303
    assert (await house.get("ideas", f"/v1/ideas/{one}", "desk"))["state"] == "merged"
    back = fields | {"idea": one, "reason": "Het zijn twee gangen.", "once": "apart"}
    assert (await reader.client.post("/desk/separation", data=back)).status_code == 303
    assert (await house.get("ideas", f"/v1/ideas/{one}", "desk"))["state"] != "merged"


async def test_an_operator_sees_what_waits_and_the_way_of_an_idea(house: House) -> None:
    cast = await house.cast()
    told = {"title": "Een spoor", "body": "Door alle diensten."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    async with portal_client(house, traces_file=house.traces / "portal.jsonl") as client:
        reader = Reader(house, client)
        await reader.sign_in("op", "employee operator")
        page = (await client.get("/operation")).text
        assert "Nog te lezen" in page
        assert page.count("doet het</span>") == 4

        async def drawn() -> bool:
            shown = (await client.get("/operation/trace", params={"of": idea})).text
            return "POST /v1/ideas" in shown and 'class="bar of-feedback"' in shown

        await until("the way of the idea is drawn", drawn)
        nowhere = await client.get("/operation/trace", params={"of": "nothing"})
        assert "is er niet" in nowhere.text


async def test_a_poisoned_record_is_seen_read_again_and_given_up_with_a_reason(
    reader: Reader, house: House
) -> None:
    async def shown() -> set[str]:
        page = (await reader.client.get("/operation")).text
        return set(re.findall(r"/operation/discard/\w+/\d+", page))

    async def seen() -> set[str]:
        found = await shown() - before
        return found if len(found) == 4 else set()

    await reader.sign_in("op", "employee operator")
    before = await shown()  # what other journeys left
    producer = AIOKafkaProducer(bootstrap_servers=house.bootstrap, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(outside.PEOPLE_TOPIC, key=b"poisoned", value=b"no event")
    finally:
        await producer.stop()
    letters = await until("every service shows the record", seen)
    fields = await reader.fields("/operation")
    for number, path in enumerate(sorted(letters)):
        once = fields | {"once": f"again-{number}"}
        again = await reader.client.post(path.replace("discard", "redrive"), data=once)
        assert again.status_code == 303  # read again, and still no event
    assert await until("it is still no event", seen)
    for number, path in enumerate(sorted(await seen())):
        why = fields | {"reason": "Een proef van ons.", "once": f"gone-{number}"}
        assert (await reader.client.post(path, data=why)).status_code == 303
    assert not await shown() & letters
