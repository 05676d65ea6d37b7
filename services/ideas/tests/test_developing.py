"""Photos in the dark room: whatever is sent, it becomes a photo or a sentence."""

import asyncio
import random
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from chassis.decider import Rejected
from ideas.api.photos.developing import DarkRoom, ThePhotoIsTooLarge
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


_DEVELOP = """
import asyncio, resource, sys
from PIL import Image
from ideas.api.photos.developing import DarkRoom
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000
sent, room = sys.stdin.buffer.read(), DarkRoom(100, 2_048, asyncio.Lock())
before = peak()
photo = asyncio.run(room.develop(sent))
print(photo.width, photo.height, peak() - before)
"""
TURNED = Image.Exif()
TURNED[0x0112] = 6
SCAN = b"\xff\xda\x00\x0c"  # behind it: of how many colours


def large(kind: str, mode: str, size: tuple[int, int], **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, (120, 90, 60, 255)[: len(mode)]).save(out, kind, exif=TURNED, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("sent", "size"),
    [
        (large("JPEG", "RGB", (6_000, 6_000)), (2_048, 2_048)),
        (large("JPEG", "RGB", (2_100, 18_000)), (2_048, 239)),
        (large("JPEG", "RGB", (3_490, 3_490), progressive=True), (2_048, 2_048)),
        (large("PNG", "RGBA", (3_700, 3_700)), (2_048, 2_048)),
        (large("WEBP", "RGBA", (2_340, 2_340)), (2_048, 2_048)),
    ],
    ids=["jpeg", "narrow", "progressive", "png", "webp"],
)
@pytest.mark.integration
def test_the_largest_photo_that_is_taken_needs_no_more_memory_than_there_is(
    sent: bytes, size: tuple[int, int]
) -> None:
    run = [sys.executable, "-c", _DEVELOP]
    done = subprocess.run(run, input=sent, capture_output=True, check=True)
    width, height, megabytes = map(int, done.stdout.split())
    assert (width, height) == size
    assert megabytes < 130


@pytest.mark.parametrize(
    "sent",
    [
        large("JPEG", "RGB", (3_600, 3_600), progressive=True),
        large("JPEG", "RGB", (3_600, 3_600)).replace(SCAN + b"\x03", SCAN + b"\x01"),
        large("PNG", "RGBA", (3_800, 3_800)),
        large("WEBP", "RGBA", (2_400, 2_400)),
    ],
    ids=["progressive", "scans", "png", "webp"],
)  # fmt: skip
async def test_what_would_be_held_whole_and_is_too_large_is_refused(sent: bytes) -> None:
    with pytest.raises(ThePhotoIsTooLarge):
        await DarkRoom(100, 2_048, asyncio.Lock()).develop(sent)
