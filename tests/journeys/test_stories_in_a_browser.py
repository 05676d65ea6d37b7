"""Stories that people click through, each in a browser of their own: who asks, answers, decides."""

from datetime import timedelta

import pytest
from aiokafka import AIOKafkaProducer
from playwright.async_api import Browser, expect

from contracts import outside
from tests.journeys.clicking import Clicker, comes
from tests.journeys.house import Cast, House, until
from tests.journeys.people import are_listed
from tests.journeys.portal import PHONE, browser_here, violations

pytestmark = [
    pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(300),
    pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium"),
]  # fmt: skip
STEPS = "section[aria-labelledby=happened] ol > li"
QUESTION, ANSWER = "Wat typen we twee keer?", "Eén keer invoeren, overal te lezen"


async def test_a_challenge_is_asked_answered_judged_and_reported_on(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    jury = f"joke-{cast.department}"
    await are_listed(house, cast, [jury])
    director = await comes(browser, house, cast.director, "director")
    challenge = await _is_asked(director, jury)
    author = await comes(browser, house, cast.author, size=PHONE)
    idea = await _is_answered(author, challenge)
    juror = await comes(browser, house, jury)
    await juror.finds(f"/challenges/{challenge}", "Jij zit in de jury", ANSWER)
    await juror.goes(f"/challenges/{challenge}/judgements/{idea}")
    judgement = f"/challenges/{challenge}/judgements/{idea}"
    await juror.sends(judgement, **{"points.0": "9", "points.1": "8"})
    await director.finds(f"/challenges/{challenge}", "Hoe de antwoorden staan", "8,5")
    await director.picture("4-challenge")

    closing = f"/leading/challenge/{challenge}/closing"
    await director.goes(closing)
    await director.sends(closing, report="Dit gaan we doen vanaf mei.", chosen=idea)
    await author.finds(f"/challenges/{challenge}", "Dit gaan we doen vanaf mei.", ANSWER)
    await author.finds("/inbox", "verslag")
    assert author.complaints + juror.complaints + director.complaints == []


async def _is_asked(director: Clicker, jury: str) -> str:
    day = await director.house.today()
    await director.goes("/leading/challenge")
    await director.sends(
        "/leading/challenge", question=QUESTION, why="Wie twee keer hetzelfde typt, is moe.",
        first=str(day), last=str(day + timedelta(weeks=3)), criteria="effect\nhaalbaarheid",
        jury=jury, hackathon="1",
    )  # fmt: skip
    await director.reads(QUESTION, "effect", "haalbaarheid")
    return director.page.url.partition("/challenges/")[2].partition("?")[0]


async def _is_answered(author: Clicker, challenge: str) -> str:
    await author.goes(f"/challenges/{challenge}")
    await author.reads("Wie twee keer hetzelfde typt", "Dit lag vast voor het eerste antwoord")
    await author.page.get_by_role("link", name="Antwoord met een idee").first.click()
    await author.page.fill("#title", ANSWER)
    await author.page.fill("#body", "De rest volgt vanzelf.")
    await author.page.get_by_role("button", name="Verstuur je idee").click()
    await author.reads("is aan zet")
    return author.page.url.partition("/ideas/")[2].partition("?")[0]


async def test_a_barrier_raised_four_times_is_cleared_where_everybody_sees_it(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    author = await comes(browser, house, cast.author, size=PHONE)
    await author.goes("/room/barriers/new")
    words = {"kind": "access", "words": "Er is geen testomgeving.", "owner": cast.director}
    await author.sends("/room/barriers", **words)
    await author.reads("is aan zet")
    other = f"otto-{cast.department}"
    await are_listed(house, cast, [other])
    for who in (cast.reviewer, cast.lead, other):
        await house.done("ideas", "/v1/barriers", words, who)
    await _counted(house, cast, raised=4, still_open=4, removed=0)
    leader = await comes(browser, house, cast.director, "director")
    await leader.finds("/leading", "Er is geen testomgeving.", cast.department)
    table = leader.page.locator("table", has=leader.page.locator("#cleared-department"))
    row = table.get_by_role("row", name=cast.department).first
    assert (await row.locator("td").all_inner_texts())[:3] == ["4", "4", "0"]
    await leader.picture("6-barriers")
    owed = await leader.page.locator('form[action$="/removal"]').all()
    for action in [str(await form.get_attribute("action")) for form in owed]:
        await leader.sends(action, reason="Vanaf vandaag staat er een.")
        await leader.reads("Verstuurd", at="[role=status]")
    await _counted(house, cast, raised=4, still_open=0, removed=4)
    await author.finds("/room", "Vanaf vandaag staat er een.")
    assert author.complaints + leader.complaints == []


async def _counted(house: House, cast: Cast, **expected: int) -> None:
    """Wait until metrics counts them so: pages remember for a minute what they were told."""
    day = await house.today()
    asked = {"from": str(day - timedelta(days=300)), "to": str(day + timedelta(days=1))}
    path = "/v1/kpis/barrier_resolution"

    async def look() -> bool:
        told = await house.get("metrics", path, "somebody", **asked, by="department")
        cells = [cell for cell in told["cells"] if cell["key"] == cast.department]
        counted = {**cells[0]["beside"], "raised": cells[0]["n"]} if cells else {}
        return all(counted.get(name.removeprefix("still_")) == n for name, n in expected.items())

    await until(f"metrics counts {expected}", look)


async def test_a_number_about_people_waits_for_the_council_and_says_what_it_decided(
    house: House, browser: Browser
) -> None:
    kpi = "stickiness"
    personnel = await comes(browser, house, "personnel", "hr")
    await personnel.goes(f"/numbers/{kpi}?tool=planbord")
    await personnel.reads("ondernemingsraad")
    member = await comes(browser, house, "member", "council")
    await member.goes("/council")
    await member.reads("wacht op instemming", at=f"#{kpi}")
    consent = {"threshold": "12", "words": "Per maand, en nooit per persoon."}
    await member.sends(f"/council/{kpi}/consent", **consent)
    await member.reads("ingestemd", "nooit over minder dan 12 mensen", at=f"#{kpi}")
    await member.picture("8-council")
    await personnel.goes(f"/numbers/{kpi}?tool=planbord")
    now = personnel.page.locator("section[aria-labelledby=now]")
    await expect(now).not_to_contain_text("instemming")
    await personnel.reads("Er is niets om te tellen")
    await member.sends(f"/council/{kpi}/withdrawal", reason="We kijken eerst een half jaar mee.")
    await member.reads("instemming ingetrokken", at=f"#{kpi}")
    assert personnel.complaints + member.complaints == []


async def test_what_was_known_of_an_idea_stays_told_and_its_words_go_with_their_author(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    told = {"title": "Een klok in de keuken", "body": "Nu kijkt iedereen op de telefoon."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    rob = (await house.in_state(idea, "under_review"))["reviewer"]
    reader = await comes(browser, house, rob, "reviewer")
    await reader.finds(f"/ideas/{idea}", told["title"], told["body"])
    before = await reader.page.locator(STEPS).count()
    personnel = await comes(browser, house, "personnel", "hr")
    await personnel.goes("/erasures")
    await personnel.page.fill("#person", cast.author)
    await personnel.page.get_by_role("button", name="Kijk hoe het staat").click()
    await personnel.sends("/erasures", again=cast.author)
    await personnel.finds(f"/erasures?person={cast.author}", "Deze persoon is overal gewist.")
    await personnel.picture("9-erasure")
    await reader.goes(f"/ideas/{idea}")
    for words in told.values():
        await expect(reader.page.locator("body")).not_to_contain_text(words)
    assert await reader.page.locator(STEPS).count() >= before
    assert personnel.complaints + reader.complaints == []


async def test_an_operator_gives_up_a_poisoned_record_and_follows_an_idea_through_the_house(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    producer = AIOKafkaProducer(bootstrap_servers=house.bootstrap, acks="all")
    await producer.start()
    try:
        key = cast.department.encode()
        await producer.send_and_wait(outside.PEOPLE_TOPIC, key=key, value=b"no event")
    finally:
        await producer.stop()
    operator = await comes(browser, house, "op", "operator")
    await operator.finds("/operation", "ideas", "Geef op")
    await operator.picture("10-operation")
    letters = operator.page.locator('form[action^="/operation/discard/"]')
    for action in [await each.get_attribute("action") for each in await letters.all()]:
        await operator.sends(str(action), reason="Een proef van ons.")
        await operator.goes("/operation")
    told = {"title": "Een spoor", "body": "Door alle diensten."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    # In the first column: the topics of a service are named in the rows of others too.
    rows = ("feedback\tprocess", "notifications\tprocess")
    await operator.finds(f"/operation/trace?of={idea}", *rows)
    await expect(operator.page.locator(".bar.of-feedback").first).to_be_visible()
    assert await violations(operator.page) == []
    await operator.picture("10-trace")
    assert operator.complaints == []
