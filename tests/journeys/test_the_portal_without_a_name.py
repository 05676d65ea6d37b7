"""Telling and following ideas without a name, and with photos: through the portal's own forms."""

import re
from collections.abc import AsyncIterator
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from portal.session import CODE
from tests.journeys.answers import whole_answer
from tests.journeys.house import House, until
from tests.journeys.portal import (
    CODE_SHOWN,
    Reader,
    behind,
    photo,
    portal_client,
    reviewer_of,
    sealed,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house) as client:
        yield Reader(house, client)


async def opened(reader: Reader, code: str) -> str:
    """Open an idea by its code; return its page."""
    went = await reader.client.post("/follow", data={"code": code})
    assert (went.status_code, went.headers["location"]) == (303, "/follow/idea")
    page = await reader.client.get("/follow/idea")
    assert page.status_code == 200, page.text
    return page.text


async def test_a_sealed_idea_is_told_asked_answered_rated_and_appealed_without_an_account(
    reader: Reader, house: House
) -> None:
    for _ in range(2):  # an appeal needs another reviewer
        await house.cast()
    code = await sealed(reader.client, "Tillen met zijn tweeën", "Nu doet ieder het alleen.")
    idea = await behind(house, code)
    rob = await reviewer_of(house, idea)
    words = {"words": "Op welke verdieping is dat?"}
    await house.done("feedback", f"/v1/reviews/{idea}/questions", words, rob, "reviewer")
    page = await opened(reader, code)
    assert "Op welke verdieping is dat?" in page
    assert "Rob Jansen" in page, "whoever holds the code reads who answers for it"
    answer = re.search(r'action="(/follow/idea/answer/[^"]+)"', page)
    assert answer
    fields = await reader.fields("/follow/idea")
    said = await reader.client.post(answer[1], data=fields | {"answer": "Op de tweede."})
    assert (said.status_code, said.headers["location"]) == (303, "/follow/idea#questions")

    no = whole_answer("declined") | {"apart": True}
    await house.done("feedback", f"/v1/reviews/{idea}/decision", no, rob, "reviewer")
    await house.in_state(idea, "declined")
    page = (await reader.client.get("/follow/idea")).text
    assert unescape(no["reason"]) in unescape(page)
    assert "<dt>fit</dt>" not in page, "criteria are questions, also for whoever has only a code"
    assert "Past het" in page
    fields = await reader.fields("/follow/idea")
    stars = {"useful": "4", "respectful": "5", "rating": ""}
    assert (await reader.client.post("/follow/idea/rating", data=fields | stars)).status_code == 303
    fields = await reader.fields("/follow/idea")
    again = {"appeal": "De rug van collega's is niet meegeteld."}
    went = await reader.client.post("/follow/idea/appeal", data=fields | again)
    assert went.status_code == 303, went.text
    assert await reviewer_of(house, idea, but=rob) != rob


async def test_a_code_that_is_closed_is_closed(reader: Reader) -> None:
    code = await sealed(reader.client, "Een kapstok", "In de hal.")
    await opened(reader, code)
    fields = await reader.fields("/follow/idea")
    assert (await reader.client.post("/follow/close")).status_code == 403
    assert (await reader.client.post("/follow/close", data=fields)).status_code == 303
    sent = await reader.client.get("/follow/idea")
    assert (sent.status_code, sent.headers["location"]) == (303, "/follow?again=1")
    assert CODE not in reader.client.cookies
    wrong = await reader.client.post("/follow", data={"code": "AAAA-BBBB-CCCC-DDDD-EEEE"})
    assert wrong.status_code == 422
    assert "Geen idee heeft deze code" in wrong.text


async def test_a_code_opens_one_idea_and_no_room_of_the_house(reader: Reader, house: House) -> None:
    cast = await house.cast()
    other = await house.done("ideas", "/v1/ideas", {"title": "A", "body": "B."}, cast.author)
    await opened(reader, await sealed(reader.client, "Een bel", "Bij de deur."))
    for page in ("/", "/ideas", f"/ideas/{other['idea']}", "/inbox", "/numbers"):
        answer = await reader.client.get(page)
        nobody = answer.status_code == 303 or "Inloggen" in answer.text
        assert nobody, page


async def test_nobody_is_told_who_sent_a_sealed_idea(reader: Reader, house: House) -> None:
    """Also where somebody is signed in: their token stays out of the request."""
    await reader.sign_in("signed-in-sender")
    fields = await reader.fields("/ideas/new")
    told = fields | {"title": "Zacht licht", "body": "In de nacht.", "way": "sealed"}
    page = await reader.client.post("/ideas/new", data=told)
    assert page.status_code == 200
    assert 'action="/sealed"' in page.text
    assert "Zacht licht" in page.text, "what was filled in stays"
    code = await sealed(reader.client, "Zacht licht", "In de nacht.")
    idea = await behind(house, code)
    mine = await house.get("ideas", "/v1/ideas", "signed-in-sender", mine="true")
    assert mine["items"] == []
    shown = await house.get("ideas", f"/v1/ideas/{idea}", "eva", "desk")
    assert shown["author"].startswith("alias-")
    assert code not in (await reader.client.get(f"/ideas/{idea}")).text
    told_of = [event for event in await house.events("ideas") if idea in str(event)]
    assert told_of
    assert "signed-in-sender" not in str(told_of)


async def test_a_form_of_another_site_opens_and_tells_nothing(reader: Reader) -> None:
    told = {"title": "Van elders", "body": "Van elders.", "once": "once-from-elsewhere-1234"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"},
                    {"origin": "null"}):  # fmt: skip
        for path, form in (("/sealed", told), ("/follow", {"code": "x"})):
            answer = await reader.client.post(path, data=form, headers=headers)
            assert answer.status_code == 403, (path, headers)


async def test_a_confidential_idea_is_its_authors_alone(reader: Reader, house: House) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    fields = await reader.fields("/ideas/new")
    told = fields | {"title": "Mijn geheim", "body": "Alleen voor wie kijkt.",
                     "way": "confidential"}  # fmt: skip
    files = {"photo": ("gang.jpg", photo(), "image/jpeg")}
    done = await reader.client.post("/ideas/new", data=told, files=files)
    assert done.status_code == 200, done.text
    found = CODE_SHOWN.search(done.text)
    assert found

    async def mine() -> list[Any]:
        found = await house.get("ideas", "/v1/ideas", cast.author, mine="true")
        return list(found["items"])

    (idea,) = [row["idea"] for row in await until("the idea is listed", mine)]

    async with portal_client(house) as client:
        other = Reader(house, client)
        await other.sign_in(cast.lead)
        page = await client.get(f"/ideas/{idea}")
        assert page.status_code == 200
        for word in ("Mijn geheim", "Alleen voor wie kijkt", cast.author):
            assert word not in page.text, word
        for path in ("/ideas?q=geheim", "/ideas/similar?title=Mijn+geheim"):
            assert "Mijn geheim" not in (await client.get(path)).text
        fields = await other.fields(f"/ideas/{idea}")
        tried = await client.post(f"/ideas/{idea}/own", data=fields)
        assert tried.status_code == 422
        assert (await client.get("/follow/idea")).status_code == 303
        photos = (await house.get("ideas", f"/v1/ideas/{idea}", "eva", "desk"))["photos"]
        assert len(photos) == 1
        assert (await client.get(f"/ideas/{idea}/photos/{photos[0]}")).status_code == 403

    fields = await reader.fields(f"/ideas/{idea}")
    went = await reader.client.post(f"/ideas/{idea}/own", data=fields)
    assert (went.status_code, went.headers["location"]) == (303, "/follow/idea")
    own = (await reader.client.get("/follow/idea")).text
    assert "Mijn geheim" in own
    shown = await reader.client.get(f"/follow/idea/photos/{photos[0]}")
    assert shown.headers["content-type"] == "image/jpeg"


async def test_photos_come_along_are_shown_and_go(reader: Reader, house: House) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    told = await reader.fields("/ideas/new") | {"title": "Scheve tegel", "body": "Zie de foto."}
    files = [("photo", ("a.jpg", photo(), "image/jpeg")),
             ("photo", ("b.png", photo(kind="PNG"), "image/png")),
             ("photo", ("", b"", "application/octet-stream"))]  # fmt: skip
    sent = await reader.client.post("/ideas/new", data=told, files=files)
    assert sent.status_code == 303, sent.text
    path = sent.headers["location"].partition("?")[0]
    page = (await reader.client.get(path)).text
    shown = re.findall(rf'<img src="({path}/photos/[^"]+)"', page)
    assert len(shown) == 2
    picture = await reader.client.get(shown[0])
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(picture.content)).size == (64, 64)
    fields = await reader.fields(path)
    gone = await reader.client.post(f"{shown[0]}/removal", data=fields)
    assert gone.status_code == 303
    page = (await reader.client.get(path)).text
    assert len(re.findall(rf'<img src="{path}/photos', page)) == 1
    await reader.sign_in(cast.lead)
    fields = await reader.fields(path)
    denied = await reader.client.post(f"{shown[1]}/removal", data=fields)
    assert denied.status_code == 422, "only its authors remove a photo"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 no photo at all", "geen foto die we kunnen lezen"),
        (b"\xff\xd8\xff" + b"0" * 12_600_000, "meer dan 12 MB"),
    ],
    ids=["no-photo", "too-heavy"],
)
async def test_what_is_no_photo_is_said_and_the_idea_is_there(
    reader: Reader, house: House, content: bytes, says: str
) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.author)
    told = await reader.fields("/ideas/new") | {"title": "Kapotte lamp", "body": "Zie foto."}
    files = {"photo": ("x.jpg", content, "image/jpeg")}
    sent = await reader.client.post("/ideas/new", data=told, files=files)
    assert sent.status_code == 303, sent.text
    page = await reader.client.get(sent.headers["location"])
    assert says in page.text
    assert "Kapotte lamp" in page.text


async def test_an_idea_told_without_a_name_can_be_erased_by_its_code(reader: Reader) -> None:
    await opened(reader, await sealed(reader.client, "Toch maar niet", "Vergeet dit."))
    fields = await reader.fields("/follow/idea")
    kept = await reader.client.post("/follow/idea/erasure", data=fields)
    assert kept.status_code == 422
    gone = await reader.client.post("/follow/idea/erasure", data=fields | {"sure": "1"})
    assert (gone.status_code, gone.headers["location"]) == (303, "/follow?bye=1")
