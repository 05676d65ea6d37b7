"""Makes of what was sent a photo that shows what is to be seen, and tells nothing else.

What it is, is looked up in it, never in what its sender calls it. It is drawn anew: where and with
what it was taken, whoever is in its comments, and whatever hides behind its end stay behind.
"""

import asyncio
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from chassis.decider import Rejected
from ideas.projections.photos import Photo

if TYPE_CHECKING:
    from PIL import Image

KINDS = ("JPEG", "PNG", "WEBP")
QUALITY = 85  # of a JPEG, from 1 to 95
MILLION = 1_000_000


class ThePhotoCannotBeRead(Rejected):
    """It is no JPEG, PNG or WebP, or it is damaged. Send the photo anew, as one of these."""


class ThePhotoIsTooLarge(Rejected):
    """The photo has more pixels than are taken. Make it smaller, and send it again."""


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
        with Image.open(BytesIO(sent), formats=KINDS) as image:
            if image.width * image.height > pixels:
                raise ThePhotoIsTooLarge
            image.draft("RGB", (side, side))  # a JPEG is read no larger than it is needed
            turned = ImageOps.exif_transpose(image)
            turned.thumbnail((side, side))
            return _drawn(_on_white(turned))
    except too_large:
        raise ThePhotoIsTooLarge from None
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, IndexError, OverflowError):
        # What a damaged photo raises is not always said to be about it.
        raise ThePhotoCannotBeRead from None


def _on_white(image: "Image.Image") -> "Image.Image":
    """Return the picture without transparency, which a JPEG has not."""
    from PIL import Image  # noqa: PLC0415

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    white = Image.new("RGB", seen.size, "white")
    white.paste(seen, mask=seen.getchannel("A"))
    return white


def _drawn(image: "Image.Image") -> Photo:
    """Draw it anew, pixel by pixel: nothing else comes along."""
    from PIL import Image  # noqa: PLC0415

    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    out = BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), fresh.width, fresh.height)
