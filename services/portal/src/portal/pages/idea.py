"""Ideas: the list, and one of them with its promise, its answer and all that happened."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.asking import Gone, all_of, nothing, there
from portal.pages.home import items, note_away
from portal.pages.queue import REVIEWERS, offered
from portal.session import LEADERS
from portal.trying import STEPS, choices, joinable, tried
from portal.visit import Somebody, Visit

router = APIRouter()
STATES = (
    "submitted", "under_review", "accepted", "in_pilot", "parked", "declined", "realised",
    "stopped", "withdrawn", "merged",
)  # fmt: skip
OPEN = frozenset({"submitted", "under_review"})
FINISHED = frozenset({"declined", "realised", "stopped", "withdrawn", "merged"})
_SHOWN_WORDS = (
    "reason", "next_step", "remark", "hypothesis", "measure", "stop_rule", "learning",
)  # fmt: skip
_MARKS = ("marks", "criteria")


@router.get("/ideas")
async def list_ideas(
    visit: Somebody,
    q: Annotated[str, Query(max_length=200)] = "",
    state: str = "",
    mine: str = "",
    after: UUID | None = None,
) -> Response:
    wanted = state if state in STATES else ""
    found = await all_of(
        ideas=visit.services.get(
            "ideas", "/v1/ideas", q=q.strip(), state=wanted, after=after,
            mine="true" if mine else "", limit=20,
        )
    )  # fmt: skip
    note_away(visit, found)
    await visit.name(row[who] for row in items(found["ideas"]) for who in ("accountable", "author"))
    asked = {"q": q, "state": wanted, "mine": mine}
    return visit.page("ideas.html", asked=asked, states=STATES, **found)


@router.get("/ideas/{idea}")
async def show_idea(
    visit: Somebody, idea: UUID, sent: str = "", went: str = "",
    photo: Annotated[str, Query(max_length=100)] = "",
) -> Response:  # fmt: skip
    lost = f"no.{photo}" if visit.words.knows(f"no.{photo}") else ""
    error = visit.words(lost) if photo and lost else ""
    notice = f"turn.done.{went}" if went in STEPS else "submit.done" if sent else ""
    answered = went == "answered" and visit.me.has(*REVIEWERS)
    on = await offered(visit, idea) if answered else None
    return await idea_page(visit, idea, notice=notice, error=error, on=on)


async def idea_page(
    visit: Visit, idea: UUID, *, notice: str = "", error: str = "", status: int = 200,
    given: dict[str, str] | None = None, refused: str = "", on: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    """Make the page of an idea; what somebody said in vain stays in its field.

    `refused`: the form beside which the error is said; else it stands above everything.
    `on`: what is offered to whoever has just answered it.
    """
    ask = visit.services.get
    colleague = not visit.me.only
    found = await all_of(
        shown=ask("ideas", f"/v1/ideas/{idea}"),
        timeline=ask("ideas", f"/v1/ideas/{idea}/timeline"),
        talk=ask("ideas", f"/v1/ideas/{idea}/talk") if colleague else nothing(),
        review=ask("feedback", f"/v1/reviews/{idea}"),
        questions=ask("feedback", f"/v1/reviews/{idea}/questions"),
        loop=ask("notifications", f"/v1/loops/{idea}"),
        rubric=ask("feedback", f"/v1/reviews/{idea}/rubric"),
        views=ask("feedback", f"/v1/reviews/{idea}/opinions") if colleague else nothing(),
    )
    shown = there(found.pop("shown"))  # without it there is no page
    note_away(visit, found)
    await visit.name([*_people(shown, found)])
    return visit.page(
        "idea.html", status, idea=shown, mine=visit.me.person in authors(shown), notice=notice,
        error=error, given=given or {}, refused=refused, at=visit.at(idea),
        steps=_steps(found["timeline"]), may=_may(visit, shown, found["review"]),
        turn=_turn(visit, shown, found["timeline"], refused), on=on,
        tried=tried(found["timeline"]), **found,
    )  # fmt: skip


def authors(shown: Any) -> set[str]:
    return {shown["author"], *shown["co_authors"]}


def _people(shown: Any, found: dict[str, Any]) -> Iterator[str | None]:
    yield from (shown["accountable"], shown["author"], shown["reviewer"], *shown["co_authors"])
    for step in _steps(found["timeline"]):
        yield from (step["by"], step["accountable"])
    if isinstance(found["talk"], dict):
        yield from (comment["by"] for comment in found["talk"]["comments"])
    if not isinstance(found["review"], Gone):
        yield from (found["review"]["reviewer"], found["review"]["answered_by"])


def _steps(timeline: Any) -> list[Any]:
    """Return what happened, the newest first, each with those of its words that people read."""
    if isinstance(timeline, Gone):
        return []
    found = []
    for step in reversed(timeline["steps"]):
        words = {n: step["words"][n] for n in _SHOWN_WORDS if step["words"].get(n)}
        found.append({**step, "words": words})
    return found


def _turn(visit: Visit, shown: Any, timeline: Any, refused: str) -> tuple[str, ...]:
    """Return the steps that this reader can take: whoever is to act, and the desk.

    One that was refused stays, with what was written for it.
    """
    accountable = visit.me.person == shown["accountable"]
    if visit.me.only or not (accountable or visit.me.has("desk")):
        return (refused,) if refused else ()
    steps = [] if isinstance(timeline, Gone) else timeline["steps"]
    left = visit.days.left(shown["due"]) if shown["due"] else -1
    can = choices(shown, steps, accountable=accountable, left=left)
    return tuple(step for step in STEPS if step in can or step == refused)


def _may(visit: Visit, shown: Any, review: Any) -> dict[str, bool]:
    """Tell what this reader may do; the services decide, this only spares a vain try."""
    mine = visit.me.person in authors(shown)
    told = None if isinstance(review, Gone) else review
    answered = bool(told and told["outcome"])
    accountable = visit.me.person == shown["accountable"]
    judges = visit.me.has("reviewer", "lead", "director", "desk")
    return {
        "rate": mine and answered and told is not None and not told.get("rated_at"),
        "appeal": mine and told is not None and told["outcome"] in {"declined", "parked"}
        and not told.get("appealed_at"),
        "join": shown["state"] == "in_pilot" and not visit.me.only
        and joinable(shown, visit.me.person),
        "try": shown["state"] in {"accepted", "parked"} and not visit.me.only,
        "pilot": not visit.me.only
        and (accountable or visit.me.person in shown["team"] or visit.me.has(*LEADERS)),
        "code": not visit.me.only and shown["way"] == "named"
        and visit.me.person in {shown["author"], shown["told_by"]},
        "room": not visit.me.only and shown["state"] not in FINISHED,
        "merge": visit.me.has("desk") and shown["state"] not in FINISHED,
        "share": not visit.me.only and shown["state"] in OPEN and shown["way"] == "named"
        and visit.me.person == shown["author"],
        "asked": shown["state"] in OPEN,
        "photo": mine and shown["state"] in OPEN,
        "own": shown["way"] != "named" and shown["body"] is None,
        "withdraw": mine and shown["state"] in OPEN,
        "support": not mine,
        "review": judges and not mine and shown["state"] in OPEN
        and (accountable or visit.me.has("desk")),
    }  # fmt: skip
