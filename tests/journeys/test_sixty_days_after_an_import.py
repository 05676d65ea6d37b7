"""The real history is imported, and then sixty days pass in which nobody says a word.

What the house made of it must be what its rules say, counted straight from the files
(`tests/real_data/promised.py`): who owes each idea a word, by when, who was asked before, and each
notice and mail that anybody got.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts import outside
from contracts.imported import imported_idea
from contracts.vocabulary import PersonId
from tests.journeys.building import running
from tests.journeys.house import ZONE, House
from tests.journeys.settling import Settling, looking
from tests.real_data import peopled, promised
from tests.real_data.promised import Climb, Course, Person

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(1500)]

MAPPING = "examples/mappings/kubernetes-keps.toml"
SOURCE = "kubernetes-keps"
NOT_UNDERSTOOD = 3  # the exit code that says that some lines wait for a better mapping
DAYS = 60
# Five minutes after the working day ends: what was due on it is over.
EVENING = clock(17, 5)
ALL_NOTICES = "SELECT kind, person, subject, at, mail, shown FROM notice"


class Lived:
    """A house that took over the real history, and what it must have come to."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.directory: dict[str, Person] = peopled.directory(folder)
        self.start = self.end = date.min
        self.at_first: list[Any] = []  # notices and mails before the first day passed
        self.courses: list[Course] = []

    async def begin(self, settling: Settling, scratch: Path) -> None:
        """Take over the people and the history."""
        file = scratch / "people.csv"
        file.write_text(peopled.csv(self.directory, self.folder), encoding="utf-8")
        code, _, trouble = self.house.kiem("import", "people", str(file), "--yes")
        assert code == 0, trouble
        self.start = await self.house.today()
        await self._some_are_not_there()
        await self._some_want_no_mail()
        await settling.settled("the directory is known")
        history = str(self.folder / "idea_history.jsonl")
        words = ("import", "history", history, "--mapping", MAPPING, "--cutover", str(self.start))
        code, _, trouble = self.house.kiem(*words)
        assert code == NOT_UNDERSTOOD, trouble
        await settling.settled("the history is taken over")
        self.at_first = await self.notices() + list(self.mails())

    async def _some_are_not_there(self) -> None:
        at, last = datetime.now(UTC), self.start + timedelta(days=2 * DAYS)
        facts: list[outside.PersonLeft | outside.AbsencePlanned] = []
        for who, person in self.directory.items():
            if person.left:
                facts.append(outside.PersonLeft(at=at, person=PersonId(who)))
            if person.absent:
                facts.append(
                    outside.AbsencePlanned(at=at, person=PersonId(who), first=self.start, last=last)
                )
        await self.house.publish(outside.PEOPLE_TOPIC, facts)

    async def _some_want_no_mail(self) -> None:
        path, wish = "/v1/preferences/promise_broken", {"app": True, "mail": "off"}
        quiet = [who for who, person in self.directory.items() if person.quiet]
        for some in (quiet[n : n + 8] for n in range(0, len(quiet), 8)):
            wishes = (
                self.house.done("notifications", path, wish, who, method="PUT") for who in some
            )
            await asyncio.gather(*wishes)

    async def live(self, settling: Settling) -> None:
        """Let the days pass one by one, and each of them come to its end.

        Weekends and holidays go by with the working day that follows: nothing is due on them.
        """
        for day in range(1, DAYS + 1):
            self.end = self.start + timedelta(days=day)
            if day < DAYS and not promised.DUTCH.is_working_day(self.end):
                continue
            told = await self.house.get("notifications", "/v1/clock", "op", "operator")
            evening = datetime.combine(self.end, EVENING, ZONE)
            await self.house.forward(evening - datetime.fromisoformat(told["now"]))
            await settling.settled(f"day {day}")
        ideas = promised.open_ideas(self.folder)
        self.courses = [
            promised.course(idea, self.directory, self.start, self.end) for idea in ideas
        ]

    async def notices(self) -> list[Any]:
        return await self.house.rows("notifications", ALL_NOTICES)

    def mails(self) -> Counter[str]:
        """Count the mails that were kept, by the address they went to."""
        index = self.house.mail / "index.txt"
        lines = index.read_text("utf-8").splitlines() if index.exists() else []
        return Counter(line.split("  ")[1] for line in lines)

    @property
    def by_id(self) -> dict[UUID, Course]:
        return {imported_idea(SOURCE, str(each.idea.number)): each for each in self.courses}


def day_of(moment: str | datetime) -> date:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(ZONE).date()


def closes(day: date) -> datetime:
    return datetime.combine(day, clock(17), ZONE)


@pytest.fixture(scope="module")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    """The history is imported, and sixty days are over."""
    folder = os.environ.get("KIEM_REAL_DATA")
    if not folder:
        pytest.skip("KIEM_REAL_DATA names no folder with the real history")
    with running("sixty") as house:
        await house.open()
        try:
            made = Lived(house, Path(folder))
            async with looking(house) as settling:
                began = time.monotonic()
                await made.begin(settling, tmp_path_factory.mktemp("sixty"))
                taken = time.monotonic()
                await made.live(settling)
                spent = taken - began, time.monotonic() - taken
                print(f"taken over in {spent[0]:.0f} s, lived through in {spent[1]:.0f} s")
            yield made
        finally:
            await house.close()


def test_the_past_is_no_news(lived: Lived) -> None:
    assert lived.at_first == []


def test_the_ladder_was_climbed_in_every_way_there_is(lived: Lived) -> None:
    """The people are chosen so that each rule of the ladder counts for somebody."""
    climbs = [climb for each in lived.courses for climb in each.climbs]
    assert {climb.rung for climb in climbs} == {"lead", "director", "desk"}
    asked = {climb.accountable for climb in climbs}
    absent = {who for who, person in lived.directory.items() if person.absent}
    left = {who for who, person in lived.directory.items() if person.left}
    deputies = {lived.directory[who].deputy for who in absent}
    assert deputies <= asked
    assert deputies <= {each.accountable for each in lived.courses}, "at the import already"
    assert not asked & (absent | left)


async def test_every_open_idea_has_somebody_and_a_date_that_lies_ahead(lived: Lived) -> None:
    expected = {
        idea: (each.stands[0], closes(each.stands[1])) for idea, each in lived.by_id.items()
    }
    now = datetime.combine(lived.end, EVENING, ZONE)
    assert all(due > now for _, due in expected.values())
    sql = "SELECT idea, accountable, due FROM idea_v2 WHERE accountable <> '' AND due IS NOT NULL"
    rows = await lived.house.rows("ideas", sql)
    assert {row["idea"]: (row["accountable"], row["due"]) for row in rows} == expected
    sql = "SELECT subject, accountable, due FROM loop WHERE NOT finished OR due IS NOT NULL"
    rows = await lived.house.rows("notifications", sql)
    assert {row["subject"]: (row["accountable"], row["due"]) for row in rows} == expected


async def test_every_overdue_idea_climbed_the_ladder_as_far_as_the_rules_say(lived: Lived) -> None:
    first: dict[UUID, tuple[str, date]] = {}
    climbed: dict[UUID, list[Climb]] = {}
    types: Counter[str] = Counter()
    broken: dict[UUID, str] = {}
    for event in await lived.house.events("notifications"):
        kind, data = event["type"].split(".")[-2], event["data"]
        types[kind] += 1
        idea = UUID(data["subject"])
        if kind == "PromiseMade":
            first[idea] = data["accountable"], day_of(data["due"])
        elif kind == "PromiseBroken":
            broken[idea] = data["due"]
        elif kind == "Escalated":
            climbed.setdefault(idea, []).append(_climb(data))
            assert broken.pop(idea) == data["missed"], "said openly, then handed up"
    expected = lived.by_id
    assert broken == {}
    assert first == {idea: (each.accountable, each.due) for idea, each in expected.items()}
    assert climbed == {idea: each.climbs for idea, each in expected.items()}
    assert types["PromiseMade"] == len(expected)
    assert set(types) == {"PromiseMade", "PromiseBroken", "Escalated", "NoticeDelivered"}


def _climb(data: Mapping[str, Any]) -> Climb:
    return Climb(
        day_of(data["at"]), data["previous"], data["accountable"], data["rung"],
        day_of(data["due"]),
    )  # fmt: skip


async def test_everybody_may_read_how_it_stands(lived: Lived) -> None:
    told = await lived.house.get("notifications", "/v1/guarantee", "somebody")
    climbs = [len(each.climbs) for each in lived.courses]
    open_ = len(lived.courses)
    assert {name: told[name] for name in ("unfinished", "promised", "silent", "held_up")} == {
        "unfinished": open_, "promised": open_, "silent": 0, "held_up": 0,
    }  # fmt: skip
    assert (told["broken"], told["kept"]) == (sum(climbs), 0)
    assert told["unanswered"] == sum(map(bool, climbs))
    assert told["by_step"] == Counter(each.stands[2] for each in lived.courses)
    silent = await lived.house.get("metrics", "/v1/kpis/silent_ideas", "somebody")
    assert silent["value"] == 0
    code, _, trouble = lived.house.kiem("verify", "guarantee")
    assert code == 0, trouble


async def test_each_notice_is_explained_by_the_rules(lived: Lived) -> None:
    """By kind and what its person is to the idea, which reads well; then one by one."""
    expected = Counter(told for each in lived.courses for told in each.told)
    numbers = {idea: each.idea.number for idea, each in lived.by_id.items()}
    found = Counter(
        promised.Told(row["kind"], row["person"], numbers[row["subject"]], day_of(row["at"]))
        for row in await lived.notices()
    )
    assert _by_class(found, lived.courses) == _by_class(expected, lived.courses)
    assert found == expected


async def test_each_notice_arrived_as_often_as_the_rules_say(lived: Lived) -> None:
    expected = promised.counted(lived.courses, lived.directory)
    proofs = [
        event["data"]
        for event in await lived.house.events("notifications")
        if event["type"].split(".")[-2] == "NoticeDelivered"
    ]
    assert Counter((p["kind"], p["person"], p["channel"]) for p in proofs) == expected
    assert len({(p["notice"], p["channel"]) for p in proofs}) == len(proofs), "each of them once"
    assert {row["mail"] for row in await lived.notices()} == {"delivered", "none"}
    sent: Counter[str] = Counter()
    for (_, person, way), number in expected.items():
        if way == "mail":
            sent[peopled.address(person)] += number
    assert lived.mails() == sent


def _by_class(told: Counter[promised.Told], courses: list[Course]) -> Counter[tuple[str, str]]:
    known = {each.idea.number: promised.classes(each) for each in courses}
    found: Counter[tuple[str, str]] = Counter()
    for each, number in told.items():
        found[each.kind, known[each.idea].get(each.person, "above them")] += number
    return found
