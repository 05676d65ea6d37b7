"""Views that a reader is asked for before an idea is answered, and giving one."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import all_of
from portal.giving import given, text
from portal.pages.home import items, note_away, titles_of
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/views")


@router.get("")
async def asked_views(visit: Somebody, done: str = "") -> Response:
    return await _page(visit, done=bool(done))


@router.post("/{idea}/{opinion}")
async def give_view(visit: Somebody, idea: UUID, opinion: UUID) -> Response:
    form = await visit.form()
    words = text(form, "words")
    if not words:
        return await _page(visit, error=visit.words("views.empty"), at=opinion)
    path = f"/v1/reviews/{idea}/opinions/{opinion}"
    if no := await given(visit, form, ("feedback", path), {"words": words}):
        return await _page(visit, error=no, at=opinion, words=words)
    return visit.go("/views?done=1")


async def _page(
    visit: Visit, *, error: str = "", done: bool = False, at: UUID | None = None, words: str = ""
) -> Response:
    """Show what is asked; what was said in vain stays in its field."""
    found = await all_of(views=visit.services.get("feedback", "/v1/opinions"))
    note_away(visit, found)
    asked = items(found["views"])
    titles = await titles_of(visit, [view["idea"] for view in asked])
    await visit.name(view["by"] for view in asked)
    return visit.page(
        "views.html", 422 if error else 200, error=error, done=done, titles=titles,
        at=str(at or ""), words=words, **found,
    )  # fmt: skip
