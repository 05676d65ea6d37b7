"""Drafts of ideas that lie at the service, for their writer alone: also from another device."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Away, Refused, all_of
from portal.pages.home import items
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/drafts")
KEPT = ("title", "body", "challenge", "tool")


@router.post("/{draft}/removal")
async def drop(visit: Somebody, draft: UUID) -> Response:
    await visit.form()
    await dropped(visit, str(draft))
    return visit.go("/ideas/new")


async def kept(visit: Visit, given: dict[str, str]) -> str:
    """Keep what is written so far; return the draft. Raises Away or Refused."""
    told = {name: given[name] for name in KEPT if given.get(name)}
    told["language"] = visit.words.language
    draft = _id(given.get("draft", "")) or str(uuid4())
    await visit.services.tell("ideas", f"/v1/drafts/{draft}", told, once=draft, method="PUT")
    return draft


async def read(visit: Visit, draft: UUID) -> dict[str, str]:
    """Return a draft of the reader as the fields of its form."""
    found = await visit.services.get("ideas", f"/v1/drafts/{draft}")
    return {name: str(found[name] or "") for name in KEPT} | {"draft": str(draft)}


async def all_drafts(visit: Visit) -> list[Any]:
    found = await all_of(drafts=visit.services.get("ideas", "/v1/drafts"))
    return items(found["drafts"])


async def dropped(visit: Visit, draft: str) -> None:
    """Throw a draft away: what was sent is none any more. Where that fails it stays, harmlessly."""
    if not _id(draft):
        return
    try:
        await visit.services.tell("ideas", f"/v1/drafts/{draft}", None, once=draft, method="DELETE")
    except (Away, Refused):
        return


def _id(draft: str) -> str:
    try:
        return str(UUID(draft))
    except ValueError:
        return ""
