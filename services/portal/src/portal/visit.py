"""One visit of one reader: who they are, their language, the services, and how a page is made."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2
import jinja2
from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import Pace
from portal.asking import Away, Refused, Services
from portal.bringing import Bringing
from portal.crowds import MOST_LARGE, words_of
from portal.dates import Days, number
from portal.guard import policy_of_document
from portal.provider import Provider
from portal.recent import Recent
from portal.session import CODE, NAME, Seal, Session, nameless
from portal.settings import PortalSettings
from portal.solving import Solver
from portal.words import LANGUAGES, Words, chosen

MOST_NAMES = 100
LANGUAGE = "kiem-language"
_SEE_OTHER, _TOO_LARGE = 303, 413
TAKEN = "kiem-taken"  # which form was taken; a script reads it, and throws that draft away
_TAKEN_LASTS = 600  # seconds: the way to the next page, also on a bad network
_ONCE = re.compile(r"[0-9a-f-]{36}")
_MOST_FIELDS = 200


class SignInFirst(Exception):
    """Nobody is signed in, and this page is somebody's."""


class CodeFirst(Exception):
    """Nobody said a code, and this page is about the idea behind one."""


class FormIsNotOurs(Exception):
    """A form without the proof that a page of ours made it."""


class NotForYou(Exception):
    """The page is for people with another role."""


class Asset(Protocol):
    def __call__(self, name: str) -> str: ...


@dataclass(frozen=True)
class House:
    """What all visits share."""

    settings: PortalSettings
    client: httpx2.AsyncClient
    provider: Provider
    seal: Seal
    pace: Pace
    templates: jinja2.Environment
    bringing: Bringing
    recent: Recent = field(default_factory=Recent)
    solver: Solver = field(default_factory=Solver)
    large: set[Request] = field(default_factory=set)
    """Who has no account and sends a form with files just now."""


@cache
def templates(asset: Asset) -> jinja2.Environment:
    """Return the templates: whatever somebody wrote is shown as text, never as markup."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    made.globals["asset"] = asset
    made.globals["sentence"] = lambda said: said[:1].upper() + said[1:]
    made.filters["with_names"] = lambda said, whom: ", ".join(
        whom(code.strip()) for code in said.split(",") if code.strip()
    )
    made.tests["gone"] = lambda found: type(found).__name__ == "Gone"
    return made


@dataclass
class Visit:
    """A request as the pages see it."""

    request: Request
    house: House
    session: Session | None
    words: Words
    days: Days
    services: Services
    names: dict[str, str] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    once: str = ""
    """The key of the form that was filled in, if this visit brought one."""
    crowded: bool = False
    """Whether its form came without its files, as too many had some at the same time."""

    @property
    def me(self) -> Session:
        if self.session is None:
            raise SignInFirst
        return self.session

    @property
    def fragment(self) -> bool:
        """Tell whether a part of a page was asked for, to be put into the one that is open."""
        return self.request.headers.get("hx-request") == "true"

    async def name(self, people: Iterable[str | None]) -> None:
        """Learn what people are called; who has no name is called by their id."""
        wanted = sorted({p for p in people if p} - set(self.names))[:MOST_NAMES]
        if not wanted:
            return
        only = self.session.only if self.session else ""
        path = f"/v1/loops/{only}/people" if only else "/v1/people"
        ids = None if only else ",".join(wanted)
        try:
            found = await self.services.get("notifications", path, ids=ids)
        except Away as away:
            self.away.add(away.service)
        except Refused:
            return
        else:
            self.names |= {person: told["name"] for person, told in found.items()}

    def called(self, person: str | None) -> str:
        if person is None:
            return self.words("somebody")
        if self.session is not None and person == self.session.person:
            return self.words("you")
        if nameless(person):
            return self.words("nameless")
        return self.names.get(person, person)

    def whom(self, code: str | None) -> str:
        """Return a person as a field shows them: by name and code, by the code where it is all."""
        return f"{self.names[code]} ({code})" if code and code in self.names else code or ""

    def page(self, template: str, status: int = 200, **given: Any) -> Response:
        """Make a page of a template and what it shows."""
        rendered = self.house.templates.get_template(template).render(
            t=self.words, days=self.days, called=self.called, whom=self.whom,
            session=self.session,
            path=self.request.url.path, away=sorted(self.away), fragment=self.fragment,
            number=lambda value, unit: number(value, unit, self.words.language),
            once=lambda: str(uuid4()), **given,
        )  # fmt: skip
        return HTMLResponse(rendered, status)

    def document(self, page: str) -> Response:
        """Send a page that a service made, with a policy that lets it do nothing but be read."""
        return HTMLResponse(page, headers={"content-security-policy": policy_of_document(page)})

    def go(self, path: str) -> Response:
        """Lead to another page: what was filled in, if anything, was taken."""
        return self.taken(RedirectResponse(path, _SEE_OTHER))

    def taken(self, answer: Response) -> Response:
        """Say with an answer that the form was taken; without this its draft stays where it is."""
        if self.once:
            answer.set_cookie(TAKEN, self.once, max_age=_TAKEN_LASTS, samesite="lax",
                              secure=self.house.seal.secure)  # fmt: skip
        return answer

    def at(self, idea: object) -> str:
        """Return the page of an idea: for whoever has its code it is one without a name."""
        return "/follow/idea" if self.session and self.session.only else f"/ideas/{idea}"

    def speaking(self, session: Session | None) -> "Visit":
        """Return this visit as somebody else's: of whoever has a code, or of nobody."""
        services = self.with_token(session.token if session else "")
        return replace(self, session=session, services=services)

    def with_token(self, token: str) -> Services:
        return Services(self.house.client, self.house.settings.services, token)

    async def form(self, files: int = 0, fields: int = _MOST_FIELDS) -> FormData:
        """Return what was filled in; raises FormIsNotOurs."""
        given = await self._read(files, fields)
        if not self.me.made(str(given.get("csrf", ""))):
            raise FormIsNotOurs
        once = str(given.get("once", ""))
        self.once = once if _ONCE.fullmatch(once) else ""
        # Should nobody take it, an error page shows it again; photos no page can show again.
        filled = given.multi_items()
        if all(isinstance(value, str) for _, value in filled):
            self.request.state.filled = filled
        return given

    async def open_form(self, files: int = 0) -> FormData:
        """Return what nobody in particular filled in; raises FormIsNotOurs.

        There is no session that could prove the form: the browser says from where it comes.
        """
        headers = self.request.headers
        origin = headers.get("origin", "")
        elsewhere = headers.get("sec-fetch-site", "same-origin") != "same-origin"
        if elsewhere or (origin and httpx2.URL(origin).netloc.decode() != headers.get("host")):
            raise FormIsNotOurs
        return await self._read(files)

    async def _read(self, files: int, fields: int = _MOST_FIELDS) -> FormData:
        """Read a form; only files may make it large, as they do not stay in memory."""
        headers = self.request.headers
        with_files = headers.get("content-type", "").startswith("multipart/form-data")
        length = headers.get("content-length", "")
        small = length.isdigit() and int(length) <= self.house.settings.body_bytes
        if not with_files and not small:
            raise HTTPException(_TOO_LARGE)
        if not small and (self.session is None or self.session.only):
            if len(self.house.large) >= MOST_LARGE:
                self.crowded = True
                return await words_of(self.request, files, self.house.settings.body_bytes)
            self.house.large.add(self.request)
        return await self.request.form(max_files=files, max_fields=fields)

    def require(self, *roles: str) -> None:
        if not self.me.has(*roles):
            raise NotForYou


def visit(request: Request) -> Visit:
    """Return the visit that a request is."""
    house: House = request.state.house
    session = house.seal.read(request.cookies, NAME, Session)
    address = request.client.host if request.client else ""
    house.pace.take(session.person if session else address)
    language = chosen(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))
    days = Days(language, ZoneInfo(str(house.settings.zone)), datetime.now(UTC))
    token = session.token if session else ""
    services = Services(house.client, house.settings.services, token)
    return Visit(request, house, session, Words(language), days, services)


async def visiting(request: Request) -> AsyncIterator[Visit]:
    """Give the visit of a request, and close the files that came with it afterwards."""
    try:
        yield visit(request)
    finally:
        await request.close()
        request.state.house.large.discard(request)


def signed_in(found: Annotated[Visit, Depends(visiting)]) -> Visit:
    """Return the visit of somebody who is signed in; raises SignInFirst."""
    if found.session is None:
        raise SignInFirst
    return found


def by_code(found: Annotated[Visit, Depends(visiting)]) -> Visit:
    """Return the visit of whoever has the code of an idea; raises CodeFirst."""
    session = found.house.seal.read(found.request.cookies, CODE, Session)
    if session is None:
        raise CodeFirst
    return found.speaking(session)


def as_nobody(found: Annotated[Visit, Depends(visiting)]) -> Visit:
    """Return a visit of nobody, whoever is signed in: no service is told who asks."""
    return found.speaking(None)


Anybody = Annotated[Visit, Depends(visiting)]
Nobody = Annotated[Visit, Depends(as_nobody)]
Holder = Annotated[Visit, Depends(by_code)]
Somebody = Annotated[Visit, Depends(signed_in)]


def own_path(wanted: str) -> str:
    """Return a path of ours, whatever was asked for: nobody is sent elsewhere."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    printable = wanted.isprintable() and "\\" not in wanted
    return wanted if plain and printable else "/"


__all__ = [
    "LANGUAGE", "LANGUAGES", "Anybody", "CodeFirst", "FormIsNotOurs", "Holder", "House", "Nobody",
    "NotForYou", "SignInFirst", "Somebody", "Visit", "own_path", "templates",
]  # fmt: skip
