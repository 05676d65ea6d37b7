"""Makes up an organisation: its directory, two years of ideas, and the usage of a tool.

    python examples/organisation.py FOLDER [--seed 1] [--people 1840]

Nothing is random twice: the same seed writes the same files. The numbers are those of a believable
programme: few ideas and long silences in the first year, more ideas and answers in the second; a
dip in summer, Mondays, duplicates, a joke, spelling mistakes in statuses, and departments that are
too small to be shown. Every person is invented.
"""

import argparse
import csv
import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

BEGIN, MIDDLE, END = date(2024, 11, 1), date(2025, 11, 1), date(2026, 10, 31)
DEPARTMENTS = (
    ("zorg-noord", 260), ("zorg-zuid", 240), ("zorg-west", 210), ("thuiszorg", 190),
    ("techniek", 150), ("onderhoud", 110), ("magazijn", 90), ("planning", 80), ("inkoop", 60),
    ("keuken", 60), ("schoonmaak", 60), ("laboratorium", 50), ("apotheek", 45), ("it", 45),
    ("financien", 40), ("personeel", 40), ("communicatie", 30), ("opleiding", 25),
    ("bestuur", 9), ("juridisch", 8), ("kwaliteit", 7), ("innovatie", 4),
)  # fmt: skip
FIRST = (
    "Anna", "Bram", "Chantal", "Daan", "Emine", "Femke", "Gijs", "Hanan", "Ibrahim", "Joke",
    "Koen", "Lieke", "Mohamed", "Nadia", "Olaf", "Priya", "Quinten", "Roos", "Sanne", "Thuy",
    "Umut", "Vera", "Wim", "Xenia", "Youssef", "Zoe",
)  # fmt: skip
LAST = (
    "de Vries", "Jansen", "El Amrani", "Bakker", "Yilmaz", "Visser", "Nguyen", "Smit", "Meijer",
    "Kowalska", "de Boer", "Mulder", "Bos", "Ramdin", "Hendriks", "van Dijk", "Peters", "Silva",
)  # fmt: skip
DOING = ("Minder", "Sneller", "Samen", "Digitaal", "Eén", "Geen dubbel", "Slimmer", "Veiliger")
ABOUT = (
    "registreren", "roosteren", "overdragen", "bestellen", "verlof aanvragen", "inwerken",
    "parkeren", "afval scheiden", "overleggen", "reizen", "storingen melden", "sleutels beheren",
    "medicatie controleren", "linnengoed tellen", "printen", "gereedschap lenen",
)  # fmt: skip
ODD = ("Koffie voor iedereen!!!", "Vrijdag vrij", "zie mijn vorige idee", "Gevaarlijke trap hal B")
FEATURES = (("melden", False), ("zoeken", False), ("overdracht", False), ("dashboard", True),
            ("koppeling", True))  # fmt: skip
CATEGORIES = ("werkwijze", "hulpmiddel", "gebouw", "mensen", "duurzaam")
SPELT = {
    "aangenomen": ("aangenomen", "aangenomen", "aangenomen", "geaccepteerd", "aangenomem"),
    "afgewezen": ("afgewezen", "afgewezen", "afgewezen", "afgwezen"),
    "later": ("later", "later", "geparkeerd"),
}


class Organisation:
    """The people, and what they did."""

    def __init__(self, seed: int, people: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - made up on purpose
        self.people = [self._person(number, people) for number in range(people)]
        self.reviewers = [p for p in self.people if "reviewer" in p["roles"]]

    def _person(self, number: int, people: int) -> dict[str, str]:
        place, whole = number * sum(size for _, size in DEPARTMENTS) // people, 0
        department = DEPARTMENTS[-1][0]
        for name, size in DEPARTMENTS:
            whole += size
            if place < whole:
                department = name
                break
        name = f"{self.random.choice(FIRST)} {self.random.choice(LAST)}"
        roles = ["employee"]
        first = not hasattr(self, "people_seen") or department not in self.people_seen
        self.people_seen: dict[str, str] = getattr(self, "people_seen", {})
        if first:
            roles += ["lead", "reviewer"]
            self.people_seen[department] = f"p-{number:04d}"
        elif self.random.random() < 0.015:
            roles.append("reviewer")
        if number == 0:
            roles += ["director", "desk"]
        return {
            "id": f"p-{number:04d}", "name": name,
            "mail": "" if self.random.random() < 0.31 else f"p{number:04d}@waterland.example",
            "department": department,
            "lead": "p-0000" if first and number else "" if not number
            else self.people_seen[department],
            "roles": ";".join(roles), "language": "en" if self.random.random() < 0.12 else "nl",
        }  # fmt: skip

    def history(self) -> list[dict[str, Any]]:
        """Return the facts of two years, in order of time."""
        facts: list[tuple[datetime, int, dict[str, Any]]] = []
        number = 0
        day = BEGIN
        while day <= END:
            for _ in range(self._ideas_on(day)):
                number += 1
                for fact in self._idea(number, day):
                    facts.append((fact["datum_"], len(facts), fact))
            day += timedelta(days=1)
        facts.sort(key=lambda entry: entry[:2])
        return [{k: v for k, v in fact.items() if k != "datum_"} for _, _, fact in facts]

    def _ideas_on(self, day: date) -> int:
        if day.weekday() > 4:  # the weekend
            return int(self.random.random() < 0.1)
        pace = 0.9 if day < MIDDLE else 2.4
        pace *= 1.5 if day.weekday() == 0 else 0.9
        pace *= 0.35 if day.month in {7, 8} else 1.0
        return sum(self.random.random() < pace / 6 for _ in range(6))

    def _idea(self, number: int, day: date) -> Iterator[dict[str, Any]]:
        draw = self.random
        author, at = draw.choice(self.people), self._moment(day)
        key = f"I-{number:04d}"
        title = f"{draw.choice(DOING)} {draw.choice(ABOUT)}"
        if draw.random() < 0.02:
            title = draw.choice(ODD)
        yield self._fact(
            at, key, "ingediend", titel=title, afdeling=author["department"],
            indieners=[author["id"]], categorie=draw.choice(CATEGORIES),
            omschrijving=" ".join([f"Idee over {title.lower()}."] * self._sentences()),
        )  # fmt: skip
        quick = at.date() >= MIDDLE
        if not quick and draw.random() < 0.16:
            return  # nobody ever answered: the first year was like that
        at = self._later(at, 2 if quick else 14)
        reviewer = draw.choice(self.reviewers)["id"]
        yield self._fact(at, key, "toegewezen", beoordelaars=[reviewer])
        yield self._fact(at, key, "in behandeling", door=reviewer)
        if draw.random() < 0.05:
            yield self._fact(self._later(at, 4), key, "ingetrokken", door=author["id"])
            return
        at = self._later(at, 9 if quick else 40)
        answer = draw.choices(("aangenomen", "afgewezen", "later"), (48, 42, 10))[0]
        yield self._fact(at, key, "besluit", uitkomst=draw.choice(SPELT[answer]), door=reviewer)
        if answer == "afgewezen" and draw.random() < 0.03:
            at = self._later(at, 90)
            yield self._fact(at, key, "besluit", uitkomst="aangenomen", door=reviewer)
            answer = "aangenomen"
        if answer == "aangenomen":
            yield from self._pilot(at, key, reviewer)

    def _sentences(self) -> int:
        return max(1, int(self.random.lognormvariate(0.6, 0.7)))

    def _pilot(self, at: datetime, key: str, by: str) -> Iterator[dict[str, Any]]:
        draw = self.random
        if draw.random() < 0.2:
            yield self._fact(self._later(at, 20), key, "ingevoerd", door=by)
            return
        if draw.random() < 0.2:
            return  # accepted, and then nothing yet
        at = self._later(at, 35)
        yield self._fact(at, key, "pilot gestart", door=by)
        at = self._later(at, 30)
        yield self._fact(at, key, "meting", door=by)
        end = draw.choices(("geslaagd", "gestopt", "verlengd"), (60, 28, 12))[0]
        at = self._later(at, 30)
        yield self._fact(at, key, "pilot klaar", uitkomst=end, door=by)
        if end == "geslaagd" and draw.random() < 0.85:
            yield self._fact(self._later(at, 25), key, "ingevoerd", door=by)

    def usage(self) -> Iterator[list[str]]:
        """Yield rows of usage of one tool, which spreads through the organisation."""
        draw = self.random
        users = draw.sample(self.people, int(len(self.people) * 0.71))
        for place, person in enumerate(users):
            share = place / len(users)
            begins = MIDDLE - timedelta(days=60) + timedelta(days=int(360 * max(0, share - 0.4)))
            expert = draw.random() < 0.26
            day = begins
            while day <= END:
                day += timedelta(days=max(1, int(draw.expovariate(1 / 21))))
                if day > END or day.weekday() > 4:  # the weekend
                    continue
                feature, advanced = draw.choice(FEATURES)
                if advanced and not expert:
                    feature = "melden"
                at = self._moment(day)
                yield [at.isoformat(sep=" "), person["id"], person["department"], feature]

    def _fact(self, at: datetime, key: str, what: str, **more: Any) -> dict[str, Any]:
        if at.date() > END:
            at = datetime.combine(END, time(16, 0))
        moment = at.isoformat(sep=" ", timespec="minutes")
        return {"datum_": at, "datum": moment, "idee": key, "gebeurtenis": what, **more}

    def _moment(self, day: date) -> datetime:
        return datetime.combine(day, time(7 + self.random.randrange(11), self.random.randrange(60)))

    def _later(self, at: datetime, days: int) -> datetime:
        return at + timedelta(days=self.random.lognormvariate(0, 0.6) * days, minutes=1)


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=sum(size for _, size in DEPARTMENTS))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    made = Organisation(given.seed, given.people)
    with (given.folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        people = csv.DictWriter(file, made.people[0], lineterminator="\n")
        people.writeheader()
        people.writerows(made.people)
    with (given.folder / "history.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(f, ensure_ascii=False) + "\n" for f in made.history())
    # A fixed time stamp inside, so that the same seed gives the same bytes.
    with (
        (given.folder / "usage.csv.gz").open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
    ):
        rows = sorted(made.usage())
        lines = ["tijdstip,persoon,afdeling,functie", *(",".join(row) for row in rows)]
        packed.write(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main()
