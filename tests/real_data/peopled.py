"""A directory for the people of the real history, who have none: made by rule, the same each time.

A department is led by whoever approves most of its ideas. Departments form four divisions, in turn:
- led by somebody who writes ideas as well, under a director;
- led by a director who is away all the while and has a deputy, one author of it directly;
- led by somebody who has left, under a director;
- led by somebody above whom there is nobody.
Some authors are not in the directory, some people have no mail address, and of four
authors three want no mail about broken promises.
"""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.real_data.promised import Open, Person, open_ideas

DIVISIONS = 4
ONE_IN = 60  # authors, of whom one is a stranger, and another one has no mail address
NAMED = ("authors", "reviewers", "approvers")


def directory(folder: Path) -> dict[str, Person]:
    """Return everybody who is listed."""
    text = (folder / "idea_history.jsonl").read_text(encoding="utf-8")
    births = [f for f in map(json.loads, text.splitlines()) if f["fact"] == "proposed"]
    departments = _departments(births)
    leads = _leads(births)
    ideas = open_ideas(folder)
    writes = _who_writes(ideas, departments, set(leads.values()))
    people = _those_above(writes)
    heads = {0: writes, 1: "head-1", 2: "gone-2", 3: "head-3"}
    order = sorted(set(departments.values()))
    special = {*leads.values(), writes}
    plain = sorted({who for idea in ideas for who in idea.authors} - special)
    strangers, unmailed = set(plain[7::ONE_IN]), {*plain[37::ONE_IN], min(leads.values())}
    # A mail costs more than all else that a broken promise leads to: most authors do without.
    quiet = set(plain) - set(plain[::4]) - strangers - unmailed
    direct = _first_in(1, ideas, departments, set(plain) - strangers)
    for who, department in departments.items():
        if who in strangers or who == writes:
            continue
        head = heads[order.index(department) % DIVISIONS]
        lead = head if who in {*special, direct} else leads.get(department, head)
        people[who] = Person(department, lead, mail=who not in unmailed, quiet=who in quiet)
    return people


def csv(people: Mapping[str, Person], folder: Path) -> str:
    """Return a directory as a file that `kiem import people` takes."""
    reviews = _reviewers(folder)
    rows = ["id,name,mail,department,lead,deputy,roles,language"]
    for who, person in people.items():
        roles = ["employee", *["director"] * person.director, *["reviewer"] * (who in reviews)]
        mail = address(who) if person.mail else ""
        language = "nl" if len(rows) % 2 else "en"
        rows.append(
            f"{who},Person {who},{mail},{person.department},{person.lead or ''},"
            f"{person.deputy or ''},{' '.join(roles)},{language}"
        )
    return "\n".join(rows) + "\n"


def address(person: str) -> str:
    return f"{person}@sixty.example"


def _departments(births: list[dict[str, Any]]) -> dict[str, str]:
    """Return where people work: where the first idea that names them belongs."""
    found: dict[str, str] = {}
    for birth in births:
        for who in [*(w for name in NAMED for w in birth[name]), birth["by"]]:
            found.setdefault(who, birth["department"] or "unknown")
    return found


def _leads(births: list[dict[str, Any]]) -> dict[str, str]:
    approved: dict[str, Counter[str]] = {}
    for birth in births:
        found = approved.setdefault(birth["department"] or "unknown", Counter())
        found.update(birth["approvers"])
    return {
        department: min(found, key=lambda who: (-found[who], who))
        for department, found in approved.items()
        if found
    }


def _first_in(
    division: int, ideas: list[Open], departments: dict[str, str], among: set[str]
) -> str:
    """Return an author of a division, of these, whose open idea waits for an answer."""
    order = sorted(set(departments.values()))
    return min(
        author
        for author in (idea.authors[0] for idea in ideas if idea.state != "parked")
        if author in among and order.index(departments[author]) % DIVISIONS == division
    )


def _who_writes(ideas: list[Open], departments: dict[str, str], leads: set[str]) -> str:
    """Return who wrote most open ideas of the first division with others, and leads nobody."""
    order = sorted(set(departments.values()))
    others = Counter(
        who
        for idea in ideas
        if order.index(departments[idea.authors[0]]) % DIVISIONS == 0
        for who in idea.authors[1:]
        if who not in leads
    )
    return min(others, key=lambda who: (-others[who], who))


def _those_above(writes: str) -> dict[str, Person]:
    return {
        writes: Person("board", "head-0"),
        "head-0": Person("board", director=True),
        "head-1": Person("board", deputy="deputy-1", director=True, absent=True),
        "deputy-1": Person("board"),
        "gone-2": Person("board", "head-2", left=True),
        "head-2": Person("board", director=True),
        "head-3": Person("board"),
    }


def _reviewers(folder: Path) -> set[str]:
    text = (folder / "idea_history.jsonl").read_text(encoding="utf-8")
    return {who for fact in map(json.loads, text.splitlines()) for who in fact.get("reviewers", [])}
