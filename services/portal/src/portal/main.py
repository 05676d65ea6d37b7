"""Puts the portal together: no database, no Kafka, one process that asks others."""

import asyncio
import sys
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import httpx2
import uvicorn
import uvloop
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import auth, telemetry
from chassis.http import Pace
from chassis.http.problems import TooManyRequests, route_of
from chassis.log import configure, log
from chassis.settings import SettingsWrong, load
from portal.asking import Away, Refused, SignedOut
from portal.assets import FOLDER, asset
from portal.bringing import Bringing
from portal.coming_back import page_of_form
from portal.guard import Guarded
from portal.naming import WhichPerson, which_page
from portal.pages import pages
from portal.provider import Provider
from portal.session import NAME, Seal, Session, sealing_keys
from portal.settings import PortalSettings
from portal.uploads import uploads_of
from portal.visit import (
    CodeFirst,
    FormIsNotOurs,
    House,
    NotForYou,
    SignInFirst,
    own_path,
    templates,
    visit,
)

# What is asked every few seconds leaves no trace; nor does whoever tells or follows without a name.
_UNTRACED = ("/livez", "/readyz", "/metrics", "/static", "/sealed", "/follow", "/kiosk")
WRONG_USE, UNAVAILABLE, WRONG_SETTINGS = 64, 69, 78
_TOLD = {
    403: "error.403", 404: "error.404", 405: "error.404", 413: "error.413", 422: "error.404",
}  # fmt: skip
_ERRORS: dict[type[Exception], tuple[int, str]] = {
    NotForYou: (403, "error.403"),
    FormIsNotOurs: (403, "error.form"),
    SignInFirst: (403, "error.session"),
    SignedOut: (403, "error.session"),
    TooManyRequests: (429, "error.429"),
    RequestValidationError: (404, "error.404"),
}


def application(
    settings: PortalSettings, client: httpx2.AsyncClient, bringing: Bringing | None = None
) -> ASGIApp:
    """Return the portal as an application: its routes, in a house with these settings."""
    secure, routes = settings.portal_url.startswith("https://"), _routes(settings.body_bytes)
    house = House(
        settings=settings, client=client, provider=Provider(settings, client),
        seal=Seal(sealing_keys(settings.keys.get_secret_value()), secure),
        pace=Pace(settings.requests_per_second, settings.requests_burst),
        templates=templates(asset), bringing=bringing or Bringing(uploads_of(settings)),
    )  # fmt: skip

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["house"] = house
        await routes(scope, receive, send)

    return Guarded(GZipMiddleware(inside, minimum_size=600), secure=secure)


@cache
def _routes(body_bytes: int) -> FastAPI:
    """Return what answers, made once: it knows no settings but how much may come."""
    app = FastAPI(
        title="Kiem portal", version=version("kiem-portal"), openapi_url=None,
        max_body_size=body_bytes,
        telemetry={
            "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
            "exclude": lambda scope: scope["path"].startswith(_UNTRACED),
        },
    )  # fmt: skip
    app.include_router(pages())
    app.mount("/static", StaticFiles(directory=FOLDER))
    _health(app)
    _errors(app)
    return app


def _health(app: FastAPI) -> None:
    @app.get("/livez")
    @app.get("/readyz")
    async def alive() -> Response:
        """Answer: a portal without its services still says so, and is worth being asked."""
        return Response(b'{"status":"ok"}', media_type="application/json")

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _errors(app: FastAPI) -> None:
    """Let every no be a page that says what to do."""
    kinds: list[Any] = [
        *_ERRORS,
        SignInFirst,
        CodeFirst,
        SignedOut,
        Away,
        Refused,
        HTTPException,
        Exception,
    ]
    app.add_exception_handler(WhichPerson, which_page)
    for kind in kinds:
        app.add_exception_handler(kind, _page_of)


async def _page_of(request: Request, error: Exception) -> Response:
    coded = request.url.path.startswith("/follow/")
    if isinstance(error, CodeFirst) or (coded and isinstance(error, SignedOut)):
        return _code_again(request)
    given: dict[str, Any] = {}
    if isinstance(error, SignInFirst | SignedOut):
        given["sign_in"] = _way_to_sign_in(request)
        if request.headers.get("hx-request") == "true":
            return Response(status_code=204, headers={"HX-Redirect": given["sign_in"]})
        if request.method == "GET":
            return RedirectResponse(given["sign_in"], HTTPStatus.SEE_OTHER)
        # By our own policy a form may lead to no other site, and signing in is one: a page asks.
    elif request.method == "POST":
        # Whether it was taken nobody knows where an answer is lost; its key makes it arrive once.
        again = getattr(request.state, "filled", []) if isinstance(error, Away) else []
        given |= {"back": page_of_form(request), "again": again}
    status, what, told = _said(request, error)
    try:
        found = visit(request)
    except TooManyRequests:  # who asks too often gets no page that costs something
        return PlainTextResponse("Wait a few seconds. / Wacht een paar tellen.", 429)
    service = found.words(f"service.{error.service}") if isinstance(error, Away) else ""
    return found.page("error.html", status, what=what, why=what, service=service, **given, **told)


def _code_again(request: Request) -> Response:
    """Ask for the code again, and let nothing stay here of whoever had it before."""
    answer = RedirectResponse("/follow?again=1", HTTPStatus.SEE_OTHER)
    house: House = request.state.house
    if house.seal.read(request.cookies, NAME, Session) is None:  # else the drafts are a colleague's
        answer.headers["clear-site-data"] = '"storage"'
    return answer


def _way_to_sign_in(request: Request) -> str:
    """Return the address; somebody who was filling in a form comes back to its page, and draft."""
    whole = request.method == "GET" and request.headers.get("hx-request") != "true"
    query = f"?{request.url.query}" if request.url.query else ""
    to = request.url.path + query if whole else page_of_form(request)
    return str(httpx2.URL("/sign-in", params={"to": own_path(to)}))


def _said(request: Request, error: Exception) -> tuple[int, str, dict[str, Any]]:
    for kind, (status, what) in _ERRORS.items():
        if isinstance(error, kind):
            return status, what, {}
    if isinstance(error, Away):
        return 503, "error.away", {}
    status = error.status if isinstance(error, Refused) else getattr(error, "status_code", 500)
    if status in _TOLD:
        return status, _TOLD[status], {}
    log.error("http.failed", route=route_of(request.scope), exc_info=error)
    return 500, "error.500", {"trace": telemetry.trace_id() or "-"}


def server_config(settings: PortalSettings, app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app, host=settings.host, port=settings.port,
        log_config=None, access_log=False, server_header=False, lifespan="off",
        timeout_graceful_shutdown=int(settings.stop_seconds), proxy_headers=True,
        forwarded_allow_ips=settings.believed,
    )  # fmt: skip


async def serve(settings: PortalSettings) -> None:
    """Serve until told to stop."""
    configure("portal")
    tracing = telemetry.start("portal", settings)
    bringing = Bringing(uploads_of(settings))
    async with auth.web_client() as client:
        config = server_config(settings, application(settings, client, bringing))
        log.info("process.started", port=settings.port)
        sweeping = asyncio.create_task(bringing.uploads.sweeping())
        await uvicorn.Server(config).serve()
        sweeping.cancel()
        await bringing.stop()
    tracing.shutdown()


async def check(settings: PortalSettings) -> int:
    """Ask everything that the portal needs, and say what does not answer."""
    async with auth.web_client() as client:
        said = ""
        for name, base in settings.services.items():
            try:
                (await client.get(f"{base.rstrip('/')}/readyz")).raise_for_status()
            except httpx2.HTTPError as error:
                said += f"{name}: {type(error).__name__} (KIEM_{name.upper()}_URL)\n"
        try:
            await Provider(settings, client).way_there("/")
        except auth.IssuerUnavailable as error:
            said += f"issuer: {error} (KIEM_ISSUER)\n"
    sys.stdout.write(said or "portal: all is well\n")
    return UNAVAILABLE if said else 0


def main(words: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    verb = words[0] if words else "serve"
    if len(words) > 1 or verb not in {"serve", "check"}:
        sys.stderr.write("usage: python -m portal [serve|check]\n")
        return WRONG_USE
    try:
        settings = load(PortalSettings)
        sealing_keys(settings.keys.get_secret_value())
        if verb == "check":
            return uvloop.run(check(settings))
        uvloop.run(serve(settings))
    except SettingsWrong as error:
        sys.stderr.write(f"portal: {error}\n")
        return WRONG_SETTINGS
    return 0
