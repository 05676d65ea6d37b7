"""Coming in and going out: signing in, signing out, and the language."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from chassis.auth import IssuerUnavailable, NotIdentified
from portal.provider import NotSignedIn
from portal.session import FLOW, NAME, Flow
from portal.visit import LANGUAGE, LANGUAGES, Anybody, own_path

router = APIRouter()
_YEAR = 31_536_000
_FOUND, _SEE_OTHER = 302, 303
Path = Annotated[str, Query(max_length=2_000)]
Word = Annotated[str, Query(max_length=4_000)]


@router.get("/sign-in")
async def sign_in(visit: Anybody, to: Path = "/") -> Response:
    try:
        address, flow = await visit.house.provider.way_there(own_path(to))
    except IssuerUnavailable:
        return visit.page("error.html", 503, what="error.sign_in", why="error.issuer")
    answer = RedirectResponse(address, _FOUND)
    visit.house.seal.write(answer, FLOW, flow)
    return answer


@router.get("/signed-in")
async def signed_in(visit: Anybody, state: Word = "", code: Word = "") -> Response:
    """Take back who comes from the OpenID provider, as somebody new: no old session goes on."""
    flow = visit.house.seal.read(visit.request.cookies, FLOW, Flow)
    try:
        session = await visit.house.provider.way_back(flow, state, code)
    except IssuerUnavailable:
        answer = visit.page("error.html", 503, what="error.sign_in", why="error.issuer")
    except (NotSignedIn, NotIdentified):
        answer = visit.page("error.html", 400, what="error.sign_in", why="error.sign_in")
    else:
        answer = RedirectResponse(flow.to if flow else "/", _SEE_OTHER)
        visit.house.seal.write(answer, NAME, session)
    visit.house.seal.forget(answer, FLOW)
    return answer


@router.post("/sign-out")
async def sign_out(visit: Anybody) -> Response:
    """Sign out; also whose session is over leaves no draft behind."""
    await (visit.form() if visit.session else visit.open_form())
    answer = visit.go("/?bye=1")
    visit.house.seal.forget(answer, NAME)
    answer.headers["clear-site-data"] = '"storage"'  # a draft is not for who sits here next
    return answer


@router.get("/language/{wanted}")
async def choose_language(visit: Anybody, wanted: str, to: Path = "/") -> Response:
    answer = visit.go(own_path(to))
    if wanted in LANGUAGES:
        answer.set_cookie(LANGUAGE, wanted, max_age=_YEAR, samesite="lax", httponly=True,
                          secure=visit.house.seal.secure)  # fmt: skip
    return answer
