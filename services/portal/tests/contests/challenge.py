"""A challenge with its steps behind the portal, and a reader of its pages."""

import json
from typing import Any

import httpx2

from services.portal.tests import behind as services

C, TEAM, ONE, TWO = (f"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c0{n}" for n in range(4))


PATH = f"/v1/challenges/{C}"


AT = "2026-11-20T09:00:00Z"


ME = "p-77"


def step(kind: str, by: str, words: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": kind, "at": AT, "by": by, "words": words or {}, "more": more}


def launched(**more: Any) -> dict[str, Any]:
    rules = {
        "first": "2026-11-01", "last": "2099-12-31", "criteria": ["effect", "haalbaarheid"],
        "phases": [{"name": "hackathon", "first": "2026-11-10", "last": "2026-11-12"}],
        "jury": ["p-8"], "jury_weight": 0.6, "hackathon": True, "audience": [], **more,
    }  # fmt: skip
    asked = {"question": "Minder dubbel registreren?", "why": "Het kost tijd."}
    return step("ChallengeLaunched", "p-1", asked, **rules)


def formed(*members: str, **more: Any) -> dict[str, Any]:
    return step("TeamFormed", members[0], {"name": "De Kiemen"}, team=TEAM, members=list(members),
                **more)  # fmt: skip


CLOSED = step("ChallengeClosed", "p-1", {"report": "Eén gaat door."}, chosen=[ONE], answers=61)


STANDING = {
    "jury_weight": 0.6,
    "answers": [
        {"idea": ONE, "jury": 0.85, "judged_by": 2, "supports": 1, "crowd": 0.5, "together": 0.71},
        {"idea": TWO, "jury": None, "judged_by": 0, "supports": 2, "crowd": 1.0, "together": None},
    ],
}  # fmt: skip


ROW = {
    "idea": ONE, "title": "Eén keer invoeren", "state": "submitted", "author": "p-5",
    "accountable": None, "due": None, "submitted_at": AT, "supporters": 1,
}  # fmt: skip


class Behind(services.Behind):
    """The services behind the portal, with a challenge that has steps."""

    def __init__(self) -> None:
        super().__init__({})
        self.steps = [launched()]
        self.by = "p-1"
        self.owes: tuple[str | None, str | None] = (None, None)
        self.rows, self.next = [ROW], ""
        self.no: tuple[int, Any] | None = None  # to every command
        self.standing: tuple[int, Any] = (200, STANDING)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if request.method != "GET":
            status, body = self.no or (200, {"matter": C, "version": 2, "team": TEAM})
        else:
            status, body = self._read(request)
        return httpx2.Response(status, json=body)

    def _read(self, request: httpx2.Request) -> tuple[int, Any]:
        path, mine = request.url.path, request.url.params.get("mine")
        found: dict[str, tuple[int, Any]] = {
            PATH: (200, {"matter": C, "version": 1, "author": self.by,
                         "accountable": self.owes[0], "due": self.owes[1], "steps": self.steps}),
            f"{PATH}/standing": self.standing,
            "/v1/ideas": (200, {"items": [] if mine else self.rows, "next": self.next or None}),
            "/v1/ideas/titles": (200, {"titles": {ONE: "Eén keer invoeren", TWO: "Twee"}}),
            f"/v1/ideas/{ONE}": (200, {"idea": ONE, "title": "Eén keer invoeren", "body": "Zo."}),
            "/v1/people": (200, {"p-8": {"name": "Joke de Jury"}, "p-5": {"name": "Anna"}}),
        }  # fmt: skip
        return found.get(path, (404, {}))

    def told(self) -> tuple[str, str, Any]:
        request = next(each for each in reversed(self.asked) if each.method != "GET")
        return request.method, request.url.path, json.loads(request.content or b"null")
