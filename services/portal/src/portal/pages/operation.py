"""For operators: which service does what it should, what waits, and what could not be read."""

import asyncio
import re
from typing import Annotated, Any
from uuid import UUID

import httpx2
from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal import spans
from portal.asking import PATIENCE, Away, Refused, all_of
from portal.giving import given, text
from portal.pages.home import items, note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/operation")
_LETTERS = 20
_OF_IDEAS = frozenset({"kiem.ideas.events", "kiem.feedback.events"})  # where the key is an idea's
_SAID = re.compile(r"^(kiem_\w+?)(?:\{[^}]*\})? ([0-9.e+-]+)$", re.MULTILINE)
_SUMS = {
    "kiem_consumer_lag": "behind", "kiem_relay_lag": "untold", "kiem_dead_letters_parked": "parked",
    "kiem_timer_overdue_seconds": "overdue",
}  # fmt: skip
_OUTAGES = {"hold": "/v1/outages/hold", "release": "/v1/outages/release"}
_TRACE = re.compile(r"[0-9a-f]{32}")


@router.get("")
async def operation(visit: Somebody, done: str = "") -> Response:
    return await _page(visit, done=bool(done))


async def _page(visit: Visit, *, error: str = "", done: bool = False) -> Response:
    visit.require("operator")
    services = visit.house.settings.services
    states = await asyncio.gather(*(_state(visit, name) for name in services))
    found = await all_of(outages=visit.services.get("notifications", "/v1/outages"), **{
        name: visit.services.get(name, "/v1/dead-letters", status="parked", limit=_LETTERS)
        for name in services
    })  # fmt: skip
    note_away(visit, found)
    away = found.pop("outages")
    letters = [{**letter, "service": name} for name in found for letter in items(found[name])]
    return visit.page("operation.html", 422 if error else 200, states=states, letters=letters,
                      held=held_up(letters), outages=away, done=done, error=error)  # fmt: skip


def held_up(letters: list[Any]) -> dict[str, list[str]]:
    """Return the ideas whose news waits behind a dead letter, each with the services it is of."""
    found: dict[str, list[str]] = {}
    for letter in letters:
        if letter["topic"] in _OF_IDEAS and letter["key"]:
            services = found.setdefault(letter["key"], [])
            if letter["service"] not in services:
                services.append(letter["service"])
    return found


@router.get("/trace")
async def trace(visit: Somebody, of: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show what an idea, or one request, set in motion in every service."""
    visit.require("operator")
    wanted, why = _TRACE.findall(of.lower()), ""
    if of and not wanted:
        wanted, why = await _traces_of(visit, of.strip())
    file = visit.house.settings.traces_file
    bars: list[spans.Bar] = []
    if wanted and file is not None:
        bars = await asyncio.to_thread(spans.waterfall, file.parent, wanted)
    if of and not bars and not why:
        why = "trace.elsewhere" if file is None else "trace.none"
    return visit.page("trace.html", of=of, bars=bars, why=why, wide=spans.WIDTH)


async def _traces_of(visit: Visit, idea: str) -> tuple[list[str], str]:
    """Return the traces of an idea's timeline, else why there are none."""
    try:
        which = UUID(idea.rstrip("/").rpartition("/")[2])
        shown = await visit.services.get("ideas", f"/v1/ideas/{which}/timeline")
    except (ValueError, Refused):
        return [], "trace.unknown"
    except Away as away:
        visit.away.add(away.service)
        return [], ""
    return [step["trace"] for step in shown["steps"] if step["trace"]], ""


@router.post("/redrive/{service}/{letter}")
async def redrive(visit: Somebody, service: str, letter: int) -> Response:
    """Let a record be read again, with all that waits behind it."""
    visit.require("operator")
    form = await visit.form()
    wanted = {"ids": [letter], "dry_run": False}
    return await _settle(visit, form, (service, "/v1/dead-letters/redrive"), wanted)


@router.post("/discard/{service}/{letter}")
async def discard(visit: Somebody, service: str, letter: int) -> Response:
    """Give a record up, with a reason; what waits behind it is read."""
    visit.require("operator")
    form = await visit.form()
    path = (service, f"/v1/dead-letters/{letter}/discard")
    return await _settle(visit, form, path, {"reason": text(form, "reason")})


@router.post("/outages/{step}")
async def outages(visit: Somebody, step: str) -> Response:
    """Keep back what piled up in an outage, or let everybody be told."""
    visit.require("operator")
    if step not in _OUTAGES:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    return await _settle(visit, await visit.form(), ("notifications", _OUTAGES[step]), {})


async def _settle(visit: Visit, form: FormData, path: tuple[str, str], told: Any) -> Response:
    if path[0] not in visit.house.settings.services:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    no = await given(visit, form, path, told)
    return await _page(visit, error=no) if no else visit.go("/operation?done=1")


async def _state(visit: Visit, name: str) -> dict[str, Any]:
    """Ask a service how it is, as anybody may."""
    base = visit.house.settings.services[name].rstrip("/")
    client = visit.house.client
    try:
        answer, told = await asyncio.gather(
            client.get(f"{base}/readyz", timeout=PATIENCE),
            client.get(f"{base}/metrics", timeout=PATIENCE),
        )
        said = answer.json().get("detail", "")
    except (httpx2.HTTPError, ValueError) as error:
        return {"name": name, "ready": False, "says": type(error).__name__, "sums": {}}
    return {"name": name, "ready": answer.is_success, "says": said, "sums": sums_of(told.text)}


def sums_of(told: str) -> dict[str, float]:
    """Return what a service says that waits, each over all its topics and partitions."""
    found: dict[str, float] = {}
    for name, value in _SAID.findall(told):
        if short := _SUMS.get(name):
            found[short] = found.get(short, 0.0) + float(value)
    return found
