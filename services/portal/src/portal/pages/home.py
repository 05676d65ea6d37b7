"""The first page: what is promised to me, what waits for me, and how the house is doing."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal import news
from portal.asking import Gone, all_of, nothing
from portal.session import LEADERS
from portal.trying import joinable
from portal.visit import Anybody, Visit

router = APIRouter()
_MINE, _OWED, _NEWS = 5, 3, 4
_PILOTS_ASKED, _PILOTS = 6, 3
MOST_TITLES = 100  # in one question
REVIEWERS = ("reviewer", "desk")


@router.get("/")
async def home(visit: Anybody, bye: str = "") -> Response:
    if visit.session is None:
        return visit.page("welcome.html", bye=bool(bye))
    ask = visit.services.get
    reviews = visit.me.has(*REVIEWERS)
    found = await all_of(
        mine=ask("ideas", "/v1/ideas", mine="true", limit=_MINE),
        owed=ask("feedback", "/v1/reviews", limit=_OWED + 1) if reviews else nothing(),
        news=ask("notifications", "/v1/notices", limit=20),
        house=ask("notifications", "/v1/guarantee"),
        challenges=ask("ideas", "/v1/challenges", open="true", limit=3),
        asked=ask("ideas", "/v1/help", owed_by_me="true", open="true", limit=_OWED),
        pilots=ask("ideas", "/v1/ideas", state="in_pilot", limit=_PILOTS_ASKED),
    )
    note_away(visit, found)
    mine = items(found["mine"])
    named = [row["author"] for row in items(found["asked"])]
    people = [visit.me.person, *named, *(row["accountable"] for row in mine)]
    fresh = [n for n in items(found["news"]) if not n["seen_at"]][:_NEWS]
    _, titles, sentences, open_to_me = await asyncio.gather(
        visit.name(people), titles_of(visit, [r["idea"] for r in items(found["owed"])[:_OWED]]),
        told(visit, fresh), _to_join(visit, items(found["pilots"])),
    )  # fmt: skip
    me = visit.names.get(visit.me.person, visit.me.person)
    return visit.page("home.html", fresh=sentences, titles=titles, shown=_OWED, joinable=open_to_me,
                      me=me, **found)  # fmt: skip


async def _to_join(visit: Visit, rows: list[Any]) -> list[Any]:
    """Return some pilots that run, and that the reader neither leads nor takes part in yet."""
    me, ask = visit.me.person, visit.services.get
    others = [row["idea"] for row in rows if row["accountable"] != me]
    open_to_me: list[Any] = []
    while others and len(open_to_me) < _PILOTS:  # mostly the first ones are enough
        some, others = others[:_PILOTS], others[_PILOTS:]
        found = await all_of(**{idea: ask("ideas", f"/v1/ideas/{idea}") for idea in some})
        known = [shown for shown in found.values() if isinstance(shown, dict)]
        open_to_me += [shown for shown in known if shown["title"] and joinable(shown, me)]
    return open_to_me[:_PILOTS]


def items(found: Any) -> list[Any]:
    """Return the items of a list, or none where it did not come."""
    if found is None or isinstance(found, Gone):
        return []
    listed: list[Any] = found["items"]
    return listed


def note_away(visit: Visit, found: dict[str, Any]) -> None:
    """Remember which services did not answer, to say it once for the whole page."""
    visit.away |= {f.service for f in found.values() if isinstance(f, Gone) and f.away}


async def titles_of(visit: Visit, ideas: Iterable[str | None]) -> dict[str, str | None]:
    """Return what these ideas are called; null where the reader may not know it."""
    wanted = list(dict.fromkeys(idea for idea in ideas if idea))
    told: dict[str, str | None] = {}
    for first in range(0, len(wanted), MOST_TITLES):
        some = wanted[first : first + MOST_TITLES]
        found = await all_of(named=visit.services.get("ideas", "/v1/ideas/titles", idea=some))
        note_away(visit, found)
        told |= {} if isinstance(found["named"], Gone) else found["named"]["titles"]
    return told


async def told(visit: Visit, notices: Sequence[Any]) -> list[dict[str, Any]]:
    """Return notices as they are read: a sentence, what it is about, and a page if it has one."""
    titles = await titles_of(visit, [notice["idea"] for notice in notices])
    titles |= await news.asked_in(visit, notices)
    leads = visit.me.has(*LEADERS)
    return [news.shown(visit.words, notice, titles, leads=leads) for notice in notices]
