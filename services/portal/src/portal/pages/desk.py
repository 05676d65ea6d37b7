"""For the innovation desk: who reviews what, by which criteria, what belongs together."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.asking import Gone, all_of, nothing
from portal.giving import given, listed, text
from portal.naming import with_codes
from portal.pages.home import note_away
from portal.pages.merging import id_in
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/desk")
Word = Annotated[str, Query(max_length=200)]
_EMPTY_RULES, _EMPTY_CRITERIA, _MOST = 1, 1, 60


@router.get("")
async def desk(visit: Somebody, done: str = "", category: Word = "", source: Word = "") -> Response:
    return await desk_page(visit, done=bool(done), category=category.strip(), source=source.strip())


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
    return await desk_page(visit, error=no) if no else visit.go("/desk?done=1")


@router.post("/rubric")
async def change_rubric(visit: Somebody) -> Response:
    """Show first what would be judged otherwise; carry it out when that was seen."""
    visit.require("desk")
    form = await visit.form()
    name, told = text(form, "rubric"), rubric_of(form)
    category = told["category"] or ""
    if not re.fullmatch(r"[\w.-]{1,100}", name):
        no = visit.words("desk.rubric.name")
        return await desk_page(visit, error=no, category=category, judging=(name, told))
    if not form.get("sure"):
        now = await visit.services.get("feedback", "/v1/rubric", category=category)
        changed = rubric_changes(now["criteria"], told["criteria"])
        return visit.page("rubric.html", now=now, wanted=told, name=name, changed=changed)
    no = await given(visit, form, ("feedback", f"/v1/rubrics/{name}"), told, method="PUT")
    if no:
        return await desk_page(visit, error=no, category=category, judging=(name, told))
    return visit.go("/desk?done=1")


def rubric_of(form: FormData) -> dict[str, Any]:
    """Return the criteria that were filled in; a row without a name is left out."""
    rows = zip(form.getlist("name"), form.getlist("nl"), form.getlist("en"), strict=False)
    asked = [{"name": str(n).strip(), "nl": str(nl).strip(), "en": str(en).strip()}
             for n, nl, en in rows if str(n).strip()]  # fmt: skip
    return {"category": text(form, "category") or None, "criteria": asked}


def rubric_changes(before: list[Any], after: list[Any]) -> dict[str, Any]:
    """Return which criteria come and go, and which are asked otherwise, each with how it was."""
    was, now = ({each["name"]: each for each in some} for some in (before, after))
    kept = [name for name in was if name in now]
    return {
        "come": [each for name, each in now.items() if name not in was],
        "go": [each for name, each in was.items() if name not in now],
        "other": [(was[name], now[name]) for name in kept if was[name] != now[name]],
        "order": kept != [name for name in now if name in was],
    }


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


async def desk_page(
    visit: Visit, *, error: str = "", done: bool = False, category: str = "", source: str = "",
    judging: tuple[str, dict[str, Any]] | None = None,
) -> Response:  # fmt: skip
    """Show the desk's rules; `judging`: a new rubric by its name, as it was filled in in vain."""
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
    name, rubric = judging or ("", found.pop("rubric"))
    now = "" if isinstance(rubric, Gone) else rubric.get("version", "")
    found |= {"rubric": rubric, "rubric_name": name, "rubric_now": now}
    return visit.page(
        "desk.html", 422 if error else 200, error=error, done=done, category=category,
        source=source, rules=[*rules, *[{}] * _EMPTY_RULES], empty=_EMPTY_CRITERIA, **found,
    )  # fmt: skip
