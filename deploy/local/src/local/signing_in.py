"""How a person signs in at the development identity provider: they say who they are.

The code flow with a proof (RFC 7636), as a real provider has it, but without a password.
"""

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

PERSONAS = "personas.json"
ROLES = frozenset(
    {"employee", "reviewer", "lead", "director", "desk", "hr", "council", "publisher", "operator",
     "service"}
)  # fmt: skip
Somebody = dict[str, str]
"""Who is offered by name: `id`, `name`, and `roles` separated by spaces."""

ALWAYS: tuple[Somebody, ...] = (
    {"id": "desk", "name": "Ideeënbalie / innovation desk", "roles": "employee desk reviewer"},
    {"id": "operator", "name": "Beheerder / operator", "roles": "employee operator"},
)
_OFFERED = ("employee", "reviewer", "lead", "director", "desk", "hr", "council", "operator")
_LASTS, _MOST = 120.0, 1_000
_BAD_REQUEST, _FOUND = 400, 302
_STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c231f;background:#faf8f3}"
    "button,input{font:inherit;padding:.6rem .8rem;border-radius:.4rem;border:1px solid #7b837d}"
    "button{display:block;width:100%;text-align:left;background:#fff;margin:.5rem 0;cursor:pointer}"
    "button:focus-visible{outline:.2rem solid #1d6b47}small{color:#57605a;display:block}"
    "label{margin-right:.8rem;white-space:nowrap}"
)


@dataclass(frozen=True, kw_only=True)
class Client:
    """Who may ask for tokens; `personas` may name any subject and any roles, in their own name.

    With `redirects` people sign in for it, and come back there.
    """

    secret: str
    roles: tuple[str, ...] = ()
    personas: bool = False
    redirects: tuple[str, ...] = ()


class Refused(Exception):
    """An OAuth error answer."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.content = {"error": error, "error_description": description}


class Asked(BaseModel):
    """What a client sends along with somebody who is to sign in."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class Chosen(Asked):
    """And who they say that they are."""

    sub: str = ""
    roles: list[str] = []


@dataclass(frozen=True)
class _Code:
    asked: Asked
    subject: str
    roles: tuple[str, ...]
    until: float


class Codes:
    """What was given out to be redeemed: once, soon, by the client that can prove it asked."""

    def __init__(self) -> None:
        self._given: dict[str, _Code] = {}

    def give(self, asked: Asked, subject: str, roles: tuple[str, ...]) -> str:
        now = time.monotonic()
        self._given = {c: g for c, g in self._given.items() if g.until > now}
        if len(self._given) >= _MOST:
            raise Refused(_BAD_REQUEST, "temporarily_unavailable", "too many sign in at once")
        code = secrets.token_urlsafe(32)
        self._given[code] = _Code(asked, subject, roles, now + _LASTS)
        return code

    def redeem(self, client: str, form: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
        """Return whom a code is for; raises Refused."""
        given = self._given.pop(form.get("code", ""), None)
        if given is None or given.until < time.monotonic():
            raise Refused(_BAD_REQUEST, "invalid_grant", "no such code, or it is over")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        same = (
            given.asked.client_id == client
            and given.asked.redirect_uri == form.get("redirect_uri", "")
            and hmac.compare_digest(given.asked.code_challenge, proof)
        )
        if not same:
            raise Refused(_BAD_REQUEST, "invalid_grant", "the code was given to somebody else")
        return given.subject, given.roles


def signing_in(clients: Mapping[str, Client], codes: Codes, personas: Path | None) -> APIRouter:
    """Return the page on which a person says who they are, and where it leads."""
    router = APIRouter()

    @router.get("/authorize")
    async def choose(asked: Annotated[Asked, Query()]) -> Response:
        _require(clients, asked)
        return HTMLResponse(_page(asked, _known(personas)))

    @router.post("/authorize")
    async def chosen(told: Annotated[Chosen, Form()]) -> Response:
        _require(clients, told)
        roles = tuple(role for role in told.roles if role in _OFFERED) or ("employee",)
        code = codes.give(told, told.sub.strip() or "somebody", roles)
        back = urlencode({"code": code, "state": told.state})
        return RedirectResponse(f"{told.redirect_uri}?{back}", _FOUND)

    return router


def _require(clients: Mapping[str, Client], asked: Asked) -> None:
    client = clients.get(asked.client_id)
    if client is None or asked.redirect_uri not in client.redirects:
        raise Refused(_BAD_REQUEST, "invalid_request", "no such client, or not back to there")
    if asked.response_type != "code" or asked.code_challenge_method != "S256":
        raise Refused(_BAD_REQUEST, "invalid_request", "only the code flow, with a proof by S256")
    if not asked.code_challenge:
        raise Refused(_BAD_REQUEST, "invalid_request", "the proof is missing")


def _known(personas: Path | None) -> list[Somebody]:
    """Return who is offered by name: whom the demo brought in, and who is always there."""
    brought = json.loads(personas.read_text("utf-8")) if personas and personas.exists() else []
    return [*brought, *ALWAYS]


def _page(asked: Asked, people: list[Somebody]) -> str:
    sent = {name: getattr(asked, name) for name in Asked.model_fields}
    hidden = "".join(_hidden(name, value) for name, value in sent.items())
    offered = "".join(
        f'<form method="post" action="authorize">{hidden}{_hidden("sub", person["id"])}'
        f"{''.join(_hidden('roles', role) for role in person['roles'].split())}"
        f"<button><strong>{_safe(person['name'])}</strong>"
        f"<small>{_safe(person['id'])} · {_safe(person['roles'])}</small></button></form>"
        for person in people
    )
    roles = "".join(
        f'<label><input type="checkbox" name="roles" value="{role}"'
        f"{' checked' if role == 'employee' else ''}> {role}</label> "
        for role in _OFFERED
    )
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>Kiem: wie ben je?</title><style>{_STYLE}</style>'
        "</head><body><main><h1>Wie ben je? / Who are you?</h1><p>Een oefenplek: iedereen mag "
        "iedereen zijn. <span lang='en'>A place to practise: anybody may be anybody.</span></p>"
        f'{offered}<h2>Iemand anders / somebody else</h2><form method="post" action="authorize">'
        f'{hidden}<p><label for="sub">id</label> <input id="sub" name="sub" required></p>'
        f"<p>{roles}</p><button>Verder / continue</button></form></main></body></html>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{_safe(name)}" value="{_safe(value)}">'


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
