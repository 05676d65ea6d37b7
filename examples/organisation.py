"""Makes up a credible organisation: its directory, two years of ideas, and usage of a tool.

    python examples/organisation.py FOLDER [--seed 1] [--until 2026-10-31]

The same seed and day give the same bytes. The history is in the organisation's own words;
examples/mappings/organisation.toml says what they mean. Everybody in it is invented.
"""

import argparse
import csv
import gzip
import io
import json
import math
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

WORDS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
DAYS = 730
IDEAS = (258, 699)  # submitted in the first year, and in the second, when answers come
AUTHORS = (147, 350)
MISSPELT = {
    "Geaccepteerd": "Geacepteerd",
    "In behandeling": "in behandelng",
    "Gerealiseerd": "gerealiseerd ",
}
TOOL = "Zorgpad"
FEATURES, ADVANCED = ("rapporteren", "overdracht", "plannen"), ("sjablonen", "spraak")


class Person(NamedTuple):
    id: str
    name: str
    mail: str
    department: str
    lead: str
    roles: str
    language: str
    site: str
    shift: str


class Fact(NamedTuple):
    """A line of the history; `n` keeps facts of one moment in order."""

    at: datetime
    n: int
    content: dict[str, Any]


def people(chance: random.Random) -> list[Person]:
    """The desk, three directors, and 22 departments, four of them under ten on purpose."""
    mail, home = "ideeen@waterland.example", "Purmerend"
    found = [Person("desk", "Ideeënbalie", mail, "Kwaliteit", "", "desk", "nl", home, "day")]
    directors = []
    for site in WORDS["sites"]:
        directors.append(f"p-{len(found):04d}")
        found.append(_person(chance, len(found), ("Kwaliteit", "", "director", site, "day")))
    for department, size in WORDS["departments"]:
        site = chance.choice(WORDS["sites"])
        lead = f"p-{len(found):04d}"
        for place in range(size):
            above = lead if place else directors[WORDS["sites"].index(site)]
            where = (department, above, _roles(place, size), site, _shift(chance, place))
            found.append(_person(chance, len(found), where))
    return found


def _roles(place: int, size: int) -> str:
    if place == 0:
        return "employee lead"
    return "employee reviewer" if place <= 2 + size // 60 else "employee"


def _shift(chance: random.Random, place: int) -> str:
    return "day" if place < 6 or chance.random() < 0.55 else "roster"


def _person(chance: random.Random, number: int, where: tuple[str, str, str, str, str]) -> Person:
    department, lead, roles, site, shift = where
    given, family = chance.choice(WORDS["given"]), chance.choice(WORDS["family"])
    plain = "".join(
        letter for letter in f"{given}{family}".lower() if letter.isascii() and letter.isalpha()
    )
    mail = f"{plain}{number}@waterland.example"
    without = shift == "roster" and chance.random() < 0.72  # 31 % have no mail at work
    language = "en" if chance.random() < 0.04 else "nl"
    mail = "" if without else mail
    name = f"{given} {family}"
    return Person(f"p-{number:04d}", name, mail, department, lead, roles, language, site, shift)


class History:
    """Two years of a suggestion box: slow at first, answered in the second year."""

    def __init__(self, chance: random.Random, directory: list[Person], until: date) -> None:
        self.chance, self.until = chance, until
        self.first = until - timedelta(days=DAYS)
        self.staff = [person for person in directory if person.department and person.id != "desk"]
        self.reviewers = [person for person in directory if "reviewer" in person.roles]
        self.facts: list[Fact] = []

    def facts_told(self) -> list[Fact]:
        number = 0
        for year in (0, 1):
            authors = self.chance.sample(self.staff, AUTHORS[year])
            for day in sorted(self._day(year) for _ in range(IDEAS[year])):
                number += 1
                self._idea(number, day, self.chance.choice(authors), year)
        for day, *words in WORDS["special"]:
            number += 1
            self._special(number, day, words)
        end = datetime.combine(self.until, time(23, 59))
        return sorted(fact for fact in self.facts if fact.at <= end)

    def _day(self, year: int) -> int:
        """Mondays are busy, July and the weekend are quiet."""
        while True:
            day = self.chance.randrange(365 * year, 365 * (year + 1))
            on = self.first + timedelta(days=day)
            weight = 0.25 if on.weekday() > 4 else 1.0 if on.weekday() == 0 else 0.7
            if self.chance.random() < weight * (0.45 if on.month == 7 else 1):
                return day

    def _tell(self, number: int, day: float, fact: str, **content: Any) -> None:
        hour, minute = self.chance.randrange(7, 22), self.chance.randrange(60)
        at = datetime.combine(self.first + timedelta(days=int(day)), time(hour, minute))
        earlier = [f.at for f in self.facts if f.content["nr"] == number]
        at = max([at, *[moment + timedelta(minutes=3) for moment in earlier[-1:]]])
        told = {"datum": at.strftime("%d-%m-%Y %H:%M"), "nr": number, "soort": fact, **content}
        self.facts.append(Fact(at, len(self.facts), told))

    def _idea(self, number: int, day: int, author: Person, year: int) -> None:
        others = (
            [p.id for p in self.chance.sample(self.staff, 2)] if self.chance.random() < 0.12 else []
        )
        title = self.chance.choice(WORDS["patterns"]).format(
            what=self.chance.choice(WORDS["what"]), where=self.chance.choice(WORDS["where"])
        )
        title = title[0].upper() + title[1:]
        length = max(1, round(self.chance.lognormvariate(0.8, 0.7)))
        self._born(
            number,
            day,
            author,
            (title, " ".join(self.chance.choices(WORDS["sentences"], k=length))),
            others,
        )
        self._life(number, day, author, year)

    def _born(
        self, number: int, day: int, author: Person, words: tuple[str, str], others: list[str]
    ) -> None:
        category = self.chance.choice(WORDS["categories"])
        self._tell(
            number, day, "ingediend", titel=words[0], tekst=words[1], afdeling=author.department,
            categorie=category, indieners="; ".join([author.id, *others]),
        )  # fmt: skip

    def _special(self, number: int, day: int, words: list[str]) -> None:
        title, text, status, reason = words
        self._born(number, day, self.chance.choice(self.staff), (title, text), [])
        self._status(number, day + 4, status, reason)

    def _after(self, median: float, spread: float) -> float:
        return self.chance.lognormvariate(math.log(median), spread)

    def _status(self, number: int, day: float, status: str, reason: str = "", by: str = "") -> None:
        if self.chance.random() < 0.03:
            status = MISSPELT.get(status, status)
        said = {"toelichting": reason} if reason else {}
        self._tell(
            number, day, "status", nieuwe_status=status, **said, **({"door": by} if by else {})
        )

    def _life(self, number: int, day: int, author: Person, year: int) -> None:
        reviewer = self.chance.choice(self.reviewers)
        seen = day + self._after((15.0, 1.6)[year], 0.7)
        if self.chance.random() < (0.16, 0.01)[year]:
            return  # never answered: a silent idea
        self._tell(number, seen, "beoordelaar", beoordelaars=reviewer.id)
        if self.chance.random() < 0.92:
            self._status(number, seen, "In behandeling", by=reviewer.id)
        if self.chance.random() < 0.1:
            self._tell(number, seen + 1, "opmerking", tekst=self.chance.choice(WORDS["sentences"]))
        if self.chance.random() < 0.03:
            self._status(number, seen + 3, "Ingetrokken", "anders opgelost", author.id)
            return
        self._judged(number, day, seen + self._after((34.0, 9.0)[year], 0.6), reviewer.id)

    def _judged(self, number: int, born: int, day: float, by: str) -> None:
        luck = self.chance.random()
        if luck < 0.08:
            self._status(number, day, "Geparkeerd", self.chance.choice(WORDS["later"]), by)
        elif luck < 0.38:
            self._status(number, day, "Afgewezen", self.chance.choice(WORDS["no"]), by)
            if self.chance.random() < 0.04:  # a no that became a yes after all
                self._accepted(number, born, day + self._after(120, 0.5), by)
        else:
            self._accepted(number, born, day, by)

    def _accepted(self, number: int, born: int, day: float, by: str) -> None:
        self._status(number, day, "Geaccepteerd", self.chance.choice(WORDS["yes"]), by)
        if self.chance.random() < 0.02:
            self._status(number, day + 6, "In behandeling", "toch eerst een vraag", by)
            self._status(number, day + 15, "Geaccepteerd", "", by)
            day += 15
        if self.chance.random() < 0.32:
            self._status(number, day + self._after(60, 0.6), "Gerealiseerd", by=by)
            return
        start = max(day + 2, born + self._after(74, 0.75))
        self._status(number, start, "Pilot", by=by)
        self._tell(number, start + 20, "meting", toelichting=self.chance.choice(WORDS["learned"]))
        end = start + self._after(50, 0.4)
        outcome = self.chance.choices(("opgeschaald", "gestopt", "verlengd"), (7, 2, 1))[0]
        self._tell(
            number,
            end,
            "pilot-einde",
            uitkomst=outcome,
            toelichting=self.chance.choice(WORDS["learned"]),
        )
        if outcome == "opgeschaald":
            self._status(number, end + self._after(12, 0.5), "Gerealiseerd", by=by)


def usage(chance: random.Random, directory: list[Person], until: date) -> Iterator[tuple[str, ...]]:
    """One tool, taken up by 38 % and after two years by 71 %; its harder features more slowly."""
    staff = sorted((p for p in directory if p.id != "desk"), key=lambda _: chance.random())
    first = until - timedelta(days=DAYS)
    for week in range(DAYS // 7):
        part = week / (DAYS // 7)
        active = staff[: round(len(staff) * (0.38 + 0.33 * part))]
        for person in chance.sample(active, round(len(active) * 0.42)):
            hard = chance.random() < 0.03 + 0.07 * part
            feature = chance.choice(ADVANCED if hard else FEATURES)
            at = datetime.combine(
                first + timedelta(days=week * 7 + chance.choice((0, 0, 1, 2, 3, 4, 5))),
                time(chance.randrange(7, 22), chance.randrange(60)),
            )
            yield (
                at.isoformat(),
                person.id,
                person.department,
                TOOL,
                feature,
                "ja" if hard else "nee",
            )


def write(folder: Path, seed: int, until: date) -> None:
    """Write people.csv, history.jsonl and usage.csv.gz."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    directory = people(chance)
    _write_csv(folder / "people.csv", Person._fields, directory)
    facts = History(chance, directory, until).facts_told()
    lines = (json.dumps(fact.content, ensure_ascii=False) + "\n" for fact in facts)
    (folder / "history.jsonl").write_text("".join(lines), "utf-8")
    rows = sorted(usage(chance, directory, until))
    heads = ("at", "person", "department", "tool", "feature", "advanced")
    _write_csv(folder / "usage.csv.gz", heads, rows)
    print(
        f"{len(directory):,} people, {len(facts):,} facts, {len(rows):,} rows of usage in {folder}"
    )


def _write_csv(path: Path, heads: tuple[str, ...], rows: Any) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(heads)
    table.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 10, 31))
    given = parser.parse_args()
    write(given.folder, given.seed, given.until)


if __name__ == "__main__":
    main()
