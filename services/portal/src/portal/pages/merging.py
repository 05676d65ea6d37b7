"""Ideas that tell the same: which they are, both beside each other, and then one of them."""

import re
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Gone, all_of
from portal.giving import given, text
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/desk")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHORTEST, _LONGEST, _WORDS = 3, 200, 2_000  # letters that similar ideas are looked for by


@router.get("/merger")
async def look(visit: Somebody, idea: UUID | None = None, into: UUID | None = None) -> Response:
    """Lead from an idea to those like it, and from one of these to both beside each other."""
    visit.require("desk")
    if idea is None:
        return visit.go("/desk#merge")
    return await _sure(visit, idea, into) if into and into != idea else await _alike(visit, idea)


@router.post("/merger")
async def merge(visit: Somebody) -> Response:
    """Show both ideas beside each other first; merge them when that was seen."""
    visit.require("desk")
    form = await visit.form()
    idea, into = id_in(text(form, "idea")), id_in(text(form, "into"))
    if not (idea and into and idea != into):
        return await _nothing(visit)
    reason = text(form, "reason")
    if not form.get("sure"):
        return await _sure(visit, idea, into, reason)
    path, told = f"/v1/ideas/{idea}/merger", {"into": str(into), "reason": reason}
    if no := await given(visit, form, ("ideas", path), told):
        return await _sure(visit, idea, into, reason, error=no)
    return visit.go(f"/ideas/{into}")


@router.post("/separation")
async def separate(visit: Somebody) -> Response:
    visit.require("desk")
    form = await visit.form()
    idea = id_in(text(form, "idea"))
    if idea is None:
        return await _nothing(visit)
    path, told = f"/v1/ideas/{idea}/merger/undo", {"reason": text(form, "reason")}
    if no := await given(visit, form, ("ideas", path), told):
        return await _nothing(visit, no)
    return visit.go(f"/ideas/{idea}")


def id_in(said: str) -> UUID | None:
    """Return the id of an idea, also out of a whole address."""
    found = _ID.search(said.lower())
    return UUID(found[0]) if found else None


async def _nothing(visit: Visit, error: str = "") -> Response:
    """Say that it is not known which ideas are meant, or why it was refused."""
    said = error or visit.words("desk.merge.which")
    return visit.page("alike.html", 422, idea=None, similar=None, error=said)


async def _alike(visit: Visit, idea: UUID) -> Response:
    ask = visit.services.get
    shown = await ask("ideas", f"/v1/ideas/{idea}")
    title, body = shown["title"] or "", shown["body"] or ""
    found = await all_of(
        similar=ask("ideas", "/v1/ideas/similar", title=title[:_LONGEST].ljust(_SHORTEST, "-"),
                    body=body[:_WORDS], but=idea),
    )  # fmt: skip
    note_away(visit, found)
    await visit.name([shown["author"]])
    return visit.page("alike.html", idea=shown, error="", **found)


async def _sure(
    visit: Visit, idea: UUID, into: UUID, reason: str = "", *, error: str = ""
) -> Response:
    ask = visit.services.get
    found = await all_of(one=ask("ideas", f"/v1/ideas/{idea}"),
                         other=ask("ideas", f"/v1/ideas/{into}"))  # fmt: skip
    if any(isinstance(each, Gone) for each in found.values()):
        return await _nothing(visit)
    await visit.name(each["author"] for each in found.values())
    status = 422 if error else 200
    return visit.page("merging.html", status, reason=reason, error=error, **found)
