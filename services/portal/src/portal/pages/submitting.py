"""Telling an idea: two fields, similar ideas while typing, and a promise at once."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Away, Gone, Refused, all_of, nothing
from portal.giving import another_key, refusal, text
from portal.pages import drafting, pictures, sealed
from portal.pages.home import note_away
from portal.pages.sealed import FIELDS, lacking
from portal.visit import Somebody, Visit

router = APIRouter()
LONGEST_TITLE, LONGEST_BODY = 200, 10_000
_SHORTEST_TITLE = 3
ANSWER_DAYS = 5  # what the house promises; the page of the idea shows the day itself


@router.get("/ideas/new")
async def tell_an_idea(
    visit: Somebody, challenge: UUID | None = None, tool: UUID | None = None,
    draft: UUID | None = None, kept: str = "",
) -> Response:  # fmt: skip
    given = {"challenge": str(challenge or ""), "tool": str(tool or "")}
    if draft is not None:
        given = await drafting.read(visit, draft)
    return await _page(visit, given, [], notice="draft.kept" if kept else "")


@router.post("/ideas/new", max_body_size=pictures.LARGEST)
async def send_an_idea(visit: Somebody) -> Response:
    form = await visit.form(files=pictures.MOST)
    given = {name: text(form, name) for name in (*FIELDS, "way", "draft", "once")}
    if form.get("look"):
        return await _page(visit, given, [], await _similar(visit, given["title"], given["body"]))
    if form.get("keep"):
        return await _kept(visit, given, form)
    if missing := lacking(given):
        errors = [(name, visit.words(f"submit.missing.{name}")) for name in missing]
        if pictures.chosen(form):
            errors.append(("", visit.words("photo.again")))
        return await _page(visit, given, errors)
    if given["way"] == "sealed":  # what it means is read first, and nobody is asked their name
        again = [("", visit.words("photo.again"))] if pictures.chosen(form) else []
        await drafting.dropped(visit, given["draft"])  # drafts have a name
        return visit.taken(await sealed.sealed_page(visit, given, again))
    return await _sent(visit, given, form)


async def _kept(visit: Visit, given: dict[str, str], form: FormData) -> Response:
    try:
        return visit.go(f"/ideas/new?draft={await drafting.kept(visit, given)}&kept=1")
    except Refused as no:
        return await _page(visit, given, [("", refusal(visit, no))])
    except Away as away:
        return await _not_now(visit, given, form, away)


async def _sent(visit: Visit, given: dict[str, str], form: FormData) -> Response:
    told = {name: given[name] for name in FIELDS if given[name]}
    told |= {"language": visit.words.language}
    confidential = given["way"] == "confidential"
    path = "/v1/ideas/confidential" if confidential else "/v1/ideas"
    try:
        where = await visit.services.tell("ideas", path, told, once=given["once"])
    except Refused as no:
        return await _page(visit, another_key(given, no), [("", refusal(visit, no))])
    except Away as away:
        return await _not_now(visit, given, form, away)
    await drafting.dropped(visit, given["draft"])
    no_photo = await _with_photos(visit, where, form, given["once"])
    if confidential:
        lost = pictures.said(visit, no_photo) if no_photo else ""
        return visit.taken(visit.page("code.html", given=where, way="confidential", lost=lost))
    lost = f"&photo={no_photo}" if no_photo else ""
    return visit.go(f"/ideas/{where['idea']}?sent=1{lost}")


async def _not_now(visit: Visit, given: dict[str, str], form: FormData, away: Away) -> Response:
    """Show the form again with all that was written, as the ideas take nothing now."""
    visit.away.add(away.service)
    errors = [("", visit.words("again.away"))]
    if pictures.chosen(form):
        errors.append(("", visit.words("photo.again")))
    return await _page(visit, given, errors)


async def _with_photos(visit: Visit, where: Any, form: FormData, once: str) -> str:
    """Send the photos along, under the alias where there is one; return the name of a no."""
    photos, services = pictures.chosen(form), visit.services
    if not photos:
        return ""
    if "code" in where:
        try:
            path = f"/v1/ideas/{where['idea']}/alias"
            services = visit.with_token(
                (await services.tell("ideas", path, None, once=""))["token"]
            )
        except (Away, Refused):
            return "ThePhotoDidNotArrive"
    return await pictures.sent(services, where["idea"], photos, once)


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


def has_ended(visit: Visit, challenge: Any) -> bool:
    """Tell whether a challenge takes answers no more: it is closed, or its last day is over."""
    if not isinstance(challenge, dict):
        return False
    steps = challenge["steps"]
    last = steps[0]["more"].get("last")
    closed = any(step.get("type") == "ChallengeClosed" for step in steps)
    return closed or bool(last and visit.days.left(last) < 0)


async def _page(
    visit: Visit, given: dict[str, str], errors: list[tuple[str, str]], similar: Any = None,
    notice: str = "",
) -> Response:  # fmt: skip
    challenge = given.get("challenge")
    ask = visit.services.get
    found = await all_of(
        rubric=ask("feedback", "/v1/rubric"),
        drafts=drafting.all_drafts(visit),
        challenge=ask("ideas", f"/v1/challenges/{challenge}") if challenge else nothing(),
    )
    if over := has_ended(visit, found["challenge"]):
        given = given | {"challenge": ""}
    # Whoever is away already is so because it should have taken the form.
    status = 503 if visit.away else 422 if errors else 200
    note_away(visit, found)
    return visit.page(
        "submit.html", status, given=given, errors=errors, similar=similar,
        asked=similar is not None, wanted=ANSWER_DAYS, notice=notice, over=over, **found,
    )  # fmt: skip
