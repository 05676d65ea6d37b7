"""For operators: which service does what it should, and what could not be read."""

import asyncio
from typing import Any

import httpx2
from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import PATIENCE, Refused, all_of
from portal.pages.home import items, note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/operation")
_LETTERS = 20


@router.get("")
async def operation(visit: Somebody, done: str = "") -> Response:
    visit.require("operator")
    services = visit.house.settings.services
    states = await asyncio.gather(*(_state(visit, name) for name in services))
    found = await all_of(**{
        name: visit.services.get(name, "/v1/dead-letters", status="parked", limit=_LETTERS)
        for name in services
    })  # fmt: skip
    note_away(visit, found)
    letters = [{**letter, "service": name} for name in found for letter in items(found[name])]
    return visit.page("operation.html", states=states, letters=letters, done=bool(done))


@router.post("/redrive/{service}/{letter}")
async def redrive(visit: Somebody, service: str, letter: int) -> Response:
    """Let a record be read again, with all that waits behind it."""
    visit.require("operator")
    form = await visit.form()
    if service in visit.house.settings.services:
        wanted = {"ids": [letter], "dry_run": False}
        try:
            once = str(form.get("once", ""))
            await visit.services.tell(service, "/v1/dead-letters/redrive", wanted, once=once)
        except Refused:
            return visit.go("/operation")
    return visit.go("/operation?done=1")


async def _state(visit: Visit, name: str) -> dict[str, Any]:
    """Ask a service how it is, as anybody may."""
    base = visit.house.settings.services[name].rstrip("/")
    try:
        answer = await visit.house.client.get(f"{base}/readyz", timeout=PATIENCE)
        said = answer.json().get("detail", "")
    except (httpx2.HTTPError, ValueError) as error:
        return {"name": name, "ready": False, "says": type(error).__name__}
    return {"name": name, "ready": answer.is_success, "says": said}
