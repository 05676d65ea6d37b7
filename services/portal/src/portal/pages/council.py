"""For HR and the works council: every number about people, what was agreed, and what was not."""

from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import all_of
from portal.giving import given, text
from portal.pages.home import note_away
from portal.pages.numbers import Name
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/council")
READERS = ("council", "hr")
_MOST_ID = 200
_EDITIONS = 60


@router.get("")
async def register(visit: Somebody, done: str = "", person: str = "") -> Response:
    return await _page(visit, done=bool(done), person=person.strip()[:_MOST_ID])


@router.get("/dossier")
async def dossier(visit: Somebody) -> Response:
    """Show the page for a data protection officer."""
    visit.require(*READERS)
    return visit.document(await visit.services.page("metrics", "/v1/register/dossier"))


@router.post("/{kpi}/{step}")
async def decide(visit: Somebody, kpi: Name, step: str) -> Response:
    visit.require(*READERS)
    form = await visit.form()
    reason, least = text(form, "reason") or None, _whole(text(form, "threshold")) or 0
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "consent": (f"/v1/register/{kpi}/consent", _consent(form)),
        "withdrawal": (f"/v1/register/{kpi}/withdrawal", {"reason": reason}),
        "threshold": (f"/v1/register/{kpi}/threshold", {"threshold": least}),
    }
    if step not in steps:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    path, told = steps[step]
    no = await given(visit, form, ("metrics", path), told)
    return await _page(visit, error=no) if no else visit.go(f"/council?done=1#{kpi}")


def _consent(form: FormData) -> dict[str, Any]:
    """Return the consent: to this version, under the conditions that were filled in."""
    return {
        "version": _whole(text(form, "version")) or 0,
        "threshold": _whole(text(form, "threshold")), "until": _day(text(form, "until")),
        "words": text(form, "words") or None,
    }  # fmt: skip


def _whole(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 9 else None  # noqa: PLR2004


def _day(said: str) -> str | None:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return None


async def _page(visit: Visit, *, error: str = "", done: bool = False, person: str = "") -> Response:
    visit.require(*READERS)
    found = await all_of(
        register=visit.services.get("metrics", "/v1/register"),
        editions=visit.services.get("metrics", "/v1/editions", limit=_EDITIONS),
    )
    note_away(visit, found)
    register = found["register"]
    numbers = register["numbers"] if isinstance(register, dict) else []
    await visit.name(decision["by"] for number in numbers for decision in number["decisions"])
    return visit.page(
        "council.html", 422 if error else 200, error=error, done=done, person=person,
        erasures=await _erasures(visit, person), waiting=_waiting(numbers), **found,
    )  # fmt: skip


def _waiting(numbers: list[Any]) -> list[Any]:
    return [number for number in numbers if number["state"] != "consented"]


async def _erasures(visit: Visit, person: str) -> dict[str, Any]:
    """Ask every service what it still holds of somebody; only HR may."""
    if not person or not visit.me.has("hr"):
        return {}
    ask, path = visit.services.get, f"/v1/people/{quote(person, safe='')}/erasure"
    found = await all_of(**{name: ask(name, path) for name in visit.house.settings.services})
    note_away(visit, found)
    return found
