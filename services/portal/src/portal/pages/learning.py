"""What the house shares: learnings, challenges, and tools with somebody to ask."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Refused, all_of
from portal.giving import refusal
from portal.pages.home import items, note_away
from portal.visit import Somebody, Visit

router = APIRouter()
_PATHS = {
    "learnings": "/v1/learnings", "challenges": "/v1/challenges", "tools": "/v1/tools",
}  # fmt: skip


@router.get("/learnings")
async def learnings(visit: Somebody, after: UUID | None = None) -> Response:
    return await _list(visit, "learnings", after)


@router.post("/learnings")
async def share_a_learning(visit: Somebody) -> Response:
    form = await visit.form()
    words, once = str(form.get("words", "")).strip(), str(form.get("once", ""))
    try:
        await visit.services.tell("ideas", "/v1/learnings", {"words": words}, once=once)
    except Refused as no:
        return await _list(visit, "learnings", None, error=refusal(visit, no), given=words)
    return visit.go("/learnings")


@router.get("/challenges")
async def challenges(visit: Somebody, after: UUID | None = None) -> Response:
    return await _list(visit, "challenges", after)


@router.get("/tools")
async def tools(visit: Somebody, after: UUID | None = None) -> Response:
    return await _list(visit, "tools", after)


@router.get("/tools/{tool}")
async def tool(visit: Somebody, tool: UUID) -> Response:
    return await _tool(visit, tool)


@router.post("/tools/{tool}/help")
async def ask_for_help(visit: Somebody, tool: UUID) -> Response:
    form = await visit.form()
    words, once = str(form.get("words", "")).strip(), str(form.get("once", ""))
    try:
        path = f"/v1/tools/{tool}/help"
        asked = await visit.services.tell("ideas", path, {"words": words}, once=once)
    except Refused as no:
        return await _tool(visit, tool, error=refusal(visit, no), given=words)
    return visit.go(f"/help/{asked['matter']}?asked=1")


async def _tool(visit: Visit, tool: UUID, *, error: str = "", given: str = "") -> Response:
    """Show a tool; each change says all that people should know of it, so the last one counts."""
    ask = visit.services.get
    told = await ask("ideas", f"/v1/tools/{tool}")
    began = told["steps"][0]["more"]
    more = {"name": began.get("name"), **told["steps"][-1]["more"], "idea": began.get("idea")}
    found = await all_of(ideas=ask("ideas", "/v1/ideas", tool=tool, limit=20))
    note_away(visit, found)
    authors = [row[who] for row in items(found["ideas"]) for who in ("accountable", "author")]
    await visit.name([*more.get("super_users", []), *authors])
    return visit.page(
        "tool.html", 422 if error else 200, tool={**_begun(told), "more": more}, error=error,
        given=given, **found,
    )  # fmt: skip


async def _list(
    visit: Visit, kind: str, after: UUID | None, *, error: str = "", given: str = ""
) -> Response:
    found = await all_of(matters=visit.services.get("ideas", _PATHS[kind], after=after, limit=20))
    note_away(visit, found)
    await visit.name(matter["author"] for matter in items(found["matters"]))
    status = 422 if error else 200
    return visit.page(f"{kind}.html", status, error=error, given=given, **found)


def _begun(shown: Any) -> dict[str, Any]:
    """Return a matter with the words that it began with, and what was made of them since."""
    words: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for step in shown["steps"]:
        words |= step["words"]
        more |= step["more"]
    return {**shown, "words": words, "more": more}
