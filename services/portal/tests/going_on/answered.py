"""An answered idea behind the portal, and a reader of its page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from chassis.settings import example
from portal.main import application
from portal.settings import PortalSettings

ME, OTHER = "p-77", "p-1"


IDEA, PILOT = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01", "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c02"


SOON = (datetime.now(UTC) + timedelta(days=20)).isoformat()


RUBRIC = {
    "rubric": "house", "criteria": [
        {"name": "value", "nl": "Wat levert het op?", "en": "What is it worth?"},
        {"name": "fit", "nl": "Past het bij ons?", "en": "Does it fit us?"},
    ],
}  # fmt: skip


REVIEW: dict[str, Any] = {
    "outcome": None, "reviewer": OTHER, "answered_by": None, "answered_at": None,
    "rated_at": None, "appealed_at": None, "reason": None, "criteria": [], "marks": {},
}  # fmt: skip


PLAN = {
    "hypothesis": "Fewer steps.", "measure": "Minutes per shift", "stop_rule": "No change.",
    "ends_on": "2026-12-24", "baseline": "30", "target": "9,5", "team": "p-3, p-4",
    "super_users": "p-5",
}  # fmt: skip


FORMS = {
    "pilot": PLAN, "realisation": {"remark": "Everywhere."}, "revival": {"reason": "Money came."},
    "promise": {"until": "2026-12-24", "reason": "The supplier is late."},
    "hand-over": {"to": "p-5", "reason": "They know the lift."},
}  # fmt: skip


PATHS = {"pilot": "pilots"}


def shown(**other: Any) -> dict[str, Any]:
    return {
        "idea": IDEA, "version": 3, "state": "accepted", "accountable": ME, "due": SOON,
        "author": OTHER, "co_authors": [], "department": None, "category": None, "tags": [],
        "language": "en", "way": "named", "origin": "live", "title": "A lift", "body": "Up.",
        "challenge": None, "tool": None, "submitted_at": "2026-11-20T09:00:00Z", "told_by": None,
        "reviewer": OTHER, "pilot": None, "team": [], "merged_into": None, "absorbed": [],
        "photos": [], **other,
    }  # fmt: skip


def step(kind: str, *, who: str | None = ME, due: str = SOON, **more: Any) -> dict[str, Any]:
    words = {name: more.pop(name) for name in ("hypothesis", "measure") if name in more}
    return {
        "version": 1, "type": kind, "at": "2026-11-21T09:00:00Z", "by": OTHER, "accountable": who,
        "due": due, "origin": "live", "words": words, "more": more,
    }  # fmt: skip


BEGAN = step(
    "PilotStarted", pilot=PILOT, baseline=30.0, target=10.0, measure="Minutes per shift",
    hypothesis="Fewer steps.", ends_on="2026-12-24",
)  # fmt: skip


class Behind:
    """The services behind the portal: what they were asked, and what they answer."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.lists: dict[str, list[dict[str, Any]]] = {}  # of ideas, by the state that is asked
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("GET", f"/v1/ideas/{IDEA}/talk"): (
                200, {"comments": [], "supporters": 0, "you_support": False, "you_follow": False},
            ),
            ("GET", f"/v1/reviews/{IDEA}"): (200, REVIEW),
            ("GET", f"/v1/reviews/{IDEA}/questions"): (200, {"items": []}),
            ("GET", f"/v1/reviews/{IDEA}/opinions"): (200, {"items": []}),
            ("GET", f"/v1/reviews/{IDEA}/rubric"): (200, RUBRIC),
            ("GET", f"/v1/loops/{IDEA}"): (200, {"broken": 0}),
            ("GET", "/v1/people"): (200, {}),
            **{("POST", f"/v1/ideas/{IDEA}/{PATHS.get(s, s)}"): (200, {}) for s in FORMS},
        }  # fmt: skip
        self.stands(shown())

    def stands(self, idea: dict[str, Any], *steps: dict[str, Any]) -> None:
        self.answers["GET", f"/v1/ideas/{IDEA}"] = (200, idea)
        self.answers["GET", f"/v1/ideas/{IDEA}/timeline"] = (200, {"steps": list(steps)})

    def refuses(self, path: str, name: str, status: int = 409, detail: str = "No.") -> None:
        told = {"type": f"urn:kiem:{name}", "detail": detail}
        self.answers["POST", f"/v1/ideas/{IDEA}/{path}"] = (status, told)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        where = (request.method, request.url.path)
        if where == ("GET", "/v1/ideas") and where not in self.answers:
            rows = self.lists.get(request.url.params.get("state", ""), [])
            return httpx2.Response(200, json={"items": rows, "next": None})
        status, body = self.answers.get(where, (404, {}))
        return httpx2.Response(status, json=body)

    def told(self) -> list[httpx2.Request]:
        return [each for each in self.asked if each.method == "POST"]


class Door:
    """The one portal of these tests, in front of whichever services a test has."""

    def __init__(self) -> None:
        self.settings = example(PortalSettings)
        self.behind = Behind()
        services = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        self.app = application(self.settings, services)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        return self.behind(request)
