"""A challenge through the portal: asked, answered by a team, judged, seen to stand, and closed."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from playwright.async_api import async_playwright

from tests.journeys.house import Cast, House, until
from tests.journeys.people import are_listed
from tests.journeys.portal import AXE, Reader, browser_here, portal_client, sign_in, violations

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
LEADS = "employee director"
TITLE = "Eén keer invoeren, overal te lezen"
_TEAM = re.compile(r'action="(/challenges/[^"]+/teams/[^"/]+/members)"')


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


async def send(reader: Reader, page: str, action: str, **filled: object) -> httpx2.Response:
    """Send a form of a page as it lies there, with what is filled in."""
    return await reader.client.post(action, data={**await reader.fields(page), **filled})


async def shows(reader: Reader, page: str, *words: str) -> None:
    async def there() -> bool:
        found = (await reader.client.get(page)).text
        return all(each in found for each in words)

    await until(f"{page} says {words}", there)


async def asked(reader: Reader, house: House, jury: str) -> str:
    """Ask a question with its criteria, weights and phases; return its page."""
    day = await house.today()
    told = {
        "question": "Minder dubbel registreren", "criteria": "effect\nhaalbaarheid",
        "why": "Wie twee keer hetzelfde typt, zit niet bij de cliënt.", "jury": jury,
        "first": str(day), "last": str(day + timedelta(weeks=3)), "hackathon": "1",
        "jury_weight": "60", "phase.name.0": "hackathon",
        "phase.first.0": str(day + timedelta(weeks=5)),
        "phase.last.0": str(day + timedelta(weeks=5)),
    }  # fmt: skip
    page = "/leading/challenge"
    outside = await send(reader, page, page, **told)
    assert outside.status_code == 422
    assert "Een fase ligt binnen de dagen van de vraag" in outside.text
    within = {f"phase.{part}.0": str(day + timedelta(days=13)) for part in ("first", "last")}
    done = await send(reader, page, page, **(told | within))
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


async def answered_by_a_team(reader: Reader, cast: Cast, page: str, other: str) -> str:
    """Answer, form a team around the answer, and let somebody join it; return the idea."""
    await reader.sign_in(cast.author)
    new = f"/ideas/new?challenge={page.rpartition('/')[2]}"
    body = {"title": TITLE, "body": "De rest volgt vanzelf.", "way": "named"}
    sent = await send(reader, new, "/ideas/new", challenge=page.rpartition("/")[2], **body)
    assert sent.status_code == 303, sent.text
    idea = sent.headers["location"].rpartition("/")[2].partition("?")[0]
    await shows(reader, page, f'<option value="{idea}"')
    stranger = await send(reader, page, f"{page}/teams", name="De Kiemen", members="nobody-here")
    assert stranger.status_code == 422
    assert "staat niet in het personeelsbestand" in stranger.text
    formed = await send(reader, page, f"{page}/teams", name="De Kiemen", idea=idea)
    assert formed.status_code == 303, formed.text
    await reader.sign_in(other)
    join = _TEAM.search((await reader.client.get(page)).text)
    assert join is not None
    assert (await send(reader, page, join[1])).status_code == 303
    assert join[1] not in (await reader.client.get(page)).text, "they are in it now"
    return str(idea)


async def judged(reader: Reader, page: str, idea: str, juror: str, other: str) -> None:
    """Let who may not judge be told so, and a juror give points by the challenge's criteria."""
    form = f"{page}/judgements/{idea}"
    points = {"points.0": "9", "points.1": "8"}
    await reader.sign_in(other)
    team = await send(reader, page, form, **points)
    assert team.status_code == 422
    assert "van je team" in team.text, "a juror of the team leaves it to the others"
    await reader.sign_in(juror)
    await shows(reader, page, "Jij zit in de jury", f'href="{form}"')
    assert (await send(reader, form, form, **points)).status_code == 303


async def test_a_question_is_asked_answered_by_a_team_judged_and_reported_on(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    juror, other = (f"{name}-{cast.department}" for name in ("joke", "otto"))
    await are_listed(house, cast, [juror, other])
    await reader.sign_in(cast.director, LEADS)
    page = await asked(reader, house, f"{juror}, {other}")
    await shows(reader, page, "effect", "haalbaarheid", "Dit lag vast voor het eerste antwoord",
                "hackathon", "De jury telt voor 60%, steun van collega&#39;s voor 40%")  # fmt: skip
    idea = await answered_by_a_team(reader, cast, page, other)
    await judged(reader, page, idea, juror, other)
    await house.done("ideas", f"/v1/ideas/{idea}/support", None, juror, method="PUT")
    await shows(reader, page, "Hoe de antwoorden staan", "8,5", "van één jurylid", "91%")

    await reader.sign_in(cast.director, LEADS)
    closing = f"/leading/challenge/{page.rpartition('/')[2]}/closing"
    assert f'href="{closing}"' in (await reader.client.get(page)).text
    await shows(reader, closing, TITLE)
    report = "De Kiemen gaan verder; de rest krijgt antwoord."
    done = await send(reader, closing, closing, report=report, chosen=idea)
    assert done.status_code == 303, done.text

    for person in (cast.author, other, juror):

        async def told(who: str = person) -> bool:
            kinds = [notice["kind"] for notice in await house.notices(who)]
            return "challenge_closed" in kinds

        await until(f"{person} is told that the report is there", told)
        await reader.sign_in(person)
        await shows(reader, page, report, "Gekozen", TITLE, "Er kwam één antwoord.")


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
async def test_these_pages_keep_nobody_out(reader: Reader, house: House) -> None:
    cast = await house.cast()
    juror, other = (f"{name}-{cast.department}" for name in ("joke", "otto"))
    await are_listed(house, cast, [juror, other])
    await reader.sign_in(cast.director, LEADS)
    page = await asked(reader, house, f"{juror}, {cast.director}")
    idea = await answered_by_a_team(reader, cast, page, other)
    await shows(reader, page, "Hoe de antwoorden staan", TITLE)
    base, found = house.plan.url("portal"), {}
    closing = f"/leading/challenge/{page.rpartition('/')[2]}/closing"
    looks: list[tuple[str, Any, int]] = [("nl", "dark", 320), ("en", "light", 1200)]
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for language, scheme, width in looks:
            context = await browser.new_context(color_scheme=scheme)
            tab = await context.new_page()
            await sign_in(tab, house, cast.director, "director")
            await tab.goto(f"{base}/language/{language}")
            await tab.set_viewport_size({"width": width, "height": 800})
            for path in (page, f"{page}/standing", f"{page}/judgements/{idea}", closing,
                         "/leading/challenge"):  # fmt: skip
                await tab.goto(base + path)
                await tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")
                found[path, width] = await violations(tab)
        await browser.close()
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
