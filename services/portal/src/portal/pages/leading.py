"""For leaders: what is in the way, time for ideas, what my people are promised, and pilots."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, all_of
from portal.clearing import LEAST, cuts_of_barriers
from portal.giving import given, hours_in, text
from portal.naming import with_codes
from portal.pages.home import items, note_away
from portal.session import LEADERS
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/leading")
_MOST, _PAGE, _PAGES, _ANSWERED, _BUDGETS = 50, 100, 5, 10, 4
_PILOTS = 10  # each costs ideas a question of its own
Department = Annotated[str, Query(max_length=200)]


@router.get("")
async def leading(visit: Somebody, department: Department = "", done: str = "") -> Response:
    return await _page(visit, department.strip(), done=bool(done))


@router.post("/barriers/{barrier}/{step}")
async def answer_barrier(visit: Somebody, barrier: UUID, step: str) -> Response:
    visit.require(*LEADERS)
    form = await with_codes(visit, one=("to",))
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
    form = await with_codes(visit, one=("deputy",))
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
    found, people, cleared = await asyncio.gather(
        _of_mine(visit), _of_my_people(visit, department), cuts_of_barriers(visit)
    )
    found |= people
    note_away(visit, found | cleared)
    listed, theirs = found["departments"], items(found["theirs"])
    around = [department] if department else _nothing_of(listed, "of_my_people")[:_BUDGETS]
    pilots = [row for row in theirs if row["state"] == "in_pilot"][:_PILOTS]
    owed = [row for row in theirs if row["state"] != "in_pilot"]
    owed.sort(key=lambda row: row["due"] or "9")
    budgets, trials, _ = await asyncio.gather(
        _budgets(visit, around, items(found["times"])), _trials(visit, pilots),
        _name(visit, found, theirs),
    )  # fmt: skip
    return visit.page(
        "leading.html", 422 if error else 200, error=error, done=done, department=department,
        owed=owed, pilots=pilots, budgets=budgets, cleared=cleared, least=LEAST,
        offered=_nothing_of(listed, "items"), owing=owing(found), trials=trials, **found,
    )  # fmt: skip


async def _of_mine(visit: Visit) -> dict[str, Any]:
    """Return what the reader owes, who stands in for them, and what they may choose from."""
    ask = visit.services.get
    mine = {"owed_by_me": "true", "open": "true", "limit": _MOST}
    return await all_of(
        barriers=ask("ideas", "/v1/barriers", **mine),
        times=ask("ideas", "/v1/time-requests", **mine),
        deputy=ask("notifications", "/v1/deputy"),
        views=ask("feedback", "/v1/opinions"),
        departments=ask("ideas", "/v1/departments"),
        challenges=ask("ideas", "/v1/challenges", mine="true", open="true", limit=10),
        reports=ask("ideas", "/v1/challenges", **mine),
        lessons=ask("ideas", "/v1/experiments", **mine),
    )


def owing(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the reports that the reader owes, the soonest first: of challenges, of experiments."""
    pages = {"reports": "/leading/challenge/{}/closing", "lessons": "/experiments/{}"}
    told = [
        {"page": page.format(row["matter"]), "due": row["due"], "called": _first(row["words"])}
        for name, page in pages.items()
        for row in items(found[name])
    ]
    return sorted(told, key=lambda each: each["due"] or "9")


def _first(words: dict[str, str]) -> str | None:
    return next((words[name] for name in ("question", "hypothesis") if words.get(name)), None)


async def _trials(visit: Visit, rows: list[Any]) -> dict[str, Any]:
    """Return the last pilot of each idea, with its last measurement, as far as it is known."""
    if not rows:
        return {}
    shown = [row["idea"] for row in rows]
    found = await all_of(pilots=visit.services.get("ideas", "/v1/ideas/trials", idea=shown))
    note_away(visit, found)
    return {} if isinstance(found["pilots"], Gone) else found["pilots"]["trials"]


async def _name(visit: Visit, found: dict[str, Any], theirs: list[Any]) -> None:
    """Learn what everybody on the page is called."""
    answered = items(found["answered"])
    rows = [*items(found["barriers"]), *items(found["times"]), *theirs, *answered]
    named = [row[who] for row in rows for who in ("author", "accountable")]
    deputy = found["deputy"]
    await visit.name([
        *named, *(row["answer"]["by"] for row in answered if row.get("answer")),
        None if isinstance(deputy, Gone) else deputy["deputy"],
    ])  # fmt: skip


def _nothing_of(found: Any, name: str) -> list[str]:
    """Return a list of an answer; where the answer did not come, nothing."""
    listed: list[str] = [] if isinstance(found, Gone) else found[name]
    return listed


async def _of_my_people(visit: Visit, department: str) -> dict[str, Any]:
    """Return what they are promised and try, and how their requests for time were answered.

    My people are whom the directory says I lead, directly or through others; or, where a
    department is chosen, whoever works there.
    """
    ask = visit.services.get
    whose = {"department": department} if department else {"of_my_people": "true"}

    async def ideas() -> Any:
        """All that are open, as long as there are not unreasonably many: the soonest come first."""
        found: list[Any] = []
        after = None
        for _ in range(_PAGES):
            page = await ask("ideas", "/v1/ideas", open="true", after=after, limit=_PAGE, **whose)
            found, after = found + page["items"], page["next"]
            if after is None:
                break
        return {"items": found}

    answered = ask("ideas", "/v1/time-requests", open="false", limit=_ANSWERED, **whose)
    return await all_of(theirs=ideas(), answered=answered)


async def _budgets(visit: Visit, departments: list[str], times: list[Any]) -> list[Any]:
    """Return the hours of these departments in the month that is asked about, else in this one."""
    month = next((row["more"]["month"] for row in times if row["more"].get("month")), "")
    asked = {"month": month or f"{visit.days.today:%Y-%m}"}
    found = await all_of(**{
        name: visit.services.get("ideas", "/v1/time-requests/budget", department=name, **asked)
        for name in departments
    })  # fmt: skip
    note_away(visit, found)
    return [budget for budget in found.values() if not isinstance(budget, Gone)]
