"""What the house's rules make of the open ideas of the real history, in plain Python.

Nothing of ours is used: working days come from the library `holidays`, and the rules from
docs/architecture.md. An open idea is promised a word by the lead of its first author (by the deputy
of one who is away, and by the desk if nobody else may) within 5 working days if it was only
submitted, else within 20. A working day before, a reminder comes. A promise that passes is broken
openly: its authors hear of it, and so does whoever is one step further up, who has 5 working days.
Who wrote the idea, has left or was asked before is passed over; the deputy of somebody absent
stands in; a director is the last before the desk, which is asked again and again. Everything is
shown in the app, and mailed unless its person wants no mail of the kind. Where there is no address
to mail to, from then on every second working day a colleague is asked to tell it, up the same
ladder. Whatever is due on a day happens at the end of that day.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import holidays

from tests.real_data.files import OVER, history

DESK = "desk"
ANSWER, DECISION, REMIND, NEXT, HAND_OVER = 5, 20, 1, 5, 2  # working days
DUTCH = holidays.country_holidays("NL")


class Person(NamedTuple):
    """Somebody in the directory, as they are all the while."""

    department: str
    lead: str | None = None
    deputy: str | None = None
    director: bool = False
    left: bool = False
    absent: bool = False
    mail: bool = True
    quiet: bool = False  # wants to read of broken promises in the app alone


Directory = Mapping[str, Person]


class Open(NamedTuple):
    """An idea that nobody has answered for good."""

    number: int
    state: str
    authors: tuple[str, ...]


class Climb(NamedTuple):
    """A promise that was broken on a day, and the one that followed it."""

    day: date
    previous: str
    accountable: str
    rung: str
    due: date


class Told(NamedTuple):
    """A notice: what about, to whom, and on which day."""

    kind: str
    person: str
    idea: int
    day: date


class Course(NamedTuple):
    """How it went with an idea: who owed it a word first, by when, and what came after."""

    idea: Open
    accountable: str
    due: date
    climbs: list[Climb]
    told: list[Told]

    @property
    def stands(self) -> tuple[str, date, str]:
        """Return who owes the next word at the end, by when, and on which step."""
        if not self.climbs:
            return self.accountable, self.due, "promised"
        last = self.climbs[-1]
        return last.accountable, last.due, last.rung


def open_ideas(folder: Path) -> list[Open]:
    """Return the ideas of the history that are not finished, with everybody who wrote them."""
    lines = (folder / "idea_history.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    births = {fact["idea"]: fact for fact in facts if fact["fact"] == "proposed"}
    wrote = {
        number: tuple(dict.fromkeys(birth["authors"] or [birth["by"]]))
        for number, birth in births.items()
    }
    return [
        Open(idea.number, idea.steps[-1].state, wrote[idea.number])
        for idea in history(folder)
        if idea.steps[-1].state not in OVER
    ]


def working_day(day: date, number: int) -> date:
    """Return the working day that is so many after a day, or before it."""
    step = timedelta(days=1 if number > 0 else -1)
    for _ in range(abs(number)):
        day += step
        while day.weekday() > 4 or day in DUTCH:
            day += step
    return day


def course(idea: Open, directory: Directory, start: date, end: date) -> Course:
    """Return what happens to an idea that is taken over on one day, until the end of another."""
    first = _first(idea, directory)
    owes, due = first, working_day(start, ANSWER if idea.state == "submitted" else DECISION)
    found = Course(idea, first, due, [], [])
    up = _up(directory, first, frozenset(idea.authors))
    while (remind := working_day(due, -REMIND)) <= end:
        found.told.append(Told("reminder", owes, idea.number, remind))
        if due > end:
            break
        broke, previous = due, owes
        owes, rung = next(up)
        due = working_day(broke, NEXT)
        found.climbs.append(Climb(broke, previous, owes, rung, due))
        found.told.extend(Told("promise_broken", who, idea.number, broke) for who in idea.authors)
        found.told.append(Told("escalated", owes, idea.number, broke))
    found.told.extend(
        [each for told in found.told for each in _told_by_others(told, directory, end)]
    )
    return found


def has_mail(person: str, directory: Directory) -> bool:
    return person in directory and directory[person].mail


def goes_by_mail(told: Told, directory: Directory) -> bool:
    """Tell whether a notice is mailed: there is an address, and its person wants such mails."""
    if not has_mail(told.person, directory):
        return False
    return told.kind != "promise_broken" or not directory[told.person].quiet


def classes(each: Course) -> Mapping[str, str]:
    """Return what each person is to an idea: author, promised, lead, director or desk."""
    known = {climb.accountable: climb.rung for climb in each.climbs}
    return {each.accountable: "promised", **known, **dict.fromkeys(each.idea.authors, "author")}


def _first(idea: Open, directory: Directory) -> str:
    """Return who owes the first word: what is parked, or its lead wrote too, waits for the desk.

    For a lead who is away the deputy does.
    """
    author = directory.get(idea.authors[0])
    lead = author.lead if author and idea.state != "parked" else None
    if lead is None or lead not in directory or directory[lead].left:
        return DESK
    there = directory[lead].deputy if directory[lead].absent else lead
    if there is None or directory[there].left or directory[there].absent or there in idea.authors:
        return DESK
    return there


def _up(directory: Directory, first: str, authors: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield who is asked next, and on which step, without end."""
    asked = {first}
    for post in _posts(directory, first):
        person = directory[post]
        there = person.deputy if person.absent and not person.left else post
        gone = there is None or directory[there].left or (there == post and person.absent)
        if there is None or gone or there in authors or there in asked:
            continue
        asked.add(there)
        yield there, "director" if person.director else "lead"
    while True:
        yield DESK, "desk"


def _posts(directory: Directory, person: str) -> Iterator[str]:
    met = {person}
    post = directory[person].lead if person in directory else None
    while post is not None and post not in met:
        met.add(post)
        yield post
        post = None if directory[post].director else directory[post].lead


def _told_by_others(told: Told, directory: Directory, end: date) -> Iterator[Told]:
    """Yield who is asked to tell a person what no mail could; the desk last, and once."""
    if told.person == DESK or told.kind == "reminder" or has_mail(told.person, directory):
        return
    up = _up(directory, told.person, frozenset({told.person}))
    day = working_day(told.day, HAND_OVER)
    while day <= end:
        colleague, rung = next(up)
        yield Told("hand_over", colleague, told.idea, day)
        if rung == "desk":
            return
        day = working_day(day, HAND_OVER)


def counted(courses: Sequence[Course], directory: Directory) -> Counter[tuple[str, str, str]]:
    """Count what arrives: by kind, person and way."""
    return Counter(
        (told.kind, told.person, way)
        for each in courses
        for told in each.told
        for way in ("in_app", "mail")
        if way == "in_app" or goes_by_mail(told, directory)
    )
