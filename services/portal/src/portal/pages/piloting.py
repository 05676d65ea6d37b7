"""A pilot for whoever answers for it: what it expects, what was measured, how it ended."""

from math import isfinite
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal import trend
from portal.giving import given, text
from portal.session import LEADERS
from portal.trying import last_pilot
from portal.visit import NotForYou, Somebody, Visit

router = APIRouter(prefix="/leading/pilots")
OUTCOMES = ("scaled", "extended", "stopped")


@router.get("/{idea}")
async def show_pilot(visit: Somebody, idea: UUID, done: str = "") -> Response:
    return await _page(visit, idea, done=bool(done))


@router.post("/{idea}/{pilot}/measurement")
async def measure(visit: Somebody, idea: UUID, pilot: UUID) -> Response:
    form = await visit.form()
    value = number_in(text(form, "value"))
    if value is None and text(form, "value"):
        return await _page(visit, idea, error=visit.words("pilot.value.wrong"))
    told = {"value": value, "remark": text(form, "remark")}
    path = f"/v1/ideas/{idea}/pilots/{pilot}/measurements"
    no = await given(visit, form, ("ideas", path), told)
    return await _page(visit, idea, error=no) if no else _back(visit, idea)


@router.post("/{idea}/{pilot}/conclusion")
async def conclude(visit: Somebody, idea: UUID, pilot: UUID) -> Response:
    form = await visit.form()
    told = {"outcome": text(form, "outcome"), "learning": text(form, "learning"),
            "ends_on": text(form, "ends_on") or None}  # fmt: skip
    path = f"/v1/ideas/{idea}/pilots/{pilot}/conclusion"
    no = await given(visit, form, ("ideas", path), told)
    return await _page(visit, idea, error=no) if no else _back(visit, idea)


def number_in(said: str) -> float | None:
    """Return a number as people write it, with a comma or a point."""
    try:
        value = float(said.replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) else None


def _back(visit: Visit, idea: UUID) -> Response:
    return visit.go(f"/leading/pilots/{idea}?done=1")


async def _page(visit: Visit, idea: UUID, *, error: str = "", done: bool = False) -> Response:
    ask = visit.services.get
    shown = await ask("ideas", f"/v1/ideas/{idea}")
    mine = visit.me.person == shown["accountable"]
    leads = visit.me.has(*LEADERS)
    if not (mine or leads or visit.me.person in shown["team"]):
        raise NotForYou
    steps = (await ask("ideas", f"/v1/ideas/{idea}/timeline"))["steps"]
    pilot, taken, ended = last_pilot(steps)
    helpers = pilot["more"].get("super_users", []) if pilot else []
    await visit.name([shown["accountable"], shown["author"], *helpers])
    drawn = trend.drawn([step["more"].get("value") for step in taken])
    return visit.page(
        "pilot.html", 422 if error else 200, idea=shown, pilot=pilot, taken=taken, ended=ended,
        drawn=drawn, error=error, done=done, outcomes=OUTCOMES, leads=leads,
        may=(mine or visit.me.has("desk")) and shown["state"] == "in_pilot" and pilot is not None,
    )  # fmt: skip
