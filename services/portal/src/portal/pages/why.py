"""A why from a leader: a question to everybody, closed with a report; a tool and why it comes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.giving import given, listed, text
from portal.session import LEADERS
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/leading")
_CHALLENGE = ("question", "why", "first", "last", "criteria", "audience", "jury")
_TOOL = ("name", "why", "question", "manual", "learning_path", "audience", "super_users")


@router.get("/challenge")
async def ask_everybody(visit: Somebody) -> Response:
    return _page(visit, "challenge", {}, "")


@router.post("/challenge")
async def launch(visit: Somebody) -> Response:
    visit.require(*LEADERS)
    form = await visit.form()
    told: dict[str, Any] = {name: text(form, name) for name in _CHALLENGE}
    told |= {name: listed(form, name) for name in ("criteria", "audience", "jury")}
    told["hackathon"] = bool(form.get("hackathon"))
    no = await given(visit, form, ("ideas", "/v1/challenges"), told)
    return _page(visit, "challenge", form, no) if no else visit.go("/challenges")


@router.get("/tool")
async def bring_a_tool(visit: Somebody) -> Response:
    return _page(visit, "tool", {}, "")


@router.post("/tool")
async def introduce(visit: Somebody) -> Response:
    visit.require(*LEADERS)
    form = await visit.form()
    told: dict[str, Any] = {name: text(form, name) for name in _TOOL if text(form, name)}
    told |= {name: listed(form, name) for name in ("audience", "super_users")}
    told["features"] = dict.fromkeys(listed(form, "core"), "core")
    told["features"] |= dict.fromkeys(listed(form, "advanced"), "advanced")
    no = await given(visit, form, ("ideas", "/v1/tools"), told)
    return _page(visit, "tool", form, no) if no else visit.go("/tools")


@router.get("/challenge/{challenge}/closing")
async def before_closing(visit: Somebody, challenge: UUID) -> Response:
    return _page(visit, "closing", {}, "", challenge=challenge)


@router.post("/challenge/{challenge}/closing")
async def close(visit: Somebody, challenge: UUID) -> Response:
    visit.require(*LEADERS)
    form = await visit.form()
    told = {"report": text(form, "report"), "chosen": listed(form, "chosen")}
    no = await given(visit, form, ("ideas", f"/v1/challenges/{challenge}/closing"), told)
    if no:
        return _page(visit, "closing", form, no, challenge=challenge)
    return visit.go(f"/challenges/{challenge}")


def _page(
    visit: Visit, kind: str, form: FormData | dict[str, Any], error: str, **more: Any
) -> Response:
    visit.require(*LEADERS)
    status = 422 if error else 200
    return visit.page("why.html", status, kind=kind, given=form, error=error, **more)
