"""Following one idea by its code: status, questions, answer, rating and appeal, and no account."""

import time
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Refused
from portal.giving import refusal, text
from portal.pages import pictures, voices
from portal.pages.idea import idea_page
from portal.session import CODE, Session, new_csrf
from portal.visit import Holder, Nobody, Somebody, Visit

router = APIRouter(prefix="/follow")
mine = APIRouter(prefix="/ideas/{idea}")
_LONGEST = 100
_HERE = "/follow/idea"


@router.get("")
async def ask_for_code(visit: Nobody, again: str = "", bye: str = "") -> Response:
    said = "follow.again" if again else "follow.bye" if bye else ""
    return visit.page("follow.html", said=said, error="")


@router.post("")
async def open_by_code(visit: Nobody) -> Response:
    form = await visit.open_form()
    code = text(form, "code")[:_LONGEST]
    try:
        if not code:
            raise Refused(404, "ThisIsNoCode", "")
        told = {"code": code}
        given = await visit.services.tell("ideas", "/v1/sealed/tokens", told, once="")
    except Refused as no:
        return visit.page("follow.html", 422, said="", error=_said(visit, no))
    return await opened(visit, given)


async def opened(visit: Visit, given: dict[str, object]) -> Response:
    """Let the holder of a token for one idea in, until it ends."""
    token, idea, lasts = str(given["token"]), str(given["idea"]), float(str(given["expires_in"]))
    csrf, ends = new_csrf(), time.time() + lasts
    session = Session(person="", roles=(), token=token, csrf=csrf, only=idea, ends=ends)
    shown = await visit.speaking(session).services.get("ideas", f"/v1/ideas/{idea}")
    session = Session(
        person=shown["author"], roles=("alias",), token=token, csrf=csrf, only=idea, ends=ends
    )
    answer = visit.go(_HERE)
    visit.house.seal.write(answer, CODE, session)
    return answer


@router.get("/idea")
async def show(visit: Holder) -> Response:
    return await idea_page(visit, _idea(visit))


@router.post("/idea/answer/{question}")
async def answer_question(visit: Holder, question: UUID) -> Response:
    return await voices.answer_question(visit, _idea(visit), question)


@router.post("/idea/rating")
async def rate(visit: Holder) -> Response:
    return await voices.rate(visit, _idea(visit))


@router.post("/idea/appeal")
async def appeal(visit: Holder) -> Response:
    return await voices.appeal(visit, _idea(visit))


@router.post("/idea/withdrawal")
async def withdraw(visit: Holder) -> Response:
    return await voices.withdraw(visit, _idea(visit))


@router.post("/idea/photos", max_body_size=pictures.LARGEST)
async def add_photos(visit: Holder) -> Response:
    return await pictures.add_photos(visit, _idea(visit))


@router.post("/idea/photos/{photo}/removal")
async def remove_photo(visit: Holder, photo: UUID) -> Response:
    return await pictures.remove_photo(visit, _idea(visit), photo)


@router.get("/idea/photos/{photo}")
async def show_photo(visit: Holder, photo: UUID) -> Response:
    return await pictures.show_photo(visit, _idea(visit), photo)


@router.post("/idea/erasure")
async def erase(visit: Holder) -> Response:
    """Take it back without a trace; there is nothing to come back to."""
    form = await visit.form()
    idea = _idea(visit)
    if not form.get("sure"):
        return await idea_page(visit, idea, error=visit.words("follow.erase.unsure"), status=422)
    no = await voices.said(visit, "ideas", f"/v1/ideas/{idea}/erasure", None, form)
    if no is not None:
        return await idea_page(visit, idea, error=no, status=422)
    return _left(visit)


@router.post("/close")
async def close(visit: Holder) -> Response:
    await visit.form()
    return _left(visit)


@mine.post("/own")
async def open_own(visit: Somebody, idea: UUID) -> Response:
    """Open an idea that was told without a name: by the account that told it, or by its code."""
    form = await visit.form()
    code, path = text(form, "code")[:_LONGEST], f"/v1/ideas/{idea}"
    try:
        if form.get("reveal"):
            told = {"code": code or None}
            once = text(form, "once")
            await visit.services.tell("ideas", f"{path}/revelation", told, once=once)
            return visit.go(f"/ideas/{idea}")
        if code:
            asked = visit.speaking(None).services
            return await opened(
                visit, await asked.tell("ideas", "/v1/sealed/tokens", {"code": code}, once="")
            )
        return await opened(
            visit, await visit.services.tell("ideas", f"{path}/alias", None, once="")
        )
    except Refused as no:
        return await idea_page(visit, idea, error=_said(visit, no), status=422)


def _said(visit: Visit, no: Refused) -> str:
    """Return a no; that of a code is told of ideas here, as other things have codes too."""
    return visit.words("follow.unknown") if no.name == "ThisIsNoCode" else refusal(visit, no)


def _idea(visit: Visit) -> UUID:
    return UUID(visit.me.only)


def _left(visit: Visit) -> Response:
    answer = visit.go("/follow?bye=1")
    visit.house.seal.forget(answer, CODE)
    answer.headers["clear-site-data"] = '"storage"'  # who stands here next finds no draft
    return answer
