"""For leaders: what is in the way, time for ideas, what my people are promised, and pilots."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, all_of, nothing
from portal.giving import given, hours_in, text
from portal.pages.home import items, note_away
from portal.session import LEADERS
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/leading")
_MOST, _PAGE, _PAGES = 50, 100, 5
Department = Annotated[str, Query(max_length=200)]


@router.get("")
async def leading(visit: Somebody, department: Department = "", done: str = "") -> Response:
    return await _page(visit, department.strip(), done=bool(done))


@router.post("/barriers/{barrier}/{step}")
async def answer_barrier(visit: Somebody, barrier: UUID, step: str) -> Response:
    visit.require(*LEADERS)
    form = await visit.form()
    why = {"reason": text(form, "reason")}
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "removal": (f"/v1/barriers/{barrier}/removal", why),
        "decline": (
            f"/v1/barriers/{barrier}/decline",
            why | {"next_step": text(form, "next_step")},
        ),
        "hand-over": (f"/v1/barriers/{barrier}/hand-over", why | {"to": text(form, "to")}),
    }
    return await _answered(visit, form, steps.get(step))


@router.post("/deputy")
async def name_deputy(visit: Somebody) -> Response:
    """Choose who stands in; an empty field is the directory's word again."""
    visit.require(*LEADERS)
    form = await visit.form()
    told = {"deputy": text(form, "deputy") or None}
    if no := await given(visit, form, ("notifications", "/v1/deputy"), told, method="PUT"):
        return await _page(visit, text(form, "department"), error=no)
    return visit.go("/leading?done=1")


@router.post("/time/{request}/{step}")
async def answer_request(visit: Somebody, request: UUID, step: str) -> Response:
    visit.require(*LEADERS)
    form = await visit.form()
    hours, reason = hours_in(text(form, "hours")), text(form, "reason")
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "grant": (f"/v1/time-requests/{request}/grant", {"hours": hours}),
        "refusal": (f"/v1/time-requests/{request}/refusal", {"reason": reason}),
    }
    return await _answered(visit, form, steps.get(step))


async def _answered(
    visit: Visit, form: FormData, step: tuple[str, dict[str, Any]] | None
) -> Response:
    """Give the command of a step; show the page again where it is refused."""
    if step is None:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    path, told = step
    if no := await given(visit, form, ("ideas", path), told):
        return await _page(visit, text(form, "department"), error=no)
    return visit.go("/leading?done=1")


async def _page(visit: Visit, department: str, *, error: str = "", done: bool = False) -> Response:
    visit.require(*LEADERS)
    ask = visit.services.get
    mine = {"owed_by_me": "true", "open": "true", "limit": _MOST}
    found = await all_of(
        barriers=ask("ideas", "/v1/barriers", **mine),
        times=ask("ideas", "/v1/time-requests", **mine),
        deputy=ask("notifications", "/v1/deputy"),
        views=ask("feedback", "/v1/opinions"),
    )
    around = [row["department"] for name in ("times", "barriers") for row in items(found[name])]
    department = department or next((each for each in around if each), "")
    found |= await _of_my_people(visit, department, items(found["times"]))
    note_away(visit, found)
    theirs = items(found["theirs"])
    pilots = [row for row in theirs if row["state"] == "in_pilot"]
    owed = [row for row in theirs if row["state"] != "in_pilot"]
    owed.sort(key=lambda row: row["due"] or "9")
    rows = [*items(found["barriers"]), *items(found["times"]), *theirs]
    named = [row[who] for row in rows for who in ("author", "accountable")]
    deputy = found["deputy"]
    await visit.name([*named, None if isinstance(deputy, Gone) else deputy["deputy"]])
    return visit.page(
        "leading.html", 422 if error else 200, error=error, done=done, department=department,
        owed=owed, pilots=pilots, **found,
    )  # fmt: skip


async def _of_my_people(visit: Visit, department: str, times: list[Any]) -> dict[str, Any]:
    """Return what a department is promised, tries, and has in hours; nothing without one."""
    ask = visit.services.get

    async def ideas() -> Any:
        """All that are open, as long as there are not unreasonably many: the soonest come first."""
        found: list[Any] = []
        after = None
        for _ in range(_PAGES):
            page = await ask("ideas", "/v1/ideas", department=department, open="true",
                             after=after, limit=_PAGE)  # fmt: skip
            found, after = found + page["items"], page["next"]
            if after is None:
                break
        return {"items": found}

    month = next((row["more"]["month"] for row in times if row["more"].get("month")), "")
    budget = {"department": department, "month": month or f"{visit.days.today:%Y-%m}"}
    return await all_of(
        theirs=ideas() if department else nothing(),
        budget=ask("ideas", "/v1/time-requests/budget", **budget) if department else nothing(),
        challenges=ask("ideas", "/v1/challenges", mine="true", open="true", limit=10),
    )  # fmt: skip
