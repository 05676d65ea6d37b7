"""Persons in forms: whoever fills one in writes a name or a code, and services are told codes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from portal.asking import Gone, all_of
from portal.coming_back import page_of_form
from portal.giving import parted, text
from portal.visit import Visit

MOST_LOOKED_UP = 20  # names in one form; more is a list that was pasted, of codes
SEARCH = "/v1/people/search"
ANSWER = "|"  # between the name of a field and which question about it this answers
# So a name that was chosen stands in its field: "Anna de Wit (p-12)".
_WITH_CODE = re.compile(r".*\(([^()\s]+)\)", re.DOTALL)


@dataclass(frozen=True)
class Unclear:
    """Who may be meant by what was written in a field; `more`: still others are called so."""

    field: str
    said: str
    people: list[dict[str, str]]
    more: bool


class WhichPerson(Exception):
    """Somebody was named by a name that is not one person's: whoever wrote it says who it is."""

    def __init__(self, visit: Visit, form: FormData, unclear: list[Unclear]) -> None:
        super().__init__()
        self.visit, self.form, self.unclear = visit, form, unclear

    def page(self) -> Response:
        """Ask whom they mean; the form goes on from here, with all that was filled in."""
        asked = {each.field for each in self.unclear}
        kept = [(n, v) for n, v in self.form.multi_items() if n not in {*asked, "csrf", "once"}]
        clear = [(n, v) for n in asked for v in self.form.getlist(n)]
        return self.visit.page(
            "which.html", 422, unclear=self.unclear, kept=kept + clear,
            key=text(self.form, "once"), back=page_of_form(self.visit.request),
        )  # fmt: skip


async def which_page(_: Request, error: Exception) -> Response:
    if not isinstance(error, WhichPerson):
        raise error
    return error.page()


async def with_codes(
    visit: Visit, *, one: Iterable[str] = (), several: Iterable[str] = ()
) -> FormData:
    """Return what was filled in, with codes where persons are named.

    `one`: fields that name a person; `several`: those that name some, with commas between them, a
    name that ends with a point for all that begin so. Raises FormIsNotOurs and WhichPerson.
    """
    form = await visit.form()
    several = tuple(several)
    alone, rows = frozenset(one), tuple(name for name in several if name.endswith("."))
    said: dict[str, list[str]] = {}
    for field, value in form.multi_items():
        name = field.partition(ANSWER)[0]
        if name in alone and text(form, field):
            said.setdefault(name, []).append(str(value).strip())
        elif name in several or (rows and name.startswith(rows)):
            said.setdefault(name, []).extend(parted(str(value)))
    codes = await _codes(visit, {each for names in said.values() for each in names})
    told = {name: [_coded(codes[each], each) for each in said[name]] for name in said}
    unclear = [
        Unclear(name, each, codes[each]["items"], codes[each]["more"])
        for name in said for each in dict.fromkeys(said[name]) if isinstance(codes[each], Mapping)
    ]  # fmt: skip
    others = [(n, v) for n, v in form.multi_items() if n.partition(ANSWER)[0] not in said]
    joined = [(n, ", ".join(e for e in told[n] if e)) for n in told]
    coded = FormData([*others, *((n, v) for n, v in joined if v or n not in alone)])
    if unclear:
        raise WhichPerson(visit, coded, unclear)
    return coded


def _coded(code: Any, said: str) -> str:
    """Return the code that was found, or nothing where it is to be asked."""
    return "" if isinstance(code, Mapping) else code or said


async def _codes(visit: Visit, said: set[str]) -> dict[str, Any]:
    """Return of each that was written the code that it is; or who is called so, to be asked.

    Where nobody can be asked, what was written is taken for a code, and the services decide.
    """
    found: dict[str, Any] = {}
    for each in said:
        chosen = _WITH_CODE.fullmatch(each)
        found[each] = chosen[1] if chosen else each
    open_ = [each for each in said if found[each] == each and each != visit.me.person]
    await visit.name(each for each in open_ if each.split() == [each])
    names = sorted(each for each in open_ if each not in visit.names)[:MOST_LOOKED_UP]
    ask = visit.services.get
    told = await all_of(**{each: ask("notifications", SEARCH, name=each) for each in names})
    for each, answer in told.items():
        if not isinstance(answer, Gone):
            found[each] = _meant(visit, each, answer)
    return found


def _meant(visit: Visit, said: str, answer: dict[str, Any]) -> Any:
    """Return whom somebody means, if that is certain: by code, or by the whole name of one."""
    people = answer["items"]
    visit.names |= {each["person"]: each["name"] for each in people}
    if any(each["person"] == said for each in people):
        return said
    same = [each["person"] for each in people if each["name"].casefold() == said.casefold()]
    if len(same) == 1 and not answer["more"]:
        return same[0]
    nobody = not people and said.split() == [said]  # a code that has no name here
    return said if nobody else answer


async def suggested(visit: Visit, said: str, *, several: bool) -> list[str]:
    """Return what a field may be filled in with, for what somebody has typed in it so far."""
    before, comma, last = said.rpartition(",") if several else ("", "", said)
    name = last.strip()
    if _WITH_CODE.fullmatch(name) or len(name) < 2:  # noqa: PLR2004 - letters, as the service asks
        return []
    found = (await all_of(told=visit.services.get("notifications", SEARCH, name=name)))["told"]
    people = [] if isinstance(found, Gone) else found["items"]
    start = f"{before}{comma} " if comma else ""
    return [f"{start}{each['name']} ({each['person']})" for each in people]
