"""Room for ideas: what is in the way, time that is asked for, and what was answered to both."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Refused, all_of, nothing
from portal.giving import hours_in, refusal, text
from portal.naming import with_codes
from portal.pages.home import items, note_away, titles_of
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/room")
KINDS = ("time", "budget", "access", "training", "skill", "legal", "silo")
PURPOSES = ("idea", "pilot", "experiment", "reflection")
_PATHS = {"barriers": "/v1/barriers", "time": "/v1/time-requests"}
_ABOUT = ("idea", "pilot", "tool")
_SHOWN, _OFFERED, _TOOLS = 20, 50, 100
Also = Annotated[UUID | None, Query()]


@router.get("")
async def mine(visit: Somebody) -> Response:
    ask, wanted = visit.services.get, {"mine": "true", "limit": _SHOWN}
    found = await all_of(
        barriers=ask("ideas", _PATHS["barriers"], **wanted),
        times=ask("ideas", _PATHS["time"], **wanted),
    )
    note_away(visit, found)
    rows = [*items(found["barriers"]), *items(found["times"])]
    await visit.name(who for row in rows for who in (row["accountable"], _by(row)))
    return visit.page("room.html", shown=_SHOWN, **found)


def _by(row: Any) -> str | None:
    """Return who answered."""
    answer = row.get("answer")
    found: str | None = answer["by"] if answer else None
    return found


@router.get("/barriers/new")
async def before_raising(
    visit: Somebody, idea: Also = None, pilot: Also = None, tool: Also = None
) -> Response:
    return await _form(visit, "barriers", {"about": _about(idea=idea, pilot=pilot, tool=tool)}, [])


@router.post("/barriers")
async def raise_barrier(visit: Somebody) -> Response:
    form = await with_codes(visit, one=("owner",))
    said = {name: text(form, name) for name in ("kind", "words", "owner", "about")}
    lacks = [name for name in ("kind", "words") if not said[name]]
    told = {
        "kind": said["kind"], "words": said["words"], "owner": said["owner"] or None,
        **_of_about(said["about"]),
    }  # fmt: skip
    return await _sent(visit, form, "barriers", (said, lacks, told))


@router.get("/barriers/{barrier}")
async def show_barrier(visit: Somebody, barrier: UUID, sent: str = "") -> Response:
    return await _one(visit, "barriers", barrier, sent=bool(sent))


@router.get("/time/new")
async def before_asking(visit: Somebody, idea: Also = None) -> Response:
    return await _form(visit, "time", {"about": _about(idea=idea)}, [])


@router.post("/time")
async def ask_time(visit: Somebody) -> Response:
    form = await with_codes(visit, one=("lead",))
    said = {name: text(form, name) for name in ("purpose", "hours", "words", "lead", "about")}
    lacks = [name for name in ("hours", "purpose", "words") if not said[name]]
    told = {
        "purpose": said["purpose"], "hours": hours_in(said["hours"]), "words": said["words"],
        "lead": said["lead"] or None, "idea": _of_about(said["about"]).get("idea"),
    }  # fmt: skip
    if told["hours"] == 0 and "hours" not in lacks:
        lacks.insert(0, "hours")
    return await _sent(visit, form, "time", (said, lacks, told))


@router.get("/time/{request}")
async def show_request(visit: Somebody, request: UUID, sent: str = "") -> Response:
    return await _one(visit, "time", request, sent=bool(sent))


def _about(**ids: UUID | None) -> str:
    """Return what a form carries of what it is about: names and ids, in one field."""
    return " ".join(f"{name}:{ids[name]}" for name in _ABOUT if ids.get(name))


def _of_about(said: str) -> dict[str, str]:
    """Return the ids that a field of a form carries; of what is no name of ours, nothing."""
    parts = (each.partition(":") for each in said.split())
    return {name: found for name, _, found in parts if name in _ABOUT}


async def _sent(
    visit: Visit, form: FormData, kind: str,
    given: tuple[dict[str, str], list[str], dict[str, Any]],
) -> Response:  # fmt: skip
    """Give the command; where something lacks or it is refused, what was said stays."""
    said, lacks, told = given
    if lacks:
        return await _form(
            visit, kind, said, [(n, visit.words(f"room.missing.{n}")) for n in lacks]
        )
    try:
        done = await visit.services.tell("ideas", _PATHS[kind], told, once=text(form, "once"))
    except Refused as no:
        return await _form(visit, kind, said, [("", refusal(visit, no))])
    return visit.go(f"/room/{kind}/{done['matter']}?sent=1")


async def _form(
    visit: Visit, kind: str, said: dict[str, str], errors: list[tuple[str, str]]
) -> Response:
    """Show a form; what it can be about are the reader's own ideas, tools, and what led here."""
    ask, about = visit.services.get, _of_about(said["about"])
    found = await all_of(
        ideas=ask("ideas", "/v1/ideas", mine="true", open="true", limit=_OFFERED),
        tools=ask("ideas", "/v1/tools", limit=_TOOLS) if kind == "barriers" else nothing(),
    )
    note_away(visit, found)
    offered = [(_about(idea=row["idea"]), row["title"]) for row in items(found["ideas"])]
    if "idea" in about and said["about"] not in dict(offered):
        titles = await titles_of(visit, [about["idea"]])
        offered.insert(0, (said["about"], titles.get(about["idea"])))
    tools = [
        (_about(tool=row["matter"]), row["words"].get("name") or row["more"].get("name"))
        for row in items(found["tools"])
    ]
    return visit.page(
        "room_form.html", 422 if errors else 200, kind=kind, given=said, errors=errors,
        wrong={name for name, _ in errors}, kinds=KINDS, purposes=PURPOSES, ideas=offered,
        tools=tools,
    )  # fmt: skip


async def _one(visit: Visit, kind: str, matter: UUID, *, sent: bool) -> Response:
    """Show one with its promise or its answer, and who passed it on to whom."""
    shown = await visit.services.get("ideas", f"{_PATHS[kind]}/{matter}")
    first, *rest = shown["steps"]
    answer = rest[-1] if rest and not shown["accountable"] else None
    passed = [step for step in rest if step is not answer]
    titles = await titles_of(visit, [first["more"].get("idea")])
    await visit.name([shown["author"], shown["accountable"], *(step["by"] for step in rest)])
    return visit.page(
        "room_one.html", kind=kind, shown=shown, first=first, answer=answer, passed=passed,
        titles=titles, sent=sent,
    )  # fmt: skip
