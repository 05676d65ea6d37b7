"""What a reader says of an idea: support, comments, answers to questions, rating, appeal."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Refused, all_of
from portal.giving import refusal
from portal.pages.idea import authors, idea_page
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/ideas/{idea}")
_STARS = 6


@router.post("/support")
async def support(visit: Somebody, idea: UUID) -> Response:
    return await _toggle(visit, idea, f"/v1/ideas/{idea}/support")


@router.post("/following")
async def follow(visit: Somebody, idea: UUID) -> Response:
    return await _toggle(visit, idea, f"/v1/ideas/{idea}/following")


@router.post("/comments")
async def comment(visit: Somebody, idea: UUID) -> Response:
    form = await visit.form()
    words = {"words": _text(form, "words")}
    no = await said(visit, "ideas", f"/v1/ideas/{idea}/comments", words, form)
    return await _after(visit, idea, no, words, "talk")


@router.post("/answer/{question}")
async def answer_question(visit: Somebody, idea: UUID, question: UUID) -> Response:
    form = await visit.form()
    words = {"words": _text(form, "answer")}
    path = f"/v1/reviews/{idea}/questions/{question}/answer"
    no = await said(visit, "feedback", path, words, form)
    return await _after(visit, idea, no, {"answer": words["words"]}, "questions")


@router.post("/opinion/{opinion}")
async def give_view(visit: Somebody, idea: UUID, opinion: UUID) -> Response:
    form = await visit.form()
    words = {"words": _text(form, "view")}
    no = await said(visit, "feedback", f"/v1/reviews/{idea}/opinions/{opinion}", words, form)
    return await _after(visit, idea, no, {"view": words["words"]}, "")


@router.post("/rating")
async def rate(visit: Somebody, idea: UUID) -> Response:
    form = await visit.form()
    told: dict[str, Any] = {n: _stars(form, n) for n in ("useful", "respectful")}
    told["words"] = _text(form, "rating")
    no = await said(visit, "feedback", f"/v1/reviews/{idea}/rating", told, form)
    return await _after(visit, idea, no, {"rating": told["words"]}, "answer")


@router.post("/appeal")
async def appeal(visit: Somebody, idea: UUID) -> Response:
    form = await visit.form()
    words = {"words": _text(form, "appeal")}
    no = await said(visit, "feedback", f"/v1/reviews/{idea}/appeal", words, form)
    return await _after(visit, idea, no, {"appeal": words["words"]}, "answer")


@router.post("/withdrawal")
async def withdraw(visit: Somebody, idea: UUID) -> Response:
    form = await visit.form()
    reason = {"reason": _text(form, "reason")}
    no = await said(visit, "ideas", f"/v1/ideas/{idea}/withdrawal", reason, form)
    return await _after(visit, idea, no, reason, "")


async def _toggle(visit: Visit, idea: UUID, path: str) -> Response:
    """Say it, or take it back; a page that is open gets only the part that changed."""
    form = await visit.form()
    method = "DELETE" if form.get("back") else "PUT"
    no = await said(visit, "ideas", path, None, form, method=method)
    if no is None and visit.fragment:
        ask = visit.services.get
        shown = await ask("ideas", f"/v1/ideas/{idea}")
        found = await all_of(talk=ask("ideas", f"/v1/ideas/{idea}/talk"))
        mine = visit.me.person in authors(shown)
        return visit.page("voices.html", idea=shown, at=visit.at(idea),
                          may={"support": not mine}, **found)  # fmt: skip
    return await _after(visit, idea, no, {}, "voices")


async def said(
    visit: Visit, service: str, path: str, told: Mapping[str, Any] | None, form: FormData,
    *, method: str = "POST",
) -> str | None:  # fmt: skip
    """Give the command; return the sentence of who refuses it."""
    try:
        await visit.services.tell(
            service, path, told, once=str(form.get("once", "")), method=method
        )
    except Refused as no:
        return refusal(visit, no)
    return None


async def _after(
    visit: Visit, idea: UUID, no: str | None, given: dict[str, str], place: str
) -> Response:
    if no is not None:
        return await idea_page(visit, idea, error=no, given=given, status=422)
    return visit.go(visit.at(idea) + (f"#{place}" if place else ""))


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()


def _stars(form: FormData, name: str) -> int:
    given = _text(form, name)
    return int(given) if given.isdigit() and int(given) < _STARS else 0
