"""What nobody has to allow: light experiments, thanks, and taking part in a pilot."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import all_of
from portal.giving import given, listed, text
from portal.naming import with_codes
from portal.pages.home import items, note_away
from portal.pages.idea import idea_page
from portal.visit import Somebody, Visit

router = APIRouter()
WENT = ("well", "otherwise", "nowhere")


@router.get("/experiments")
async def experiments(visit: Somebody, after: UUID | None = None, idea: str = "") -> Response:
    return await _experiments(visit, after, {"idea": idea})


@router.get("/experiments/{experiment}")
async def experiment(visit: Somebody, experiment: UUID) -> Response:
    """Show one experiment, with the form for what it taught where that is still to be told."""
    shown = await visit.services.get("ideas", f"/v1/experiments/{experiment}")
    return await _experiments(visit, None, {}, one=shown)


@router.post("/experiments")
async def start(visit: Somebody) -> Response:
    form = await with_codes(visit, several=("team",))
    said = {name: text(form, name) for name in ("hypothesis", "ends_on", "team", "idea")}
    told = {"hypothesis": said["hypothesis"], "ends_on": said["ends_on"] or None,
            "team": listed(form, "team"), "idea": said["idea"] or None}  # fmt: skip
    no = await given(visit, form, ("ideas", "/v1/experiments"), told)
    return await _experiments(visit, None, said, no) if no else visit.go("/experiments")


@router.post("/experiments/{experiment}/report")
async def report(visit: Somebody, experiment: UUID) -> Response:
    form = await visit.form()
    told = {"went": text(form, "went"), "learning": text(form, "learning")}
    path = f"/v1/experiments/{experiment}/report"
    no = await given(visit, form, ("ideas", path), told)
    return await _experiments(visit, None, {}, no) if no else visit.go("/experiments")


@router.get("/thanks")
async def thanks(visit: Somebody, after: UUID | None = None) -> Response:
    return await _thanks(visit, after, {})


@router.post("/thanks")
async def give_thanks(visit: Somebody) -> Response:
    form = await with_codes(visit, several=("to",))
    told = {"to": listed(form, "to"), "words": text(form, "words")}
    no = await given(visit, form, ("ideas", "/v1/thanks"), told)
    said = {name: text(form, name) for name in ("to", "words")}
    return await _thanks(visit, None, said, no) if no else visit.go("/thanks")


@router.post("/ideas/{idea}/join/{pilot}")
async def join(visit: Somebody, idea: UUID, pilot: UUID) -> Response:
    form = await visit.form()
    path = f"/v1/ideas/{idea}/pilots/{pilot}/members"
    no = await given(visit, form, ("ideas", path), None)
    return await idea_page(visit, idea, error=no, status=422) if no else visit.go(f"/ideas/{idea}")


async def _experiments(
    visit: Visit, after: UUID | None, said: dict[str, str], error: str = "", *, one: Any = None
) -> Response:
    ask, mine = visit.services.get, {"open": "true", "limit": 10}
    found = await all_of(
        matters=ask("ideas", "/v1/experiments", after=after, limit=20),
        mine=ask("ideas", "/v1/experiments", mine="true", **mine),
        owed=ask("ideas", "/v1/experiments", owed_by_me="true", **mine),
    )
    note_away(visit, found)
    await _named(visit, found)
    ended = [each["matter"] for each in items(found["matters"]) if each["ended_at"]]
    reports = await all_of(**{each: ask("ideas", f"/v1/experiments/{each}") for each in ended})
    learned = {each: told["steps"][-1] for each, told in reports.items() if isinstance(told, dict)}
    return visit.page("experiments.html", 422 if error else 200, error=error, given=said,
                      went=WENT, learned=learned, one=one, asked=_asked(visit, found, one),
                      matters=found["matters"])  # fmt: skip


def _asked(visit: Visit, found: dict[str, Any], one: Any) -> list[Any]:
    """Return the experiments of which the reader may tell what they taught, each once."""
    me = visit.me.person
    of_team = [
        each for each in items(found["matters"])
        if not each["ended_at"] and me in (each["more"].get("team") or [])
    ]  # fmt: skip
    told = [*items(found["mine"]), *items(found["owed"]), *of_team]
    if one is not None and one["steps"][-1]["type"] != "ExperimentReported":
        began = one["steps"][0]
        team = {one["author"], one["accountable"], *(began["more"].get("team") or [])}
        if me in team or visit.me.has("desk"):
            told = [{**one, "words": began["words"], "more": began["more"]}, *told]
    return list({each["matter"]: each for each in told}.values())


async def _thanks(
    visit: Visit, after: UUID | None, said: dict[str, str], error: str = ""
) -> Response:
    found = await all_of(matters=visit.services.get("ideas", "/v1/thanks", after=after, limit=20))
    note_away(visit, found)
    await _named(visit, found)
    return visit.page("thanks.html", 422 if error else 200, error=error, given=said, **found)


async def _named(visit: Visit, found: dict[str, Any]) -> None:
    matters = items(found["matters"])
    await visit.name([
        *(matter["author"] for matter in matters),
        *(person for matter in matters for name in ("to", "team")
          for person in matter["more"].get(name) or []),
    ])  # fmt: skip
