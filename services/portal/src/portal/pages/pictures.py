"""Photos of an idea: taken along when it is told, added, looked at, and removed by its authors."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from portal.asking import Away, Refused, Services
from portal.giving import text
from portal.pages.idea import idea_page
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/ideas/{idea}")
MOST: Final = 4  # at once; ideas says how many an idea may have
LARGEST: Final = 52_428_800  # bytes of a form with photos: MOST of the largest, and the words
_HEAVY = 413
HEADERS: Final = {
    "content-disposition": 'inline; filename="photo.jpg"',
    "content-security-policy": "default-src 'none'; sandbox",
}


@router.post("/photos", max_body_size=LARGEST)
async def add_photos(visit: Somebody, idea: UUID) -> Response:
    form = await visit.form(files=MOST)
    if visit.crowded:
        return await idea_page(visit, idea, error=visit.words("photo.busy"), status=503)
    photos = chosen(form)
    if not photos:
        return await idea_page(visit, idea, error=visit.words("photo.none"), status=422)
    no = await sent(visit.services, idea, photos, text(form, "once"))
    if no:
        return await idea_page(visit, idea, error=said(visit, no), status=422)
    return visit.go(f"{visit.at(idea)}#photos")


@router.post("/photos/{photo}/removal")
async def remove_photo(visit: Somebody, idea: UUID, photo: UUID) -> Response:
    form = await visit.form()
    path = f"/v1/ideas/{idea}/photos/{photo}"
    try:
        await visit.services.tell("ideas", path, None, once=text(form, "once"), method="DELETE")
    except Refused as no:
        return await idea_page(visit, idea, error=said(visit, no.name), status=422)
    return visit.go(f"{visit.at(idea)}#photos")


@router.get("/photos/{photo}")
async def show_photo(visit: Somebody, idea: UUID, photo: UUID) -> Response:
    found = await visit.services.picture("ideas", f"/v1/ideas/{idea}/photos/{photo}")
    return Response(found, media_type="image/jpeg", headers=HEADERS)


def chosen(form: FormData) -> list[UploadFile]:
    """Return the photos of a form; a field without one sends an empty file."""
    files = (each for each in form.getlist("photo") if isinstance(each, UploadFile))
    return [each for each in files if each.filename and each.size]


async def sent(services: Services, idea: Any, photos: list[UploadFile], once: str) -> str:
    """Send photos to an idea; return the name of the no that one of them got."""
    no = ""
    for number, photo in enumerate(photos):
        kind = photo.content_type or "application/octet-stream"
        path, key = f"/v1/ideas/{idea}/photos", f"{once}-photo-{number}"
        try:
            await services.send("ideas", path, await photo.read(), kind, once=key)
        except Refused as refused:
            no = "ThePhotoIsTooHeavy" if refused.status == _HEAVY else refused.name
        except Away:
            no = "ThePhotoDidNotArrive"
    return no


def said(visit: Visit, no: str) -> str:
    """Return the sentence of a no about photos."""
    key = f"no.{no}"
    return visit.words(key if visit.words.knows(key) else "no.ThePhotoDidNotArrive")
