"""Who may be meant while somebody types a name: for the fields of forms that name persons."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.naming import suggested
from portal.visit import Somebody

router = APIRouter()


@router.get("/people")
async def people(
    visit: Somebody, field: Annotated[str, Query(max_length=100)] = "", several: str = ""
) -> Response:
    """Return the part of a page that a field chooses from; the field sends what is typed in it."""
    said = visit.request.query_params.get(field, "")[:10_000]
    offered = await suggested(visit, said, several=bool(several))
    return visit.page("people.html", offered=offered)
