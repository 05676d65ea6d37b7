"""One answer to several similar ideas: each author is told by themselves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Refused, all_of
from portal.giving import refusal
from portal.naming import with_codes
from portal.pages.queue import REVIEWERS
from portal.pages.reviewing import (
    FEWEST,
    MARKS,
    OUTCOMES,
    answer_in,
    lacking,
    questions_of,
)
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/reviews/together")
MOST = 20  # on one page: more is no longer looked at one by one


@router.get("")
async def choose(visit: Somebody) -> Response:
    visit.require(*REVIEWERS)
    ideas = _ideas(visit.request.query_params.getlist("idea"))
    return await _page(visit, ideas, {}, {}) if ideas else visit.go("/reviews")


@router.post("")
async def answer(visit: Somebody) -> Response:
    visit.require(*REVIEWERS)
    form = await with_codes(visit, one=("accountable",))
    ideas = _ideas([str(each) for each in form.getlist("idea")])
    if not ideas:
        return visit.go("/reviews")
    given = {name: str(value).strip() for name, value in form.items() if name != "idea"}
    told = await visit.services.get("feedback", f"/v1/reviews/{ideas[0]}")
    if errors := lacking(given, told["criteria"]):
        said = {field: visit.words(f"review.missing.{what}") for field, what in errors.items()}
        return await _page(visit, ideas, given, said)
    body = answer_in(visit, given, told["criteria"]) | {"ideas": [str(idea) for idea in ideas]}
    try:
        done = await visit.services.tell(
            "feedback", "/v1/decisions", body, once=given.get("once", "")
        )
    except Refused as no:
        return await _page(visit, ideas, given, {"": refusal(visit, no)})
    found = {each["idea"]: each for each in done["items"]}
    shown = await _page(visit, ideas, given, {}, found)
    whole = all(each["result"] == "answered" for each in done["items"])
    return visit.taken(shown) if whole else shown  # who has to answer one again needs the words


def _ideas(given: list[str]) -> list[UUID]:
    """Return the ideas that were chosen, each once; what is no id is left out."""
    found: dict[UUID, None] = {}
    for each in given:
        try:
            found[UUID(each)] = None
        except ValueError:
            continue
    return list(found)[:MOST]


async def _page(
    visit: Visit, ideas: list[UUID], given: Mapping[str, str], errors: dict[str, str],
    done: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    ask = visit.services.get
    told = await ask("feedback", f"/v1/reviews/{ideas[0]}")
    asked = {str(idea): ask("ideas", f"/v1/ideas/{idea}") for idea in ideas}
    rubric = ask("feedback", f"/v1/reviews/{ideas[0]}/rubric")
    found = await all_of(rubric=rubric, **asked)
    shown = [found[str(idea)] for idea in ideas if isinstance(found[str(idea)], dict)]
    await visit.name([visit.me.person, *(idea["author"] for idea in shown)])
    results = {idea: _said(visit, each) for idea, each in (done or {}).items()}
    return visit.page(
        "together.html", 422 if errors else 200, ideas=shown, given=given, errors=errors,
        done=done is not None, results=results, outcomes=OUTCOMES, marks=MARKS, fewest=FEWEST,
        asked=questions_of(told, found["rubric"], visit.words.language),
    )  # fmt: skip


def _said(visit: Visit, each: Mapping[str, Any]) -> dict[str, str]:
    answered = each["result"] == "answered"
    said = visit.words("together.answered") if answered else each["reason"] or ""
    return {"result": each["result"], "said": said}
