"""Photos of ideas: what is taken, what is left of it, who sees it, and that it goes."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from contracts.outside import PersonErased
from contracts.photos import PhotoAdded, PhotoRemoved
from contracts.vocabulary import PersonId
from ideas.settings import IdeasSettings
from services.ideas.tests.acts import answered
from services.ideas.tests.house import Feedback, House, opened
from services.ideas.tests.nameless import seal, speak

pytestmark = pytest.mark.integration

MARK = "goudplevier"


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), **more: Any) -> bytes:
    """Return a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="blue")
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def told_in(kind: str) -> bytes:
    """Return a picture that says who took it, where and with what."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0112] = f"{MARK} description", f"{MARK} artist", 6
    exif.get_ifd(0x8825)[1] = "N"
    more: dict[str, Any] = {"exif": exif}
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_text("Author", MARK)
    if kind == "JPEG":
        more["comment"] = MARK.encode()
    return picture(kind, **more) + MARK.encode()  # and something behind its end


async def send(
    house: House, idea: str, sent: bytes, who: str = "anna:employee", key: str | None = None
) -> httpx2.Response:
    headers = {
        "authorization": f"Bearer {who}", "idempotency-key": key or str(uuid4()),
        "content-type": "image/jpeg",
    }  # fmt: skip
    path = f"/v1/ideas/{idea}/photos"
    return await house.client.post(path, content=sent, headers=headers)


async def shown(house: House, idea: str, photo: str, who: str = "zoe:employee") -> httpx2.Response:
    return await house.get(f"/ideas/{idea}/photos/{photo}", who)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_of_a_photo_is_kept_what_is_to_be_seen_and_nothing_else(
    house: House, kind: str
) -> None:
    sent = told_in(kind)
    assert MARK.encode() in sent
    idea = await house.submitted()
    added = await send(house, idea, sent)
    assert added.status_code == 201, added.text
    assert (added.json()["width"], added.json()["height"]) == (200, 300)  # turned as it was held
    found = await shown(house, idea, added.json()["photo"])
    assert MARK.encode() not in found.content
    with Image.open(BytesIO(found.content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (200, 300), {})
        assert not {"comment", "exif", "icc_profile", "xmp"} & set(image.info)
        top, bottom = image.getpixel((100, 20)), image.getpixel((100, 280))
    assert [round(part / 255) for part in top] == [1, 0, 0]  # type: ignore[union-attr]
    assert [round(part / 255) for part in bottom] == [0, 0, 1]  # type: ignore[union-attr]


async def test_a_photo_is_served_as_a_picture_and_kept_by_nobody_on_the_way(house: House) -> None:
    idea = await house.submitted()
    photo = (await send(house, idea, picture())).json()["photo"]
    headers = (await shown(house, idea, photo)).headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_a_large_photo_becomes_small_and_a_transparent_one_white(house: House) -> None:
    idea = await house.submitted()
    large = (await send(house, idea, picture(size=(4000, 1000)))).json()
    assert (large["width"], large["height"]) == (2048, 512)
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    clear = (await send(house, idea, out.getvalue())).json()["photo"]
    with Image.open(BytesIO((await shown(house, idea, clear)).content)) as image:
        assert image.getpixel((25, 25)) == (255, 255, 255)


def bomb() -> bytes:
    """Return a small PNG that claims to be enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


NO_PHOTOS = [
    (b"", "ThePhotoCannotBeRead"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "ThePhotoCannotBeRead"),
    (b"<html>", "ThePhotoCannotBeRead"),
    (picture("GIF"), "ThePhotoCannotBeRead"),
    (picture("TIFF"), "ThePhotoCannotBeRead"),
    (picture()[:-400], "ThePhotoCannotBeRead"),
    (picture("PNG")[:-40], "ThePhotoCannotBeRead"),
    (bomb(), "ThePhotoIsTooLarge"),
]


@pytest.mark.parametrize(("sent", "refusal"), NO_PHOTOS, ids=range(len(NO_PHOTOS)))
async def test_what_is_no_photo_is_refused_by_what_is_in_it(
    house: House, sent: bytes, refusal: str
) -> None:
    idea = await house.submitted()
    answer = await send(house, idea, sent)
    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:kiem:{refusal}"), answer.text
    assert await house.rows("SELECT 1 FROM photo WHERE idea = $1", UUID(idea)) == []


async def test_a_photo_of_more_bytes_than_are_taken_is_refused_unread(house: House) -> None:
    idea = await house.submitted()
    assert house.settings.photo_bytes > house.settings.body_bytes
    answer = await send(house, idea, b"\0" * (house.settings.photo_bytes + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:kiem:ContentTooLarge")
    answer = await send(house, idea, b"\0" * (house.settings.body_bytes + 1))
    assert answer.status_code == 409  # larger than other bodies, and no photo


async def test_only_authors_show_photos_and_only_until_the_answer(house: House) -> None:
    idea = await house.submitted()
    assert (await send(house, idea, picture(), "zoe:employee")).status_code == 403
    photo = (await send(house, idea, picture(), "bo:employee")).json()["photo"]
    path = f"/ideas/{idea}/photos/{photo}"
    assert (await house.delete(path, "zoe:employee")).status_code == 403
    await answered(house, idea)
    late = await send(house, idea, picture())
    assert (late.status_code, late.json()["type"]) == (409, "urn:kiem:TheIdeaIsAnswered")
    assert (await house.delete(path)).status_code == 204
    assert (await house.delete(path)).status_code == 404
    assert (await shown(house, idea, photo)).status_code == 404
    kinds = [type(event) for event in await house.events(idea)]
    assert (kinds[1], kinds[-1]) == (PhotoAdded, PhotoRemoved)
    promised = [getattr(e, "due", None) for e in await house.events(idea) if type(e) is PhotoAdded]
    assert promised[0] is not None


@pytest.fixture
async def small(settings: IdeasSettings, feedback: Feedback) -> AsyncIterator[House]:
    told = settings.model_copy(update={"photos": 2, "photo_side": 100, "photo_megapixels": 1})
    async with opened(told, feedback) as found:
        yield found


async def test_an_idea_has_so_many_photos_as_large_as_the_settings_say(small: House) -> None:
    idea = await small.submitted()
    larger = await send(small, idea, picture(size=(1_200, 1_000)))
    assert (larger.status_code, larger.json()["type"]) == (409, "urn:kiem:ThePhotoIsTooLarge")
    first = (await send(small, idea, picture())).json()
    assert first["width"] == 100
    assert (await send(small, idea, picture())).status_code == 201
    refused = await send(small, idea, picture())
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:ThereAreEnoughPhotos")
    await small.delete(f"/ideas/{idea}/photos/{first['photo']}")
    again = (await send(small, idea, picture())).json()
    listed = (await small.get(f"/ideas/{idea}/photos", "zoe:employee")).json()["items"]
    assert [item["photo"] for item in listed][-1] == again["photo"]
    seen = (await small.get(f"/ideas/{idea}", "zoe:employee")).json()["photos"]
    assert seen == [item["photo"] for item in listed]


async def test_the_same_request_adds_one_photo(house: House) -> None:
    idea, key = await house.submitted(), str(uuid4())
    one, other = [(await send(house, idea, picture(), key=key)).json() for _ in range(2)]
    assert one == other
    key = str(uuid4())
    await asyncio.gather(*(send(house, idea, picture(), key=key) for _ in range(4)))
    assert len((await house.get(f"/ideas/{idea}/photos")).json()["items"]) == 2
    different = await send(house, idea, picture("PNG"), key=key)
    assert different.status_code in {201, 422}


async def test_photos_of_a_sealed_idea_are_for_those_who_have_or_answer_it(house: House) -> None:
    told = (await seal(house)).json()
    idea, token = told["idea"], await speak(house, told["code"])
    photo = (await send(house, idea, picture(), token)).json()["photo"]
    assert (await shown(house, idea, photo, token)).status_code == 200
    for path in (f"/ideas/{idea}/photos", f"/ideas/{idea}/photos/{photo}"):
        assert (await house.get(path, "zoe:employee")).status_code == 403
    assert (await shown(house, idea, photo, "eva:desk")).status_code == 200
    await answered(house, idea)
    assert (await shown(house, idea, photo, "rik:reviewer")).status_code == 200
    other = await house.submitted()
    assert (await shown(house, other, photo, "eva:desk")).status_code == 404


async def test_a_photo_is_sealed_where_it_lies_and_goes_with_its_author(house: House) -> None:
    who = f"carla-{uuid4()}"
    idea = await house.submitted(f"{who}:employee")
    photo = (await send(house, idea, picture(), f"{who}:employee")).json()["photo"]
    seen = (await shown(house, idea, photo)).content
    (row,) = await house.rows("SELECT sealed FROM photo WHERE idea = $1", UUID(idea))
    assert seen[:3] == b"\xff\xd8\xff"
    assert b"JFIF" not in bytes(row["sealed"])
    assert seen[20:60] not in bytes(row["sealed"])
    at = house.parts.clock.now() + timedelta(seconds=1)
    await house.hear(PersonErased(person=PersonId(who), at=at))
    assert (await shown(house, idea, photo)).status_code == 404
    assert await house.rows("SELECT 1 FROM photo WHERE idea = $1", UUID(idea)) == []
