"""A question for help, a barrier and a tool behind the portal, and notices about them."""

from typing import Any, get_args

import httpx2

from contracts.vocabulary import Matter
from portal.words import ALL

# Each notice that there are words for, by its kind, and by its matter where it is not an idea.
KINDS = [
    kind for key in ALL if (kind := key.removeprefix("notice.")) != key
    and "." not in kind and kind not in {"other", "about"}
]  # fmt: skip


TOLD = [("idea", kind) for kind in KINDS] + [
    (matter, key.removeprefix("notice.around."))
    for matter in get_args(Matter) if matter != "idea"
    for key in ALL if key.startswith("notice.around.")
]  # fmt: skip


QUESTION = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c02"


OTHER = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c05"


TOOL = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c03"


IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c04"


DUE, AT = "2026-12-02T16:00:00Z", "2026-11-30T08:00:00Z"


def step(kind: str, by: str, words: str = "", /, **more: Any) -> dict[str, Any]:
    said = {"words": words} if words else {}
    return {"type": kind, "at": AT, "by": by, "words": said, "more": more}


ASKED = step("HelpAsked", "ann", "How do I undo a line?", help=QUESTION, tool=TOOL)


RAISED = step("BarrierRaised", "ann", "No scanner.", barrier=QUESTION, kind="budget")


WISHED = step("TimeAsked", "ann", "Two hours.", request=QUESTION, hours=2.0, purpose="idea")


LAUNCHED = {
    "type": "ChallengeLaunched", "at": AT, "by": "lea", "words": {"question": "What takes long?"},
    "more": {"challenge": QUESTION, "first": "2026-11-01", "last": "2026-11-20", "criteria": []},
}  # fmt: skip
TRIED: dict[str, Any] = {
    "type": "ExperimentStarted", "at": AT, "by": "ann", "words": {"hypothesis": "A bell helps."},
    "more": {"experiment": QUESTION, "team": ["p-77"], "ends_on": "2026-11-29"},
}  # fmt: skip
ANSWERED = step("HelpAnswered", "p-77", "Press and hold it.", help=QUESTION)


INTRODUCED = {
    "type": "ToolIntroduced", "at": AT, "by": "lea",
    "words": {"why": "One list for all.", "question": "What do you think?"},
    "more": {"tool": TOOL, "name": "Listy", "super_users": ["ann"],
             "learning_path": "https://learn.example/old", "manual": "https://gone.example/"},
}  # fmt: skip


CHANGED = {
    "type": "ToolChanged", "at": AT, "by": "lea", "words": {},
    "more": {"tool": TOOL, "super_users": ["p-77"], "learning_path": "https://learn.example/p"},
}  # fmt: skip


def notice(matter: str, kind: str, **other: Any) -> dict[str, Any]:
    return {
        "notice": QUESTION, "kind": kind, "matter": matter, "subject": QUESTION, "owed": True,
        "idea": IDEA if matter in {"idea", "appeal"} else None, "at": AT, "accountable": "lea",
        "due": DUE, "outcome": None, "seen_at": None, **other,
    }  # fmt: skip


def row(matter: str, author: str, accountable: str | None, words: str) -> dict[str, Any]:
    return {
        "matter": matter, "author": author, "accountable": accountable, "tool": TOOL,
        "due": DUE if accountable else None, "department": None, "idea": None, "told_at": AT,
        "ended_at": None if accountable else AT, "words": {"words": words}, "more": {},
    }  # fmt: skip


def shown(matter: str, *steps: Any, accountable: str | None = None) -> dict[str, Any]:
    return {
        "matter": matter, "version": len(steps), "author": steps[0]["by"], "steps": list(steps),
        "accountable": accountable, "due": DUE if accountable else None,
    }  # fmt: skip


class Behind:
    """The services behind the portal: what they answer, and what they were told."""

    def __init__(self) -> None:
        self.told: list[httpx2.Request] = []
        self.asked_ideas: list[tuple[str, str]] = []
        self.owed = [row(QUESTION, "ann", "p-77", "How do I undo a line?")]
        self.mine = [row(OTHER, "p-77", None, "Where is the list?")]
        self.notices: list[dict[str, Any]] = []
        self.tasks: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {
            f"/v1/tools/{TOOL}": shown(TOOL, INTRODUCED, CHANGED),
            f"/v1/help/{QUESTION}": shown(QUESTION, ASKED, accountable="p-77"),
            f"/v1/help/{OTHER}": shown(
                OTHER, {**ASKED, "by": "p-77"}, step("HelpAnswered", "ann", "Upper left.")
            ),
            f"/v1/barriers/{QUESTION}": shown(QUESTION, RAISED, accountable="lea"),
            f"/v1/time-requests/{QUESTION}": shown(QUESTION, WISHED, accountable="lea"),
            f"/v1/tools/{QUESTION}": shown(QUESTION, INTRODUCED),
            f"/v1/challenges/{QUESTION}": shown(QUESTION, LAUNCHED, accountable="lea"),
            f"/v1/challenges/{QUESTION}/standing": {"answers": []},
            f"/v1/experiments/{QUESTION}": shown(QUESTION, TRIED, accountable="ann"),
            "/v1/experiments": {"items": [], "next": None},
            "/v1/ideas": {"items": [], "next": None},
            "/v1/preferences": {"items": []},
            "/v1/challenges": {"items": [], "next": None},
            "/v1/ideas/titles": {"titles": {IDEA: "A second lift"}},
            "/v1/people": {"ann": {"name": "Ann Smith"}, "lea": {"name": "Lea Jones"}},
        }
        self.refuses: tuple[int, dict[str, Any]] | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "POST":
            self.told.append(request)
            if self.refuses:
                return httpx2.Response(self.refuses[0], json=self.refuses[1])
            return httpx2.Response(201, json={"matter": QUESTION, "version": 1})
        lists = {
            "/v1/notices": self.notices, "/v1/hand-overs": self.tasks,
            "/v1/help": self.owed if "owed_by_me" in request.url.params else self.mine,
        }  # fmt: skip
        if path in lists:
            return httpx2.Response(200, json={"items": lists[path], "next": None, "unread": 0})
        if path == "/v1/ideas":
            self.asked_ideas += request.url.params.multi_items()
        if path.startswith("/v1/ideas/01"):
            return httpx2.Response(503)  # the page is there, and says that its service is not
        found = self.answers.get(path)
        return httpx2.Response(404, json={}) if found is None else httpx2.Response(200, json=found)
