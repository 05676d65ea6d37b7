"""For HR: who was erased, how far each service is, and the word that erases somebody."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.asking import Gone, all_of
from portal.giving import given, text
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/erasures")
_SERVICES = ("ideas", "feedback", "metrics", "notifications")
_MOST_ID = 200


@router.get("")
async def erasures(
    visit: Somebody, person: str = "", done: str = "",
    before: Annotated[str, Query(max_length=_MOST_ID)] = "",
) -> Response:  # fmt: skip
    return await _page(visit, person.strip()[:_MOST_ID], done=bool(done), before=before)


@router.post("")
async def erase(visit: Somebody) -> Response:
    """Erase a person everywhere; the code is typed twice, as there is no way back."""
    visit.require("hr")
    form = await visit.form()
    person, again = text(form, "person")[:_MOST_ID], text(form, "again")
    if not person or person != again:
        return await _page(visit, person, error=visit.words("erasures.not_the_same"))
    path = ("notifications", f"/v1/people/{quote(person, safe='')}/erasure")
    if no := await given(visit, form, path, {}):
        return await _page(visit, person, error=no)
    return visit.go(f"/erasures?done=1&person={quote(person, safe='')}")


async def _page(
    visit: Visit, person: str, *, error: str = "", done: bool = False, before: str = ""
) -> Response:
    visit.require("hr")
    asked: dict[str, Any] = {
        "erased": visit.services.get("notifications", "/v1/erasures", before=before)
    }
    if person:
        path = f"/v1/people/{quote(person, safe='')}/erasure"
        asked |= {name: visit.services.get(name, path) for name in _SERVICES}
    found = await all_of(**asked)
    note_away(visit, found)
    states = {name: found.pop(name) for name in _SERVICES if name in found}
    told = [state for state in states.values() if not isinstance(state, Gone)]
    everywhere = bool(told) and len(told) == len(states) and all(s["erased"] for s in told)
    nowhere = bool(told) and not any(s["erased"] for s in told)
    return visit.page(
        "erasures.html", 422 if error else 200, person=person, states=states, error=error,
        done=done, everywhere=everywhere, nowhere=nowhere, **found,
    )  # fmt: skip
