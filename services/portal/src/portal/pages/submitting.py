"""Telling an idea: two fields, similar ideas while typing, and a promise at once."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.asking import Gone, Refused, all_of, nothing
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter()
LONGEST_TITLE, LONGEST_BODY = 200, 10_000
_SHORTEST_TITLE = 3
ANSWER_DAYS = 5  # what the house promises; the page of the idea shows the day itself


@router.get("/ideas/new")
async def tell_an_idea(
    visit: Somebody, challenge: UUID | None = None, tool: UUID | None = None
) -> Response:
    return await _page(visit, {"challenge": str(challenge or ""), "tool": str(tool or "")}, [])


@router.post("/ideas/new")
async def send_an_idea(visit: Somebody) -> Response:
    form = await visit.form()
    given = {
        n: str(form.get(n, "")).strip() for n in ("title", "body", "challenge", "tool", "once")
    }
    if form.get("look"):
        return await _page(visit, given, [], await _similar(visit, given["title"], given["body"]))
    missing = [name for name in ("title", "body") if not given[name]]
    if missing:
        return await _page(visit, given, [(n, visit.words(f"submit.missing.{n}")) for n in missing])
    told = {name: given[name] for name in ("title", "body")} | {"language": visit.words.language}
    told |= {name: given[name] for name in ("challenge", "tool") if given[name]}
    try:
        where = await visit.services.tell("ideas", "/v1/ideas", told, once=given["once"])
    except Refused as no:
        return await _page(visit, given, [("", refusal(visit, no))])
    return visit.go(f"/ideas/{where['idea']}?sent=1")


@router.get("/ideas/similar")
async def similar_ideas(
    visit: Somebody,
    title: Annotated[str, Query(max_length=LONGEST_TITLE)] = "",
    body: Annotated[str, Query(max_length=LONGEST_BODY)] = "",
) -> Response:
    """Return the part of the page that changes while somebody types."""
    found = await _similar(visit, title.strip(), body)
    return visit.page("similar.html", similar=found, asked=False)


async def _similar(visit: Visit, title: str, body: str) -> Any:
    if len(title) < _SHORTEST_TITLE:
        return []
    asked = visit.services.get("ideas", "/v1/ideas/similar", title=title, body=body[:2_000])
    found = (await all_of(similar=asked))["similar"]
    return [] if isinstance(found, Gone) else found["items"]


async def _page(
    visit: Visit, given: dict[str, str], errors: list[tuple[str, str]], similar: Any = None
) -> Response:
    challenge = given.get("challenge")
    ask = visit.services.get
    found = await all_of(
        rubric=ask("feedback", "/v1/rubric"),
        challenge=ask("ideas", f"/v1/challenges/{challenge}") if challenge else nothing(),
    )
    note_away(visit, found)
    return visit.page(
        "submit.html", 422 if errors else 200, given=given, errors=errors, similar=similar,
        asked=similar is not None, wanted=ANSWER_DAYS, **found,
    )  # fmt: skip


def refusal(visit: Visit, no: Refused) -> str:
    """Return a service's no in the reader's language, in ours where we know it."""
    key = f"no.{no.name}"
    if visit.words.knows(key):
        return visit.words(key)
    return visit.words("no.other", detail=no.detail)
