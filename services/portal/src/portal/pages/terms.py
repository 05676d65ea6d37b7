"""For the innovation desk: what ideas are promised, and what another promise would change."""

from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, Refused, all_of
from portal.giving import given, listed, refusal, text
from portal.pages.home import note_away
from portal.pages.merging import id_in
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/desk/terms")
DAYS = ("answer_days", "decision_days", "escalate_days")
RUNGS = ("lead", "director", "desk")
_MOST = 60  # rules in a form
_PATH = ("ideas", "/v1/terms")


@router.get("")
async def terms(visit: Somebody, done: str = "") -> Response:
    return await _page(visit, done=bool(done))


@router.post("")
async def change(visit: Somebody) -> Response:
    """Show first what a change would change; carry it out when that was seen."""
    visit.require("desk")
    form = await visit.form()
    wanted = wanted_of(form)
    if form.get("sure"):
        no = await given(visit, form, _PATH, wanted, method="PUT")
        return await _page(visit, wanted["rules"], no) if no else visit.go("/desk/terms?done=1")
    try:
        seen = await visit.services.tell(
            "ideas", "/v1/terms?dry_run=true", wanted, once=text(form, "once"), method="PUT"
        )
    except Refused as no:
        return await _page(visit, wanted["rules"], refusal(visit, no))
    return visit.page("terms_change.html", wanted=wanted, seen=seen, days_of=DAYS)


def wanted_of(form: FormData) -> dict[str, Any]:
    """Return the rules that were filled in; a row that says nothing is left out."""
    rules = [rule for row in range(_MOST) if any((rule := _rule(form, row)).values())]
    return {"seen": _whole(text(form, "seen")) or 0, "rules": rules}


def _rule(form: FormData, row: int) -> dict[str, Any]:
    challenge = id_in(text(form, f"challenge.{row}"))
    reminders = [_whole(day) for day in listed(form, f"remind_days.{row}")]
    rungs = [rung for rung in RUNGS if form.get(f"{rung}.{row}")]
    return {
        "category": text(form, f"category.{row}") or None,
        "challenge": str(challenge) if challenge else None,
        **{name: _whole(text(form, f"{name}.{row}")) for name in DAYS},
        "remind_days": [day for day in reminders if day is not None] or None,
        "rungs": rungs or None,
    }


def _whole(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 5 else None  # noqa: PLR2004


async def _page(
    visit: Visit, wanted: list[dict[str, Any]] | None = None, error: str = "", *, done: bool = False
) -> Response:
    visit.require("desk")
    found = await all_of(
        terms=visit.services.get("ideas", "/v1/terms"),
        history=visit.services.get("ideas", "/v1/terms/history"),
    )
    note_away(visit, found)
    now = found["terms"]
    standing = [] if isinstance(now, Gone) else now["rules"]
    rules = standing if wanted is None else wanted
    return visit.page(
        "terms.html", 422 if error else 200, error=error, done=done, rules=[*rules, {}],
        days_of=DAYS, rungs=RUNGS, **found,
    )  # fmt: skip
