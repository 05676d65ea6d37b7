"""For the innovation desk: who reviews what, by which criteria, what belongs together."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, all_of, nothing
from portal.giving import given, listed, text
from portal.naming import with_codes
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/desk")
Word = Annotated[str, Query(max_length=200)]
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EMPTY_RULES, _EMPTY_CRITERIA, _MOST = 1, 1, 60


@router.get("")
async def desk(visit: Somebody, done: str = "", category: Word = "", source: Word = "") -> Response:
    return await _page(visit, done=bool(done), category=category.strip(), source=source.strip())


@router.post("/routing")
async def change_routing(visit: Somebody) -> Response:
    """Show first what a change would change; carry it out when that was seen."""
    visit.require("desk")
    form = await with_codes(visit, several=("reviewers.",))
    wanted = rules_of(form)
    if not form.get("sure"):
        now = await visit.services.get("feedback", "/v1/routing")
        await visit.name(who for rule in now["rules"] for who in rule["reviewers"])
        return visit.page("routing.html", wanted=wanted, changed=changes(now, wanted),
                          most_open=wanted["most_open"])  # fmt: skip
    no = await given(visit, form, ("feedback", "/v1/routing"), wanted, method="PUT")
    return await _page(visit, error=no) if no else visit.go("/desk?done=1")


@router.post("/rubric")
async def change_rubric(visit: Somebody) -> Response:
    visit.require("desk")
    form = await visit.form()
    name, category = text(form, "rubric"), text(form, "category")
    rows = zip(form.getlist("name"), form.getlist("nl"), form.getlist("en"), strict=False)
    told = {
        "category": category or None,
        "criteria": [
            {"name": str(n).strip(), "nl": str(nl).strip(), "en": str(en).strip()}
            for n, nl, en in rows if str(n).strip()
        ],
    }  # fmt: skip
    if not re.fullmatch(r"[\w.-]{1,100}", name):
        return await _page(visit, error=visit.words("desk.rubric.name"), category=category)
    no = await given(visit, form, ("feedback", f"/v1/rubrics/{name}"), told, method="PUT")
    return await _page(visit, error=no, category=category) if no else visit.go("/desk?done=1")


@router.post("/merger")
async def merge(visit: Somebody) -> Response:
    """Show both ideas beside each other first; merge them when that was seen."""
    visit.require("desk")
    form = await visit.form()
    idea, into = id_in(text(form, "idea")), id_in(text(form, "into"))
    if not (idea and into and idea != into):
        return await _page(visit, error=visit.words("desk.merge.which"))
    if not form.get("sure"):
        ask = visit.services.get
        found = await all_of(one=ask("ideas", f"/v1/ideas/{idea}"),
                             other=ask("ideas", f"/v1/ideas/{into}"))  # fmt: skip
        if any(isinstance(each, Gone) for each in found.values()):
            return await _page(visit, error=visit.words("desk.merge.which"))
        await visit.name(each["author"] for each in found.values())
        return visit.page("merging.html", reason=text(form, "reason"), **found)
    told = {"into": str(into), "reason": text(form, "reason")}
    no = await given(visit, form, ("ideas", f"/v1/ideas/{idea}/merger"), told)
    return await _page(visit, error=no) if no else visit.go(f"/ideas/{into}")


@router.post("/separation")
async def separate(visit: Somebody) -> Response:
    visit.require("desk")
    form = await visit.form()
    idea = id_in(text(form, "idea"))
    if idea is None:
        return await _page(visit, error=visit.words("desk.merge.which"))
    told = {"reason": text(form, "reason")}
    no = await given(visit, form, ("ideas", f"/v1/ideas/{idea}/merger/undo"), told)
    return await _page(visit, error=no) if no else visit.go(f"/ideas/{idea}")


def id_in(said: str) -> UUID | None:
    """Return the id of an idea, also out of a whole address."""
    found = _ID.search(said.lower())
    return UUID(found[0]) if found else None


def rules_of(form: FormData) -> dict[str, Any]:
    """Return the routing that was filled in; a row without reviewers is left out."""
    rules = []
    for row in range(_MOST):
        reviewers = listed(form, f"reviewers.{row}")
        if reviewers:
            cuts = {cut: text(form, f"{cut}.{row}") or None for cut in ("category", "department")}
            challenge = id_in(text(form, f"challenge.{row}"))
            rules.append({"reviewers": reviewers, **cuts,
                          "challenge": str(challenge) if challenge else None})  # fmt: skip
    most = text(form, "most_open")
    return {"rules": rules, "most_open": int(most) if most.isdecimal() and len(most) < 6 else 0}  # noqa: PLR2004


def changes(now: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return which rules come, and which go; their order counts, as the first that fits decides."""
    before, after = now["rules"], wanted["rules"]
    kept = [rule for rule in before if rule in after]
    return {
        "come": [rule for rule in after if rule not in before],
        "go": [rule for rule in before if rule not in after],
        "order": kept != [rule for rule in after if rule in before],
        "most": now["most_open"] if now["most_open"] != wanted["most_open"] else None,
    }


async def _page(
    visit: Visit, *, error: str = "", done: bool = False, category: str = "", source: str = ""
) -> Response:
    visit.require("desk")
    ask = visit.services.get
    found = await all_of(
        routing=ask("feedback", "/v1/routing"),
        rubric=ask("feedback", "/v1/rubric", category=category),
        waiting=ask("ideas", "/v1/imports/unplaced", source=source) if source else nothing(),
    )
    note_away(visit, found)
    routing = found["routing"]
    rules = [] if isinstance(routing, Gone) else routing["rules"]
    await visit.name(person for rule in rules for person in rule["reviewers"])
    return visit.page(
        "desk.html", 422 if error else 200, error=error, done=done, category=category,
        source=source, rules=[*rules, *[{}] * _EMPTY_RULES], empty=_EMPTY_CRITERIA, **found,
    )  # fmt: skip
