"""Two years of a suggestion box: slow and half silent at first, answered in the second year."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from waterland.directory import WORDS, Person
from waterland.lives import Life, Step, told

DAYS = 730
IDEAS = (258, 699)  # submitted in the first year, and in the second, when answers come
AUTHORS = (147, 350)
SILENT = 41  # of the first year, at its end; the campaign of the second year answered them
CAMPAIGN = 372  # the day on which it began
NEW_BOX = 426  # in month 14 the box got a new version, and its export other words
OUTAGE = 511  # the day on which nothing could be written; it was told two days later
MISSPELT = {
    "Geaccepteerd": "Geacepteerd",
    "In behandeling": "in behandelng",
    "Gerealiseerd": "gerealiseerd ",
}
NEW_WORDS = {"titel": "onderwerp", "tekst": "omschrijving", "toelichting": "motivering"}


class Fact(NamedTuple):
    """A line of the history; lines stand in the order of `told`, `n` keeps equal ones apart.

    Moments are those of the clock on the wall there.
    """

    told: datetime
    n: int
    at: datetime
    content: dict[str, Any]


class History:
    """Writes the lines."""

    def __init__(self, chance: random.Random, directory: list[Person], until: date) -> None:
        self.chance, self.until = chance, until
        self.first = until - timedelta(days=DAYS - 1)
        self.staff = [person for person in directory if person.id != "desk"]
        self.reviewers = [person for person in directory if "reviewer" in person.roles]
        self.facts: list[Fact] = []
        self.latest: dict[int, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=UTC))

    def facts_told(self) -> list[Fact]:
        """Return the lines as the box exported them: a few stand later than they happened."""
        number = 0
        for year in (0, 1):
            authors = self.chance.sample(self.staff, AUTHORS[year])
            days = sorted(self._day(year) for _ in range(IDEAS[year]))
            silent = set(self.chance.sample(range(IDEAS[0]), SILENT)) if year == 0 else set()
            for place, day in enumerate(days):
                number += 1
                # Everybody in the sample brings one, some bring more.
                author = authors[place] if place < len(authors) else self.chance.choice(authors)
                self._idea(number, day, author, year, silent=place in silent)
        for one in WORDS["special"]:
            number += 1
            self._special(number, one)
        end = datetime.combine(self.until, time(23, 59), UTC)
        return sorted(fact for fact in self.facts if fact.at <= end)

    def _day(self, year: int) -> int:
        """Mondays are busy; weekends, July and the days around New Year are quiet."""
        while True:
            day = self.chance.randrange(365 * year, 365 * (year + 1))
            on = self.first + timedelta(days=day)
            weight = 0.25 if on.weekday() > 4 else 1.0 if on.weekday() == 0 else 0.65
            if on.month == 7 or (on.month, on.day) >= (12, 24):
                weight *= 0.4
            if self.chance.random() < weight:
                return day

    def _tell(self, number: int, day: float, fact: str, **content: Any) -> None:
        whole = int(day)
        hour, minute = self.chance.randrange(7, 22), self.chance.randrange(60)
        at = datetime.combine(self.first + timedelta(days=whole), time(hour, minute), UTC)
        at = max(at, self.latest[number] + timedelta(minutes=3))
        self.latest[number] = at
        line = {"datum": at.strftime("%d-%m-%Y %H:%M"), "nr": number, "soort": fact, **content}
        if whole >= NEW_BOX:
            line = {NEW_WORDS.get(name, name): value for name, value in line.items()}
            line["datum"] = at.strftime("%Y-%m-%dT%H:%M")
        late = timedelta(days=2) if whole == OUTAGE else timedelta()
        self.facts.append(Fact(at + late, len(self.facts), at, line))

    def _idea(self, number: int, day: int, author: Person, year: int, *, silent: bool) -> None:
        title, text = self._words(number)
        with_others = self.chance.random() < 0.12
        others = [p.id for p in self.chance.sample(self.staff, 2)] if with_others else []
        self._born(number, day, author, (title, text), others)
        reviewer = self.chance.choice(self.reviewers)
        life = Life(self.chance, year, born=day, author=author.id, by=reviewer.id)
        if silent:
            life.seen = CAMPAIGN + self.chance.randrange(20)
        for step in told(life):
            self._step(number, step)

    def _words(self, number: int) -> tuple[str, str]:
        what, where = self.chance.choice(WORDS["what"]), self.chance.choice(WORDS["where"])
        title = self.chance.choice(WORDS["patterns"]).format(what=what, where=where)
        length = min(len(WORDS["sentences"]), max(1, round(self.chance.lognormvariate(0.8, 0.7))))
        sentences = self.chance.sample(WORDS["sentences"], length)
        if self.chance.random() < 0.03:  # somebody had it before
            return title[0].upper() + title[1:], f"Zie ook {max(1, number - 9)}. {sentences[0]}"
        return title[0].upper() + title[1:], " ".join(sentences)

    def _born(
        self, number: int, day: int, author: Person, words: tuple[str, str], others: list[str]
    ) -> None:
        self._tell(
            number, day, "ingediend", titel=words[0], tekst=words[1], afdeling=author.department,
            categorie=self.chance.choice(WORDS["categories"]),
            indieners="; ".join([author.id, *others]),
        )  # fmt: skip

    def _special(self, number: int, one: dict[str, Any]) -> None:
        """Write an idea whose story is told by hand: a joke, a row, a pilot that failed."""
        author = self.chance.choice(self.staff)
        self._born(number, one["day"], author, (one["title"], one["text"]), [])
        by = self.chance.choice(self.reviewers).id
        for days, fact, word, why in one["steps"]:
            after = one["day"] + days
            self._step(number, Step(after, fact, word, why, by if fact == "status" else ""))

    def _step(self, number: int, step: Step) -> None:
        content: dict[str, Any] = {"toelichting": step.why} if step.why else {}
        if step.by:
            content["door"] = step.by
        if step.fact == "status":
            misspelt = self.chance.random() < 0.03
            content["nieuwe_status"] = MISSPELT.get(step.word, step.word) if misspelt else step.word
        elif step.fact == "pilot-einde":
            content["uitkomst"] = step.word
        elif step.fact == "beoordelaar":
            content = {"beoordelaars": step.by}
        elif step.fact == "opmerking":
            content = {"tekst": step.why}
        self._tell(number, step.day, step.fact, **content)
