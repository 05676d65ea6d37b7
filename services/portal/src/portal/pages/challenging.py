"""One challenge: its answers and teams, the points of its jury, and how the answers stand."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.asking import Gone, all_of, nothing
from portal.contests import Contest, contest, whole_points
from portal.giving import given, listed, text
from portal.naming import with_codes
from portal.pages.home import items, note_away, titles_of
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/challenges/{challenge}")
MOST_POINTS = 10  # for each criterion
_ANSWERS, _FIRST, _PLACES, _OWN = 20, 10, 100, 50
_DONE = {
    "formed": "challenges.done.formed", "joined": "challenges.done.joined",
    "changed": "challenges.done.changed", "left": "challenges.done.left",
    "judged": "challenges.done.judged",
}  # fmt: skip


@router.get("")
async def challenge(
    visit: Somebody, challenge: UUID, after: UUID | None = None, done: str = ""
) -> Response:
    return await _page(visit, challenge, after=after, done=_DONE.get(done, ""))


@router.post("/teams")
async def form_team(visit: Somebody, challenge: UUID) -> Response:
    form = await with_codes(visit, several=("members",))
    told = {"name": text(form, "name"), "members": listed(form, "members"),
            "idea": text(form, "idea") or None}  # fmt: skip
    if not told["name"]:
        no = visit.words("challenges.team.unnamed")
    else:
        no = await given(visit, form, ("ideas", f"/v1/challenges/{challenge}/teams"), told)
    if no:
        return await _page(visit, challenge, error=no, at="form", filled=form)
    return visit.go(f"/challenges/{challenge}?done=formed#teams")


@router.post("/teams/{team}/members")
async def join_team(visit: Somebody, challenge: UUID, team: UUID) -> Response:
    form = await visit.form()
    path = f"/v1/challenges/{challenge}/teams/{team}/members/me"
    if no := await given(visit, form, ("ideas", path), None, method="PUT"):
        return await _page(visit, challenge, error=no, at=str(team))
    return visit.go(f"/challenges/{challenge}?done=joined#teams")


@router.post("/teams/{team}/leaving")
async def leave_team(visit: Somebody, challenge: UUID, team: UUID) -> Response:
    """Say who stays: all members as they are now, but for the reader."""
    form = await visit.form()
    shown = contest(await visit.services.get("ideas", f"/v1/challenges/{challenge}"))
    now = shown.teams.get(str(team))
    stay = [person for person in now.members if person != visit.me.person] if now else []
    told = {"members": stay, "idea": now.idea if now else None}
    path = f"/v1/challenges/{challenge}/teams/{team}"
    if no := await given(visit, form, ("ideas", path), told, method="PUT"):
        return await _page(visit, challenge, error=no, at=str(team))
    return visit.go(f"/challenges/{challenge}?done=left#teams")


@router.post("/teams/{team}")
async def change_team(visit: Somebody, challenge: UUID, team: UUID) -> Response:
    form = await with_codes(visit, several=("members",))
    told = {"members": listed(form, "members"), "idea": text(form, "idea") or None}
    path = f"/v1/challenges/{challenge}/teams/{team}"
    if no := await given(visit, form, ("ideas", path), told, method="PUT"):
        return await _page(visit, challenge, error=no, at=str(team), filled=form)
    return visit.go(f"/challenges/{challenge}?done=changed#teams")


@router.get("/standing")
async def standing(
    visit: Somebody, challenge: UUID, start: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> Response:
    """Show all answers as jury and crowd see them, some at a time."""
    ask, path = visit.services.get, f"/v1/challenges/{challenge}"
    shown = contest(await ask("ideas", path))
    places = placed((await ask("ideas", f"{path}/standing"))["answers"])
    titles = await titles_of(visit, [each["idea"] for each in places[start : start + _PLACES]])
    more = start + _PLACES if len(places) > start + _PLACES else 0
    return visit.page("standing.html", challenge=shown, titles=titles, more=more,
                      places=places[start : start + _PLACES],
                      juror=_is_juror(visit, shown))  # fmt: skip


@router.get("/judgements/{idea}")
async def before_judging(visit: Somebody, challenge: UUID, idea: UUID) -> Response:
    return await _judging(visit, challenge, idea)


@router.post("/judgements/{idea}")
async def judge(visit: Somebody, challenge: UUID, idea: UUID) -> Response:
    form = await visit.form()
    shown = contest(await visit.services.get("ideas", f"/v1/challenges/{challenge}"))
    said = {name: text(form, f"points.{row}") for row, name in enumerate(shown.criteria)}
    points = {name: whole_points(each, MOST_POINTS) for name, each in said.items()}
    if None in points.values():
        no = visit.words("challenges.judge.wrong", most=MOST_POINTS)
    else:
        path = f"/v1/challenges/{challenge}/judgements/{idea}"
        no = await given(visit, form, ("ideas", path), {"points": points}, method="PUT")
    if no:
        return await _judging(visit, challenge, idea, error=no, said=said)
    return visit.go(f"/challenges/{challenge}?done=judged#jury")


async def _judging(
    visit: Visit, challenge: UUID, idea: UUID, *, error: str = "",
    said: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    """Show an answer with a field for each criterion; what was filled in, or given, is in it."""
    ask = visit.services.get
    shown = contest(await ask("ideas", f"/v1/challenges/{challenge}"))
    answer = await ask("ideas", f"/v1/ideas/{idea}")
    if said is None:
        said = shown.points.get((str(idea), visit.me.person), {})
    return visit.page(
        "judging.html", 422 if error else 200, challenge=shown, idea=answer, error=error,
        said=said, most=MOST_POINTS, juror=_is_juror(visit, shown),
    )  # fmt: skip


async def _page(
    visit: Visit, challenge: UUID, *, after: UUID | None = None, done: str = "", error: str = "",
    at: str = "", filled: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    """Show a challenge; `at` is the form that was refused, with what it was filled in with."""
    shown = contest(await visit.services.get("ideas", f"/v1/challenges/{challenge}"))
    found = await _around(visit, shown, after)
    told, me = found.pop("standing"), visit.me.person
    places = [] if isinstance(told, Gone) else placed(told["answers"])
    own = {row["idea"]: row["title"] for row in items(found.pop("own"))}
    juror = _is_juror(visit, shown)
    left = unjudged(shown, me, places, set(own)) if juror else []
    titles = await _titles(visit, shown, places, left)
    await visit.name(_people(shown, items(found["answers"])))
    return visit.page(
        "challenge.html", 422 if error else 200, challenge=shown, juror=juror, left=left,
        standing=told, places=places[:_FIRST], count=len(places), titles=titles, after=after,
        done=done, error=error, at=at, filled=filled or {}, own=own,
        closes=closes(visit, shown), given=len(_given_by(shown, me)), **found,
    )  # fmt: skip


async def _around(visit: Visit, shown: Contest, after: UUID | None) -> dict[str, Any]:
    """Return some answers, how they stand, and those of the reader where they matter."""
    ask, challenge = visit.services.get, shown.challenge
    takes_part = not shown.closed and (shown.hackathon or _is_juror(visit, shown))
    mine = {"challenge": challenge, "mine": "true", "limit": _OWN}
    found = await all_of(
        answers=ask("ideas", "/v1/ideas", challenge=challenge, after=after, limit=_ANSWERS),
        standing=ask("ideas", f"/v1/challenges/{challenge}/standing"),
        own=ask("ideas", "/v1/ideas", **mine) if takes_part else nothing(),
    )
    note_away(visit, found)
    return found


def _people(shown: Contest, rows: list[Any]) -> list[str | None]:
    """Return whose names are on the page of a challenge."""
    answers = [row[who] for row in rows for who in ("accountable", "author")]
    members = (person for team in shown.teams.values() for person in team.members)
    return [shown.by, shown.owner, *shown.jury, *answers, *members]


async def _titles(
    visit: Visit, shown: Contest, places: list[Any], left: list[str]
) -> dict[str, str | None]:
    """Return what the ideas are called that stand on the page beside the answers."""
    first = [each["idea"] for each in places[:_FIRST]]
    teams = [team.idea for team in shown.teams.values()]
    return await titles_of(visit, [*first, *left[:_FIRST], *shown.chosen, *teams])


def placed(answers: list[Any]) -> list[dict[str, Any]]:
    """Return the answers with their places; None for the place of one that is not judged yet.

    Answers that stand the same share a place.
    """
    found: list[dict[str, Any]] = []
    for row, each in enumerate(answers, 1):
        same = bool(found) and found[-1]["together"] == each["together"]
        place = None if each["together"] is None else found[-1]["place"] if same else row
        found.append({**each, "place": place})
    return found


def unjudged(shown: Contest, juror: str, places: list[Any], own: set[str]) -> list[str]:
    """Return the answers that a juror has given no points yet, but for those of their own."""
    teams = {team.idea for team in shown.of(juror)}
    done = _given_by(shown, juror)
    ideas = [each["idea"] for each in places]
    return [idea for idea in ideas if idea not in done and idea not in own and idea not in teams]


def _given_by(shown: Contest, juror: str) -> set[str]:
    return {idea for idea, by in shown.points if by == juror}


def _is_juror(visit: Visit, shown: Contest) -> bool:
    return visit.me.person in shown.jury and not shown.closed


def closes(visit: Visit, shown: Contest) -> bool:
    """Tell whether the reader may close it: who asked, who took the report over, and the desk."""
    mine = visit.me.person in {shown.by, shown.owner}
    return not shown.closed and (mine or visit.me.has("desk"))
