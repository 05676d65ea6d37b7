"""Going on with an idea that has an answer: by whoever was named for it, or the desk.

And a code for one's own idea, which is followed with it from anywhere.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Refused
from portal.giving import given, listed, refusal, text
from portal.naming import with_codes
from portal.pages.idea import idea_page
from portal.pages.piloting import number_in
from portal.trying import STEPS
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/ideas/{idea}")
_PATHS: dict[str, Callable[[UUID], str]] = {
    "pilot": lambda idea: f"/v1/ideas/{idea}/pilots",
    "realisation": lambda idea: f"/v1/ideas/{idea}/realisation",
    "revival": lambda idea: f"/v1/ideas/{idea}/revival",
    "promise": lambda idea: f"/v1/ideas/{idea}/promise",
    "hand-over": lambda idea: f"/v1/ideas/{idea}/hand-over",
}
_NEEDED = {
    "pilot": (
        "hypothesis", "measure", "stop_rule", "ends_on", "baseline", "target", "team",
        "super_users",
    ), "realisation": (),
    "revival": ("reason",), "promise": ("until", "reason"), "hand-over": ("to", "reason"),
}  # fmt: skip
_NUMBERS = ("baseline", "target")


@router.post("/turn/{step}")
async def go_on(visit: Somebody, idea: UUID, step: str) -> Response:
    """Take the next step; a no is said beside its form, where what was written still stands."""
    form = await with_codes(visit, several=("team", "super_users"))
    if step not in STEPS:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    no = _lacks(visit, form, step)
    if not no:
        no = await given(visit, form, ("ideas", _PATHS[step](idea)), _told(form, step))
    if no:
        said = {name: str(value) for name, value in form.items()}
        return await idea_page(visit, idea, error=no, given=said, refused=step, status=422)
    return visit.go(f"/ideas/{idea}?went={step}")


@router.post("/code")
async def give_code(visit: Somebody, idea: UUID) -> Response:
    """Give the author a code; it is shown this once."""
    form = await visit.form()
    try:
        told = await visit.services.tell(
            "ideas", f"/v1/ideas/{idea}/code", None, once=text(form, "once")
        )
    except Refused as no:
        return await idea_page(visit, idea, error=refusal(visit, no), status=422)
    return visit.page("code.html", given={**told, "due": None}, way="named", lost="")


@router.post("/co-authors")
async def share(visit: Somebody, idea: UUID) -> Response:
    """Say who has the idea beside its author; whoever is left out has it no more."""
    form = await with_codes(visit, several=("co_authors",))
    told = {"co_authors": listed(form, "co_authors")}
    path = f"/v1/ideas/{idea}/co-authors"
    no = await given(visit, form, ("ideas", path), told, method="PUT")
    return await idea_page(visit, idea, error=no, status=422) if no else visit.go(f"/ideas/{idea}")


def _lacks(visit: Visit, form: FormData, step: str) -> str:
    """Return the sentence of what is missing, or nothing."""
    if not all(text(form, name) for name in _NEEDED[step]):
        return visit.words(f"turn.lacks.{step}")
    said = [text(form, name) for name in _NUMBERS]
    return visit.words("turn.number") if any(n and number_in(n) is None for n in said) else ""


def _told(form: FormData, step: str) -> dict[str, Any]:
    if step == "realisation":
        return {"remark": text(form, "remark")}
    told: dict[str, Any] = {name: text(form, name) for name in _NEEDED[step]}
    if step == "pilot":
        numbers = {name: number_in(text(form, name)) for name in _NUMBERS}
        people = {name: listed(form, name) for name in ("team", "super_users")}
        told |= {**people, **numbers}
    return told
