"""The services as forms meet them, away or not, and somebody who fills forms in."""

import re
from typing import Any
from uuid import uuid4

import httpx2

from portal.session import Session
from portal.visit import TAKEN

IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01"


WORDS = "We schrijven elke dienst de overdracht over van papier."


TOLD = {"title": "Overdracht op het scherm", "body": WORDS}


REVIEWED: dict[str, Any] = {
    "idea": IDEA, "title": "Een tilhulp", "body": "Nu ligt hij boven.", "author": "anna",
    "co_authors": [], "accountable": "rob", "reviewer": "rob", "due": "2030-12-11T16:00:00Z",
    "department": "Noord", "category": None, "state": "under_review", "way": "named", "photos": [],
}  # fmt: skip


ANSWER = {
    "outcome": "declined", "mark.value": "partly", "sentence.value": "Het scheelt een kwartier.",
    "reason": "We kunnen dit jaar geen tablets kopen.",
    "next_step": "Als er budget komt wordt het een ja.",
}  # fmt: skip


class Behind:
    """The services: what each answers, and which of them are away."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.told: list[httpx2.Request] = []
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("POST", "/v1/ideas"): (201, {"idea": IDEA}),
            ("POST", "/v1/ideas/confidential"): (201, {"idea": IDEA, "code": "ab-cd", "due": ""}),
            ("POST", "/v1/sealed/puzzles"): (201, {"puzzle": "p", "bits": 1}),
            ("GET", "/v1/ideas/similar"): (200, {"items": []}),
            ("GET", f"/v1/ideas/{IDEA}"): (200, REVIEWED),
            ("GET", f"/v1/reviews/{IDEA}"): (
                200,
                {"criteria": ["value"], "outcome": None, "answered_by": None},
            ),
            ("POST", f"/v1/reviews/{IDEA}/decision"): (201, {}),
            ("POST", f"/v1/ideas/{IDEA}/comments"): (201, {}),
        }

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.told += [request] * (request.method == "POST")
        if str(request.url.host) in self.away:
            return httpx2.Response(503)
        status, body = self.answers.get((request.method, request.url.path), (404, {}))
        return httpx2.Response(status, json=body)


class Reader:
    """Somebody with a browser, signed in until their session is over."""

    def __init__(self, browser: httpx2.AsyncClient, session: Session) -> None:
        self.browser, self.session, self.once = browser, session, str(uuid4())

    async def send(self, path: str, came: str = "", **filled: str) -> httpx2.Response:
        form = {"csrf": self.session.form_token(), "once": self.once, **filled}
        headers = {"referer": came} if came else {}
        self.browser.cookies.delete(TAKEN) if TAKEN in self.browser.cookies else None
        return await self.browser.post(path, data=form, headers=headers)

    def sign_out(self) -> None:
        self.browser.cookies.clear()


def proof(answer: httpx2.Response) -> str:
    """Return which form an answer says was taken, as a script reads it."""
    for said in answer.headers.get_list("set-cookie"):
        if found := re.match(rf"{TAKEN}=([^;]+)", said):
            assert "httponly" not in said.lower(), "no script can read it"
            return found[1]
    return ""
