"""One visit of one reader: who they are, their language, the services, and how a page is made."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2
import jinja2
from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import Pace
from portal.asking import Away, Refused, Services
from portal.dates import Days, number
from portal.guard import policy_of_document
from portal.provider import Provider
from portal.recent import Recent
from portal.session import NAME, Seal, Session
from portal.settings import PortalSettings
from portal.words import LANGUAGES, Words, chosen

MOST_NAMES = 100
LANGUAGE = "kiem-language"
_SEE_OTHER = 303


class SignInFirst(Exception):
    """Nobody is signed in, and this page is somebody's."""


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
    recent: Recent = field(default_factory=Recent)


def templates(asset: Asset) -> jinja2.Environment:
    """Return the templates: whatever somebody wrote is shown as text, never as markup."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    made.globals["asset"] = asset
    made.globals["sentence"] = lambda said: said[:1].upper() + said[1:]
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
        try:
            found = await self.services.get("notifications", "/v1/people", ids=",".join(wanted))
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
        return self.names.get(person, person)

    def page(self, template: str, status: int = 200, **given: Any) -> Response:
        """Make a page of a template and what it shows."""
        rendered = self.house.templates.get_template(template).render(
            t=self.words, days=self.days, called=self.called, session=self.session,
            path=self.request.url.path, away=sorted(self.away), fragment=self.fragment,
            number=lambda value, unit: number(value, unit, self.words.language),
            once=lambda: str(uuid4()), **given,
        )  # fmt: skip
        return HTMLResponse(rendered, status)

    def document(self, page: str) -> Response:
        """Send a page that a service made, with a policy that lets it do nothing but be read."""
        return HTMLResponse(page, headers={"content-security-policy": policy_of_document(page)})

    def go(self, path: str) -> Response:
        return RedirectResponse(path, _SEE_OTHER)

    async def form(self) -> FormData:
        """Return what was filled in; raises FormIsNotOurs."""
        given = await self.request.form(max_files=0, max_fields=100)
        if not self.me.made(str(given.get("csrf", ""))):
            raise FormIsNotOurs
        return given

    def require(self, *roles: str) -> None:
        if not self.me.has(*roles):
            raise NotForYou


def visit(request: Request) -> Visit:
    """Return the visit that a request is."""
    house: House = request.app.state.house
    session = house.seal.read(request.cookies, NAME, Session)
    address = request.client.host if request.client else ""
    house.pace.take(session.person if session else address)
    language = chosen(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))
    days = Days(language, ZoneInfo(str(house.settings.zone)), datetime.now(UTC))
    token = session.token if session else ""
    services = Services(house.client, house.settings.services, token)
    return Visit(request, house, session, Words(language), days, services)


def signed_in(found: Annotated[Visit, Depends(visit)]) -> Visit:
    """Return the visit of somebody who is signed in; raises SignInFirst."""
    if found.session is None:
        raise SignInFirst
    return found


Anybody = Annotated[Visit, Depends(visit)]
Somebody = Annotated[Visit, Depends(signed_in)]


def own_path(wanted: str) -> str:
    """Return a path of ours, whatever was asked for: nobody is sent elsewhere."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    printable = wanted.isprintable() and "\\" not in wanted
    return wanted if plain and printable else "/"


__all__ = [
    "LANGUAGE", "LANGUAGES", "Anybody", "FormIsNotOurs", "House", "NotForYou", "SignInFirst",
    "Somebody", "Visit", "own_path", "templates",
]  # fmt: skip
