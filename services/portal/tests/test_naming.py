"""Persons in forms: by name or by code, asked about where a name is not one person's."""

import json
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest

from services.portal.tests.behind import Reader, reading

IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01"
TO_HAND = f"/reviews/{IDEA}/hand-over"
NAMES = {
    "p-1": "Anna de Wit", "p-2": "Anna Bos", "p-3": "Rob Jansen", "rob": "Robin Vos",
    "p-5": "Sam Smit", "p-6": "Sam Smit",
}  # fmt: skip


class People:
    """Notifications' names, and services that take whatever they are told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.searched: list[str] = []
        self.away = False

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        where, params = request.url.path, request.url.params
        if where.startswith("/v1/people") and self.away:
            return httpx2.Response(503)
        if where == "/v1/people":
            ids = params["ids"].split(",")
            return httpx2.Response(200, json={i: {"name": NAMES[i]} for i in ids if i in NAMES})
        if where == "/v1/people/search":
            self.searched.append(params["name"])
            words = params["name"].casefold().split()
            found = [
                {"person": person, "name": name} for person, name in NAMES.items()
                if all(any(w.startswith(s) for w in name.casefold().split()) for s in words)
            ]  # fmt: skip
            return httpx2.Response(200, json={"items": found, "more": False})
        if request.method == "GET":
            return httpx2.Response(404, json={})
        self.told.append((where, json.loads(request.content)))
        return httpx2.Response(200, json={"matter": IDEA})


class Fields(HTMLParser):
    """What the form of a page sends, with the first of its choices."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sends: dict[str, str] = {}
        self.choices: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag != "input" or "name" not in at:
            return
        if at.get("type") == "radio":
            self.choices.append(at["value"])
        self.sends.setdefault(at["name"], at.get("value", ""))


@pytest.fixture
def behind() -> People:
    return People()


@pytest.fixture
async def reader(behind: People) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee", "reviewer", "lead", "desk")) as found:
        yield found


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("p-3", "p-3"), ("Rob Jansen (p-3)", "p-3"), ("  rob jansen ", "p-3"),
        ("rob", "rob"),  # a code goes before a name that begins so
        ("x-99", "x-99"),  # of whom no name is known: the services decide
    ],
)  # fmt: skip
async def test_who_is_certain_is_not_asked_about(
    reader: Reader, behind: People, written: str, code: str
) -> None:
    sent = await reader.post(TO_HAND, reviewer=written)
    assert sent.status_code == 303
    assert behind.told == [(f"/v1/reviews/{IDEA}/reviewer", {"reviewer": code})]


async def test_a_name_of_several_is_asked_about_and_all_that_was_written_goes_on(
    reader: Reader, behind: People
) -> None:
    path = f"/leading/barriers/{IDEA}/hand-over"
    status, page = await reader.send(path, to="anna", reason="She has the <key>.", once="k-1")
    assert status == 422
    assert behind.told == [], "nothing goes before it is certain"
    form = Fields(page)
    assert form.choices == ["Anna de Wit (p-1)", "Anna Bos (p-2)", "(anna)"]
    assert form.sends["once"] == "k-1", "it is the same form, and arrives once"
    chosen = form.sends | {name: "Anna Bos (p-2)" for name in form.sends if name.startswith("to")}
    assert (await reader.browser.post(path, data=chosen)).status_code == 303
    assert behind.told == [
        (f"/v1/barriers/{IDEA}/hand-over", {"reason": "She has the <key>.", "to": "p-2"}),
    ]  # fmt: skip


async def test_namesakes_are_told_apart_by_their_codes(reader: Reader, behind: People) -> None:
    status, page = await reader.send(TO_HAND, reviewer="Sam Smit")
    assert status == 422
    assert Fields(page).choices == ["Sam Smit (p-5)", "Sam Smit (p-6)"]


async def test_nobody_of_that_name_is_said_and_the_name_is_written_again(
    reader: Reader, behind: People
) -> None:
    status, page = await reader.send(TO_HAND, reviewer="Zoë van Wijk")
    assert status == 422
    assert "Nobody is called “Zoë van Wijk”" in page
    again = Fields(page).sends
    assert "Zoë van Wijk" in again.values()
    again = {name: value.replace("Zoë van Wijk", "Rob Jansen") for name, value in again.items()}
    assert (await reader.browser.post(TO_HAND, data=again)).status_code == 303
    assert behind.told[0][1] == {"reviewer": "p-3"}


async def test_in_a_list_only_those_who_are_not_certain_are_asked_about(
    reader: Reader, behind: People
) -> None:
    written = {"to": "Rob Jansen, anna; p-5\nSam Smit", "words": "For the lift."}
    status, page = await reader.send("/thanks", **written)
    assert status == 422
    form = Fields(page)
    # Each is a question of its own: two groups of choices, beside whoever is certain.
    answers = {n: v for n, v in form.sends.items() if n.startswith("to|")}
    assert list(answers.values()) == ["Anna de Wit (p-1)", "Sam Smit (p-5)"]
    assert (await reader.browser.post("/thanks", data=form.sends)).status_code == 303
    (told,) = behind.told
    assert sorted(told[1].pop("to")) == ["p-1", "p-3", "p-5", "p-5"]
    assert told == ("/v1/thanks", {"words": "For the lift."})


async def test_without_anybody_to_ask_what_was_written_is_a_code(
    reader: Reader, behind: People
) -> None:
    behind.away = True
    assert (await reader.post(TO_HAND, reviewer="p-3")).status_code == 303
    assert behind.told[0][1] == {"reviewer": "p-3"}


async def test_rows_of_rules_name_reviewers_by_name_too(reader: Reader, behind: People) -> None:
    status, _ = await reader.send(
        "/desk/routing", sure="1", most_open="5",
        **{"reviewers.0": "Rob Jansen, p-1", "category.0": "", "department.0": "Noord",
           "reviewers.1": ""},
    )  # fmt: skip
    assert status == 303
    assert [rule["reviewers"] for rule in behind.told[0][1]["rules"]] == [["p-3", "p-1"]]


async def test_while_typing_a_field_offers_names_with_their_codes(
    reader: Reader, behind: People
) -> None:
    _, part = await reader.see("/people?field=reviewer&reviewer=jan")
    assert part.strip() == '<option value="Rob Jansen (p-3)"></option>'
    _, part = await reader.see("/people?field=members&several=1&members=p-5,+an")
    assert '<option value="p-5, Anna de Wit (p-1)">' in part
    asked = len(behind.searched)
    for typed in ("a", "", "Rob Jansen (p-3)"):
        _, part = await reader.see(f"/people?field=to&to={typed}")
        assert part.strip() == ""
    assert len(behind.searched) == asked, "one letter is no name, and who was chosen stands"
    behind.away = True
    status, part = await reader.see("/people?field=to&to=anna")
    assert (status, part.strip()) == (200, "")


async def test_only_whoever_is_signed_in_is_offered_names(reader: Reader) -> None:
    reader.browser.cookies.clear()
    found = await reader.browser.get("/people?field=to&to=anna")
    assert found.status_code == 303
    assert "Anna" not in found.text
