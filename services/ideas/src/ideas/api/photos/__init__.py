"""Photos of an idea: shown by its authors, to whoever may see the idea."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from uuid_utils.compat import uuid7

from chassis.decider import NotAllowed, NotFound
from chassis.http import Caller
from chassis.process import Parts
from contracts.photos import PhotoAdded
from contracts.vocabulary import PersonId, PhotoId
from ideas.api.photos.developing import DarkRoom
from ideas.api.words import Author, Ideas, Once, is_for
from ideas.domain import AddPhoto, Idea, RemovePhoto, require_room
from ideas.domain import refusals as no
from ideas.projections import photos as kept
from ideas.projections.photos import Photos
from ideas.settings import IdeasSettings

KIND = "image/jpeg"
# Nobody keeps it on the way, and whatever it might be it is a picture and nothing more.
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SENT: dict[str, Any] = {
    "requestBody": {
        "required": True, "content": dict.fromkeys((KIND, "image/png", "image/webp"), _BINARY),
    }
}  # fmt: skip


class ThePhotosAreForAFew(NotAllowed):
    """The idea is confidential or sealed: its photos are for those who have it or answer it."""


class Shown(BaseModel):
    """A photo of an idea, as large as it is kept."""

    photo: UUID
    width: int
    height: int


class ShownPhotos(BaseModel):
    items: list[Shown]


def photos(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes of photos."""
    router = APIRouter(prefix="/ideas/{idea}", tags=["photos"])
    dark_room = DarkRoom(settings.photo_megapixels, settings.photo_side, asyncio.Lock())
    album = Photos(parts.keyring)
    router.include_router(_looking(parts, ideas, album))

    @router.post(
        "/photos", status_code=201, summary="Show a photo of it: a JPEG, PNG or WebP as the body",
        max_body_size=settings.photo_bytes, openapi_extra=_SENT,
    )  # fmt: skip
    async def add_photo(who: Author, once: Once, idea: UUID, request: Request) -> Shown:
        by = PersonId(who.subject)
        if (known := await _known(parts, idea, once.command)) is None:
            state = await _state(ideas, idea)
            if by not in state.authors:
                raise no.OnlyAuthorsDoThis
            require_room(state, settings.photos)
            developed = await dark_room.develop(await request.body())
            photo = PhotoId(uuid7())
            command = AddPhoto(by, parts.clock.now(), photo, settings.photos)
            async with parts.db.transaction() as tx:
                done = await ideas.handle(idea, command, once, tx)
                if not done.repeated:
                    await album.keep(tx, idea, state.author, photo, developed)
            parts.wake()
            known = await _known(parts, idea, once.command)
        async with parts.db.reading() as connection:
            found = await kept.sizes(connection, idea)
        size = next((each for each in found if each.photo == known), None)
        if size is None:
            raise no.ThereIsNoSuchPhoto
        return Shown(photo=size.photo, width=size.width, height=size.height)

    @router.delete("/photos/{photo}", status_code=204, summary="Show a photo no more")
    async def remove_photo(who: Author, once: Once, idea: UUID, photo: UUID) -> None:
        command = RemovePhoto(PersonId(who.subject), parts.clock.now(), PhotoId(photo))
        async with parts.db.transaction() as tx:
            await ideas.handle(idea, command, once, tx)
            await kept.drop(tx, photo)
        parts.wake()

    return router


def _looking(parts: Parts, ideas: Ideas, album: Photos) -> APIRouter:
    router = APIRouter()

    @router.get("/photos", summary="The photos of an idea")
    async def list_photos(who: Author, idea: UUID) -> ShownPhotos:
        await _require_sight(ideas, idea, who)
        async with parts.db.reading() as connection:
            found = await kept.sizes(connection, idea)
        items = [Shown(photo=each.photo, width=each.width, height=each.height) for each in found]
        return ShownPhotos(items=items)

    @router.get(
        "/photos/{photo}", summary="A photo, as a JPEG", response_class=Response,
        responses={200: {"content": {KIND: _BINARY}}},
    )  # fmt: skip
    async def read_photo(who: Author, idea: UUID, photo: UUID) -> Response:
        await _require_sight(ideas, idea, who)
        async with parts.db.reading() as connection:
            found = await album.find(connection, idea, photo)
        if found is None:
            raise no.ThereIsNoSuchPhoto
        return Response(found, media_type=KIND, headers=HEADERS)

    return router


async def _state(ideas: Ideas, idea: UUID) -> Idea:
    state, _ = await ideas.state(idea)
    if state is None:
        raise NotFound
    return state


async def _require_sight(ideas: Ideas, idea: UUID, who: Caller) -> None:
    state = await _state(ideas, idea)
    if not is_for(state, who):
        raise ThePhotosAreForAFew


async def _known(parts: Parts, idea: UUID, command: UUID) -> UUID | None:
    """Return the photo that a command added, if it was carried out before."""
    history = await parts.store.load(f"idea-{idea}")
    mine = (r.data for r in history if r.command == command)
    return next((event.photo for event in mine if isinstance(event, PhotoAdded)), None)
