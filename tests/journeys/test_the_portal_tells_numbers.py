"""Numbers as their readers meet them: what they rest on, what is hidden, and what leaves."""

import csv
import io
from collections.abc import AsyncIterator

import pytest

from tests.journeys.house import House, until
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        reader = Reader(house, client)
        await reader.sign_in("reads-numbers")
        yield reader


async def test_the_wall_says_what_each_number_rests_on_in_the_readers_language(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Een teller", "body": "Om te tellen.", "department": cast.department}
    await house.done("ideas", "/v1/ideas", told, cast.author)
    wall = (await reader.client.get("/numbers")).text
    for said in (
        "Beginnen en meedoen", "Ingediende ideeën", "definitie, versie 1", "n = ",
        "Wacht op instemming van de ondernemingsraad", "zegt niet dat het een",
    ):  # fmt: skip
        assert said in wall, said
    one = (await reader.client.get("/numbers/ideas_submitted")).text
    assert "voor het eerst zijn ingediend" in one
    assert "whose first" not in one
    await reader.client.get("/language/en")
    assert "whose first" in (await reader.client.get("/numbers/ideas_submitted")).text


async def test_what_leads_and_what_lags_stand_on_one_axis_and_claim_no_cause(
    reader: Reader,
) -> None:
    page = (await reader.client.get("/axis")).text
    for said in ("Wat nu gebeurt", "Wat er later van komt", "zegt niets over een oorzaak",
                 "Ziekteverzuim", "Ingediende ideeën"):  # fmt: skip
        assert said in page, said


async def test_an_idea_is_not_known_before_the_day_it_was_told(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Nog een teller", "body": "Om te tellen.", "department": cast.department}
    await house.done("ideas", "/v1/ideas", told, cast.author)
    # A story that ran before may have moved the services into a month that is still to come.
    month = f"{await house.today():%Y-%m}"

    async def of_group(**asked: str) -> list[str]:
        # By a portal of its own each time: what is the same for all is remembered for a minute.
        async with portal_client(house) as client:
            client.cookies = reader.client.cookies
            answer = await client.get("/numbers/ideas_submitted", params={"period": month, **asked})
        assert answer.headers["content-type"].startswith("text/csv")
        rows = csv.DictReader(io.StringIO(answer.text))
        return [row["value"] for row in rows if row["group"] == cast.department]

    async def counted() -> bool:
        return await of_group(form="csv") == ["1"]

    assert await of_group(form="csv", known="2020-01-01") == []
    await until("the idea is counted", counted)


async def test_a_report_prints_and_can_do_nothing_else(reader: Reader) -> None:
    answer = await reader.client.get("/report")
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Wat er van ideeën werd" in answer.text


async def test_a_number_that_nobody_knows_is_a_page_that_says_so(reader: Reader) -> None:
    assert (await reader.client.get("/numbers/happiness")).status_code == 404
    assert (await reader.client.get("/numbers?known=soon&period=x")).status_code == 200
