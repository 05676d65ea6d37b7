"""A page for a screen or a wall where people pass: a QR code for whoever has no account."""

from functools import cache

import segno
from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.visit import Nobody

router = APIRouter(prefix="/kiosk")
_QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks


@router.get("")
async def kiosk(visit: Nobody) -> Response:
    address = f"{visit.house.settings.portal_url.rstrip('/')}/sealed"
    return visit.page("kiosk.html", address=address, code=drawn(address))


@cache
def drawn(address: str) -> Markup:
    """Return a QR code as SVG: dark on white also where the page is dark, as scanners need it."""
    made = segno.make(address, error="m", micro=False)
    return Markup(made.svg_inline(border=_QUIET, dark="#000", light="#fff", omitsize=True))  # noqa: S704
