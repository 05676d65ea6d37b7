"""What colleagues wish, try and thank each other for: through the portal's own forms."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.house import House, until
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house) as client:
        yield Reader(house, client)


async def test_wishes_are_kept_and_what_is_owed_is_never_off(reader: Reader, house: House) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    fields = await reader.fields("/preferences")
    wished = {"app.realised": "1", "mail.realised": "digest", "app.decision": "1",
              "mail.decision": "off"}  # fmt: skip
    kept = await reader.client.post("/preferences", data=fields | wished)
    assert (kept.status_code, kept.headers["location"]) == (303, "/preferences?done=1")
    told = await house.get("notifications", "/v1/preferences", cast.author)
    found = {wish["kind"]: (wish["app"], wish["mail"]) for wish in told["items"]}
    assert found["realised"] == (True, "digest")
    assert found["decision"] == (True, "off")
    assert found["reminder"] == (True, "at_once"), "what was not asked stays as it is"

    fields = await reader.fields("/preferences")
    refused = await reader.client.post("/preferences", data=fields | {"mail.decision": "off"})
    assert refused.status_code == 422
    assert "laat het postvak of de mail aan" in refused.text
    told = await house.get("notifications", "/v1/preferences", cast.author)
    assert next(w for w in told["items"] if w["kind"] == "decision")["app"]


async def test_a_light_experiment_is_started_reported_and_read_by_others(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    ends = (await house.today() + timedelta(days=14)).isoformat()
    told = {"hypothesis": "Een bel scheelt lopen.", "ends_on": ends, "team": cast.reviewer}
    fields = await reader.fields("/experiments")
    for wrong in ({"ends_on": ""}, {"ends_on": "2001-01-01"}, {"hypothesis": ""}):
        refused = await reader.client.post("/experiments", data=fields | told | wrong)
        assert refused.status_code == 422, wrong
        assert 'role="alert"' in refused.text
    begun = await reader.client.post("/experiments", data=fields | told)
    assert begun.status_code == 303, begun.text

    async def listed() -> Any:
        return (await house.get("ideas", "/v1/experiments", cast.author, mine="true"))["items"]

    (mine,) = await until("the experiment is listed", listed)
    report = {"went": "otherwise", "learning": "De bel stoort de nachtrust."}
    path = f"/experiments/{mine['matter']}/report"
    fields = await reader.fields("/experiments")
    assert (await reader.client.post(path, data=fields | report)).status_code == 303
    await reader.sign_in(cast.lead)
    await reader.finds("/experiments", "De bel stoort de nachtrust.", "Rob Jansen")


async def test_thanks_are_read_by_everybody_and_nobody_thanks_themselves(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    fields = await reader.fields("/thanks")
    told = {"to": cast.author, "words": "Voor mezelf."}
    refused = await reader.client.post("/thanks", data=fields | told)
    assert refused.status_code == 422
    assert "Noem een collega" in refused.text
    told = {"to": f"{cast.lead}, {cast.reviewer}", "words": "Voor het meedenken vannacht."}
    fields = await reader.fields("/thanks")
    assert (await reader.client.post("/thanks", data=fields | told)).status_code == 303
    await reader.sign_in(cast.director)
    await reader.finds("/thanks", "Voor het meedenken vannacht.", "Lea Jansen")


async def test_a_kiosk_needs_no_account_and_leads_to_telling_without_a_name(
    reader: Reader, house: House
) -> None:
    page = await reader.client.get("/kiosk")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "<style" not in page.text, "the policy allows no style within a page"
    assert f"{house.plan.url('portal')}/sealed" in page.text
    assert (await reader.client.get("/sealed")).status_code == 200


async def test_a_draft_is_found_again_by_its_writer_alone_and_is_none_once_sent(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    fields = await reader.fields("/ideas/new")
    told = fields | {"title": "Nog niet af", "keep": "1"}
    kept = await reader.client.post("/ideas/new", data=told)
    assert kept.status_code == 303, kept.text
    where = kept.headers["location"]
    draft = where.partition("draft=")[2].partition("&")[0]
    again = (await reader.client.get("/ideas/new")).text
    assert f"/ideas/new?draft={draft}" in again
    await reader.sign_in(cast.lead)
    assert (await reader.client.get(where)).status_code == 404
    assert "Nog niet af" not in (await reader.client.get("/ideas/new")).text

    await reader.sign_in(cast.author)
    page = await reader.client.get(where)
    assert 'value="Nog niet af"' in page.text
    fields = await reader.fields(where)
    whole = fields | {"title": "Nu wel af", "body": "Twee zinnen.", "draft": draft}
    sent = await reader.client.post("/ideas/new", data=whole)
    assert sent.headers["location"].startswith("/ideas/"), sent.text
    assert (await house.get("ideas", "/v1/drafts", cast.author))["items"] == []
