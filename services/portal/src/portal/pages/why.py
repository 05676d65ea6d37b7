"""A why from a leader: a question to everybody, closed with a report; a tool and why it comes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, Refused, all_of
from portal.contests import contest
from portal.giving import given, listed, refusal, text
from portal.naming import with_codes
from portal.pages.challenging import closes
from portal.pages.home import note_away, titles_of
from portal.session import LEADERS
from portal.visit import NotForYou, Somebody, Visit

router = APIRouter(prefix="/leading")
_CHALLENGE = ("question", "why", "first", "last")
_PHASES = 4  # more than a challenge has
_MOST_ANSWERS = 100  # that can be chosen from, the best first
_TOOL = ("name", "why", "question", "manual", "learning_path", "audience", "super_users")


@router.get("/challenge")
async def ask_everybody(visit: Somebody) -> Response:
    visit.require(*LEADERS)
    return _page(visit, "challenge", {}, "")


@router.post("/challenge")
async def launch(visit: Somebody) -> Response:
    visit.require(*LEADERS)
    form = await with_codes(visit, several=("jury",))
    told: dict[str, Any] = {name: text(form, name) for name in _CHALLENGE}
    told |= {name: listed(form, name) for name in ("criteria", "audience", "jury")}
    told |= {"phases": phases(form), "jury_weight": share(text(form, "jury_weight") or "50")}
    told["hackathon"] = bool(form.get("hackathon"))
    if told["jury_weight"] is None:
        return _page(visit, "challenge", form, visit.words("why.challenge.weight.wrong"))
    if not all(all(phase.values()) for phase in told["phases"]):
        return _page(visit, "challenge", form, visit.words("why.challenge.phase.half"))
    once = str(form.get("once", ""))
    try:
        done = await visit.services.tell("ideas", "/v1/challenges", told, once=once)
    except Refused as no:
        return _page(visit, "challenge", form, refusal(visit, no))
    return visit.go(f"/challenges/{done['matter']}")


def phases(form: FormData) -> list[dict[str, str]]:
    """Return the phases of which anything was filled in."""
    parts = ("name", "first", "last")
    rows = [{part: text(form, f"phase.{part}.{row}") for part in parts} for row in range(_PHASES)]
    return [row for row in rows if any(row.values())]


def share(said: str) -> float | None:
    """Return a part from 0 to 1 of what was said in per cent; None where it is no such number."""
    try:
        found = float(said.replace(",", ".").removesuffix("%")) / 100
    except ValueError:
        return None
    return found if 0 <= found <= 1 else None


@router.get("/tool")
async def bring_a_tool(visit: Somebody) -> Response:
    visit.require(*LEADERS)
    return _page(visit, "tool", {}, "")


@router.post("/tool")
async def introduce(visit: Somebody) -> Response:
    visit.require(*LEADERS)
    form = await with_codes(visit, several=("super_users",))
    told: dict[str, Any] = {name: text(form, name) for name in _TOOL if text(form, name)}
    told |= {name: listed(form, name) for name in ("audience", "super_users")}
    told["features"] = dict.fromkeys(listed(form, "core"), "core")
    told["features"] |= dict.fromkeys(listed(form, "advanced"), "advanced")
    no = await given(visit, form, ("ideas", "/v1/tools"), told)
    return _page(visit, "tool", form, no) if no else visit.go("/tools")


@router.get("/challenge/{challenge}/closing")
async def before_closing(visit: Somebody, challenge: UUID) -> Response:
    return await _closing(visit, challenge, {}, [], "")


@router.post("/challenge/{challenge}/closing")
async def close(visit: Somebody, challenge: UUID) -> Response:
    form = await visit.form()
    chosen = [str(each) for each in form.getlist("chosen")]
    told = {"report": text(form, "report"), "chosen": chosen}
    no = await given(visit, form, ("ideas", f"/v1/challenges/{challenge}/closing"), told)
    if no:
        return await _closing(visit, challenge, form, chosen, no)
    return visit.go(f"/challenges/{challenge}")


async def _closing(
    visit: Visit, challenge: UUID, form: FormData | dict[str, Any], chosen: list[str], error: str
) -> Response:
    """Show the form that ends a challenge, with its answers in the order in which they stand."""
    ask, path = visit.services.get, f"/v1/challenges/{challenge}"
    shown = contest(await ask("ideas", path))
    if not closes(visit, shown):
        raise NotForYou
    found = await all_of(standing=ask("ideas", f"{path}/standing"))
    note_away(visit, found)
    told = found["standing"]
    ideas = [] if isinstance(told, Gone) else [each["idea"] for each in told["answers"]]
    answers = await titles_of(visit, ideas[:_MOST_ANSWERS])
    return _page(visit, "closing", form, error, challenge=challenge, chosen=chosen,
                 ideas=ideas[:_MOST_ANSWERS], titles=answers, question=shown.question)  # fmt: skip


def _page(
    visit: Visit, kind: str, form: FormData | dict[str, Any], error: str, **more: Any
) -> Response:
    status = 422 if error else 200
    return visit.page(
        "why.html", status, kind=kind, given=form, error=error, phases=_PHASES, **more
    )
