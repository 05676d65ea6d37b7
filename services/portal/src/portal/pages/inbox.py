"""The inbox: what a person was told, newest first, each with what it is about."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import httpx2
from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from portal import news
from portal.asking import Refused, all_of
from portal.pages.home import items, note_away, told
from portal.visit import Somebody

router = APIRouter(prefix="/inbox")
_PAGE = 20


@router.get("")
async def inbox(visit: Somebody, after: Annotated[int | None, Query(ge=1)] = None) -> Response:
    found = await all_of(
        notices=visit.services.get("notifications", "/v1/notices", after=after, limit=_PAGE),
        tasks=visit.services.get("notifications", "/v1/hand-overs"),
    )
    note_away(visit, found)
    tasks = [
        {**task, "said": news.task(visit.words, task), "page": news.page(task, leads=False)}
        for task in items(found.pop("tasks"))
        if task["open"]
    ]
    await visit.name(task["person"] for task in tasks)
    listed = items(found["notices"])
    await visit.name(notice["accountable"] for notice in listed)
    return visit.page("inbox.html", listed=await told(visit, listed), tasks=tasks, **found)


@router.get("/count")
async def count(visit: Somebody) -> Response:
    """Return how much is new, for the corner of every page."""
    found = await all_of(notices=visit.services.get("notifications", "/v1/notices", limit=50))
    fresh = sum(not notice["seen_at"] for notice in items(found["notices"]))
    return visit.page("count.html", fresh=fresh)


@router.get("/stream")
async def stream(
    visit: Somebody, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """Pass the live inbox on, with the reader's own token, for as long as that lasts."""
    services, last = visit.services, last_event_id or ""

    async def passing() -> AsyncIterator[bytes]:
        try:
            async with services.stream("notifications", "/v1/inbox/stream", last) as answer:
                if answer.is_success:
                    async for piece in answer.aiter_raw():
                        yield piece
        except httpx2.HTTPError:
            return  # the browser asks again by itself, and goes on where it was

    kind, headers = "text/event-stream", {"x-accel-buffering": "no"}
    return StreamingResponse(passing(), media_type=kind, headers=headers)


@router.post("/seen")
async def see_all(visit: Somebody) -> Response:
    """Note that these were seen: one, or all that the page showed."""
    form = await visit.form()
    for notice in form.getlist("notice")[:_PAGE]:
        try:
            path = f"/v1/notices/{UUID(str(notice))}/seen"
            await visit.services.tell("notifications", path, None, once=f"seen-{notice}")
        except (Refused, ValueError):
            continue
    return visit.go("/inbox")


@router.post("/told/{task}")
async def told_them(visit: Somebody, task: UUID) -> Response:
    """Confirm that a colleague was told what no channel brought."""
    await visit.form()
    path = f"/v1/hand-overs/{task}/receipt"
    await visit.services.tell("notifications", path, None, once=f"told-{task}")
    return visit.go("/inbox")
