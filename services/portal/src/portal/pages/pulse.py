"""A pulse: whoever is asked gets a code and answers with it; HR opens waves and reads numbers.

The answers are sent on without the token of whoever sits here: the code alone speaks.
"""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, Refused, all_of
from portal.giving import given, refusal, text
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/pulse")
READERS = ("hr", "council")
_ANSWER = "q."
_LONGEST_CODE, _MOST_SHOWN = 100, 12


@router.get("")
async def pulse(visit: Somebody, done: str = "") -> Response:
    return await _asked(visit, done=bool(done))


@router.post("/code")
async def get_code(visit: Somebody) -> Response:
    """Show the code on the page that asks: it is given once, and kept nowhere."""
    await visit.form()
    try:
        told = await visit.services.tell("feedback", "/v1/pulse/code", None, once="-")
    except Refused as no:
        return await _asked(visit, error=refusal(visit, no))
    return await _asked(visit, code=told["code"])


@router.post("")
async def answer(visit: Somebody) -> Response:
    form = await visit.form()
    code, answers = text(form, "code")[:_LONGEST_CODE], answers_of(form)
    try:
        await visit.services.nameless("feedback", "/v1/sealed/pulse",
                                      {"code": code, "answers": answers})  # fmt: skip
    except Refused as no:
        return await _asked(visit, code=code, said=answers, error=refusal(visit, no))
    return visit.go("/pulse?done=1")


def answers_of(form: FormData) -> dict[str, int]:
    """Return the questions that were answered, each with its number."""
    said = {name[len(_ANSWER) :]: text(form, name) for name in form if name.startswith(_ANSWER)}
    return {name: int(value) for name, value in said.items() if value.isdecimal()}


async def _asked(
    visit: Visit, *, code: str = "", said: dict[str, int] | None = None, error: str = "",
    done: bool = False,
) -> Response:  # fmt: skip
    found = await all_of(wave=visit.services.get("feedback", "/v1/pulse"))
    note_away(visit, found)
    return visit.page(
        "pulse.html", 422 if error else 200, code=code, said=said or {}, error=error, done=done,
        **found,
    )  # fmt: skip


@router.get("/waves")
async def waves(visit: Somebody, done: str = "") -> Response:
    return await _waves(visit, done=bool(done))


@router.post("/waves")
async def open_wave(visit: Somebody) -> Response:
    visit.require("hr")
    form = await visit.form()
    instruments = [*form.getlist("instrument"), *text(form, "imported").split()]
    told = {"closes": _end_of(visit, text(form, "closes")), "instruments": instruments}
    no = await given(visit, form, ("feedback", "/v1/pulse/waves"), told)
    return await _waves(visit, error=no) if no else visit.go("/pulse/waves?done=1")


@router.post("/waves/{wave}/end")
async def end_wave(visit: Somebody, wave: UUID) -> Response:
    visit.require("hr")
    form = await visit.form()
    no = await given(visit, form, ("feedback", f"/v1/pulse/waves/{wave}/end"), {})
    return await _waves(visit, error=no) if no else visit.go("/pulse/waves?done=1")


def _end_of(visit: Visit, day: str) -> str | None:
    try:
        last = datetime.combine(datetime.fromisoformat(day), time(23, 59))
    except ValueError:
        return None
    return last.replace(tzinfo=visit.days.zone).isoformat()


async def _waves(visit: Visit, *, error: str = "", done: bool = False) -> Response:
    visit.require(*READERS)
    found = await all_of(waves=visit.services.get("feedback", "/v1/pulse/waves"))
    rows: list[Any] = [] if isinstance(found["waves"], Gone) else found["waves"][:_MOST_SHOWN]
    over = [row["wave"] for row in rows if not row["open"]]
    told = await all_of(**{w: visit.services.get("metrics", f"/v1/pulse/waves/{w}") for w in over})
    note_away(visit, found | told)
    return visit.page(
        "waves.html", 422 if error else 200, error=error, done=done, rows=rows, told=told,
        busy=any(row["open"] for row in rows), **found,
    )  # fmt: skip
