"""Telling an idea as nobody: no service is told who asks, and the portal keeps nothing of it."""

from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Away, Refused
from portal.giving import refusal, text
from portal.pages import pictures
from portal.solving import Busy, own_puzzle, sealed_puzzle
from portal.visit import Nobody, Visit

router = APIRouter(prefix="/sealed")
FIELDS = ("title", "body", "challenge", "tool")
_PUZZLED = frozenset({"ThePuzzleIsNotSolved", "ThePuzzleIsOver"})


@router.get("")
async def tell_as_nobody(visit: Nobody) -> Response:
    return await sealed_page(visit, {}, [])


@router.post("", max_body_size=pictures.LARGEST)
async def send_as_nobody(visit: Nobody) -> Response:
    form = await visit.open_form(files=pictures.MOST)
    given = {name: text(form, name) for name in (*FIELDS, "once")}
    if missing := lacking(given):
        return await sealed_page(visit, given, [(n, visit.words(f"submit.missing.{n}")) for n in
                                                missing])  # fmt: skip
    if visit.crowded:
        return await _later(visit, given, "sealed.busy", photos=True)
    try:
        told = await _told(visit, given, form)
    except Refused as no:
        return await sealed_page(visit, given, [("", refusal(visit, no))])
    except Away:
        return await sealed_page(visit, given, [("", visit.words("sealed.away"))], status=503)
    except Busy as busy:
        return await _later(visit, given, str(busy), photos=bool(pictures.chosen(form)))
    lost = await _with_photos(visit, told, form, given["once"])
    return visit.page("code.html", given=told, way="sealed", lost=lost)


async def sealed_page(
    visit: Visit, given: dict[str, str], errors: list[tuple[str, str]], *, status: int = 422
) -> Response:
    """Make the page; its puzzle is solved by the browser while somebody types."""
    nobody = visit.speaking(None)
    try:
        puzzle = await nobody.services.tell("ideas", "/v1/sealed/puzzles", None, once="")
    except (Away, Refused):
        nobody.away.add("ideas")
        puzzle = {"puzzle": "", "bits": 0}
    return nobody.page(
        "sealed.html", status if errors else 200, given=given, errors=errors, puzzle=puzzle,
        ours=sealed_puzzle(visit.house.seal, puzzle) if puzzle["puzzle"] else "",
    )  # fmt: skip


def lacking(given: dict[str, str]) -> list[str]:
    """Return which of the two fields are empty."""
    return [name for name in ("title", "body") if not given[name]]


async def _later(visit: Visit, given: dict[str, str], why: str, *, photos: bool) -> Response:
    said = [why, "photo.again"] if photos else [why]
    return await sealed_page(visit, given, [("", visit.words(key)) for key in said], status=503)


async def _told(visit: Visit, given: dict[str, str], form: FormData) -> Any:
    """Tell it; with the browser's answer to the puzzle, or with one of our own."""
    told = {name: given[name] for name in FIELDS if given[name]}
    told |= {"language": visit.words.language}
    path, once = "/v1/sealed/ideas", given["once"]
    if solution := await _solution(visit, form):
        try:
            return await visit.services.tell("ideas", path, told | solution, once=once)
        except Refused as no:
            if no.name not in _PUZZLED:
                raise
    made = await visit.services.tell("ideas", "/v1/sealed/puzzles", None, once="")
    solution = await visit.house.solver.solved(made["puzzle"], made["bits"])
    return await visit.services.tell("ideas", path, told | solution, once=once)


async def _solution(visit: Visit, form: FormData) -> dict[str, str]:
    """Return the puzzle that a form brings, solved; nothing where it is none of ours.

    The same puzzle has the same answer, so a form that is sent twice says the same twice.
    """
    if answer := text(form, "answer"):
        return {"puzzle": text(form, "puzzle"), "answer": answer}
    ours = own_puzzle(visit.house.seal, text(form, "ours"))
    return await visit.house.solver.solved(ours.puzzle, ours.bits) if ours else {}


async def _with_photos(visit: Visit, told: Any, form: FormData, once: str) -> str:
    """Send the photos with the idea's own code; return the sentence of a no."""
    photos = pictures.chosen(form)
    if not photos:
        return ""
    try:
        asked = {"code": told["code"]}
        given = await visit.services.tell("ideas", "/v1/sealed/tokens", asked, once="")
    except (Away, Refused):
        return pictures.said(visit, "ThePhotoDidNotArrive")
    no = await pictures.sent(visit.with_token(given["token"]), told["idea"], photos, once)
    return pictures.said(visit, no) if no else ""
