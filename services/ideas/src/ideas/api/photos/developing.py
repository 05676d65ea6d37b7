"""Makes of what was sent a photo that shows what is to be seen, and tells nothing else.

What it is, is looked up in it, never in what its sender calls it. It is drawn anew: where and with
what it was taken, whoever is in its comments, and whatever hides behind its end stay behind.
"""

import asyncio
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from chassis.decider import Rejected
from ideas.projections.photos import Photo

if TYPE_CHECKING:
    from PIL import Image

KINDS = ("JPEG", "PNG", "WEBP")
QUALITY = 85  # of a JPEG, from 1 to 95
MILLION = 1_000_000
ROOM = 110 * MILLION  # bytes for a picture that is held whole while it is read
PNG, WEBP, COLOUR = 8, 20, 3  # how many a pixel takes then; of a JPEG, each colour of a pixel
_MARKER, _SCAN = 0xFF, 0xDA  # pixels begin with a scan; what comes before says how long it is
_SEGMENTS = {*range(0xC0, 0xD0), *range(_SCAN, 0xFF)}


class ThePhotoCannotBeRead(Rejected):
    """It is no JPEG, PNG or WebP, or it is damaged. Send the photo anew, as one of these."""


class ThePhotoIsTooLarge(Rejected):
    """The photo has more pixels than are taken. Send it smaller, or as a plain JPEG."""


@dataclass(frozen=True)
class DarkRoom:
    """Where photos are developed, one after the other: each needs much memory for a moment."""

    megapixels: int
    side: int
    one_at_a_time: asyncio.Lock

    async def develop(self, sent: bytes) -> Photo:
        """Return the photo. Raises Rejected."""
        async with self.one_at_a_time:
            return await asyncio.to_thread(_developed, sent, self.megapixels * MILLION, self.side)


def _developed(sent: bytes, pixels: int, side: int) -> Photo:
    from PIL import Image, ImageOps  # noqa: PLC0415 - only who develops a photo needs it

    too_large = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        image: Image.Image = Image.open(BytesIO(sent), formats=KINDS)
        if image.width * image.height > _most(image, sent, pixels):
            raise ThePhotoIsTooLarge
        smaller = max(1, max(image.size) / side)
        image.draft("RGB", (ceil(image.width / smaller), ceil(image.height / smaller)))
        image.load()
        if "A" in image.getbands():
            image = _on_white(image)  # what is transparent Pillow would copy once more
        image.thumbnail((side, side))
        # It is turned when it is small, as that takes a copy.
        return _drawn(ImageOps.exif_transpose(_on_white(image)))
    except too_large:
        raise ThePhotoIsTooLarge from None
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, IndexError, OverflowError):
        # What a damaged photo raises is not always said to be about it.
        raise ThePhotoCannotBeRead from None


def _most(image: "Image.Image", sent: bytes, pixels: int) -> int:
    """Return how many pixels are taken of a picture like this one."""
    if _is_read_in_parts(image, sent):
        return pixels
    each = {"PNG": PNG, "WEBP": WEBP}.get(image.format or "", COLOUR * len(image.getbands()))
    return min(pixels, ROOM // each)


def _is_read_in_parts(image: "Image.Image", sent: bytes) -> bool:
    """Tell whether it can be made smaller while it is read, so that it is never held whole.

    That is a JPEG whose colours come all in one scan. Of any other, libjpeg holds them all first.
    """
    if image.format not in {"JPEG", "MPO"} or image.info.get("progressive"):
        return False
    at = 2
    while at + 4 < len(sent) and sent[at] == _MARKER and sent[at + 1] in _SEGMENTS:
        if sent[at + 1] == _SCAN:
            return sent[at + 4] == len(image.getbands())
        at += 2 + int.from_bytes(sent[at + 2 : at + 4])
    return False


def _on_white(image: "Image.Image") -> "Image.Image":
    """Return the picture without transparency, which a JPEG has not."""
    from PIL import ExifTags, Image  # noqa: PLC0415

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    seen = image if image.mode in {"RGBA", "LA"} else image.convert("RGBA")
    white = Image.new("RGB", seen.size, "white")
    white.paste(seen, mask=seen)
    held = ExifTags.Base.Orientation
    white.getexif()[held] = image.getexif().get(held, 1)
    return white


def _drawn(image: "Image.Image") -> Photo:
    """Draw it anew, pixel by pixel: nothing else comes along."""
    from PIL import Image  # noqa: PLC0415

    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    out = BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), fresh.width, fresh.height)
