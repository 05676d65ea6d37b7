"""Photos in the dark room: whatever is sent, it becomes a photo or a sentence."""

import asyncio
import random
from io import BytesIO

import pytest
from PIL import Image

from chassis.decider import Rejected
from ideas.api.photos.developing import DarkRoom
from services.ideas.tests.integration.test_photos import told_in

pytestmark = pytest.mark.filterwarnings("ignore")  # what Pillow says of damaged metadata


def damaged(sent: bytes, chance: random.Random) -> bytes:
    broken = bytearray(sent)
    for _ in range(chance.randint(1, 6)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken[: chance.randrange(len(broken))] if chance.random() < 0.3 else broken)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_damaged_photo_is_developed_or_refused_and_never_a_fault(kind: str) -> None:
    room, chance, sent = DarkRoom(1, 2_048, asyncio.Lock()), random.Random(5), told_in(kind)  # noqa: S311 - the same damage each time
    developed = refused = 0
    for _ in range(300):
        try:
            photo = await room.develop(damaged(sent, chance))
        except Rejected:
            refused += 1
        else:
            developed += 1
            with Image.open(BytesIO(photo.jpeg)) as image:
                assert image.format == "JPEG"
    assert developed
    assert refused
