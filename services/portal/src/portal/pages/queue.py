"""The queue of a reviewer: the soonest due first, page by page, and what comes after an answer."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Gone, all_of
from portal.pages.home import items, note_away, titles_of
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/reviews")
REVIEWERS = ("reviewer", "lead", "director", "desk")
_PAGE, _WEEK = 20, 7  # reviews; days


@router.get("")
async def queue(visit: Somebody, whose: str = "me", after: UUID | None = None) -> Response:
    visit.require(*REVIEWERS)
    wanted = "all" if whose == "all" and visit.me.has("desk") else "me"
    found = await all_of(
        queue=visit.services.get(
            "feedback", "/v1/reviews", reviewer=wanted, after=after, limit=_PAGE
        )
    )
    note_away(visit, found)
    listed = items(found["queue"])
    titles = await titles_of(visit, [review["idea"] for review in listed])
    await visit.name(person for r in listed for person in (r["author"], r["reviewer"]))
    groups: dict[str, list[Any]] = {"late": [], "week": [], "later": []}
    for review in listed:
        left = visit.days.left(review["due"])
        groups["late" if left < 0 else "week" if left < _WEEK else "later"].append(review)
    return visit.page(
        "queue.html", groups=groups, titles=titles, whose=wanted, after=after,
        count=waiting(found["queue"]), **found,
    )  # fmt: skip


@router.get("/next")
async def lead_on(visit: Somebody, after: UUID | None = None) -> Response:
    """Lead to the review behind this one; where nothing else waits, to the queue that says so."""
    visit.require(*REVIEWERS)
    found = await follows(visit, after)
    return visit.go(f"/reviews/{found['idea']}" if found else "/reviews")


def waiting(queue: Any) -> int:
    """Return how many reviews the whole queue has."""
    return 0 if isinstance(queue, Gone) else queue.get("count", len(queue["items"]))


async def follows(visit: Visit, idea: UUID | None) -> dict[str, Any] | None:
    """Return what comes behind an idea in its reader's queue, else what comes first.

    An idea that was answered a moment ago may still stand in the queue: it is never offered again.
    """
    for after in dict.fromkeys((idea, None)):
        told = await visit.services.get("feedback", "/v1/reviews", after=after, limit=2)
        for review in told["items"]:
            if review["idea"] != str(idea):
                found: dict[str, Any] = review
                return found
    return None


async def offered(visit: Visit, idea: UUID) -> dict[str, Any]:
    """Return what is offered after an answer: the next review with its title, if there is one."""
    found = await all_of(review=follows(visit, idea))
    note_away(visit, found)
    review = found["review"]
    if isinstance(review, Gone) or review is None:
        return {"review": None, "last": review is None}
    titles = await titles_of(visit, [review["idea"]])
    return {"review": review, "last": False, "title": titles.get(review["idea"])}
