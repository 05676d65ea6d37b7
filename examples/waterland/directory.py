"""Who works there: 1,840 people, and four departments under ten on purpose."""

import json
import random
from pathlib import Path
from typing import Any, NamedTuple

WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
_TRUSTED = ("Verpleging Noord", "Installatie", "Thuiszorg Oost")  # where the works council sits


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


def people(chance: random.Random) -> list[Person]:
    """Return the desk, three directors, and 22 departments with their leads and reviewers."""
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
            roles = _roles(department, place, size)
            where = (department, above, roles, site, _shift(chance, place))
            found.append(_person(chance, len(found), where))
    return found


def _roles(department: str, place: int, size: int) -> str:
    if place == 0:
        return "employee lead"
    if place <= 2 + size // 60:
        return "employee reviewer"
    special = {"Personeel": "hr"} | dict.fromkeys(_TRUSTED, "council")
    if place == 3 + size // 60 and department in special:
        return f"employee {special[department]}"
    return "employee"


def _shift(chance: random.Random, place: int) -> str:
    return "day" if place < 6 or chance.random() < 0.55 else "roster"


def _person(chance: random.Random, number: int, where: tuple[str, str, str, str, str]) -> Person:
    department, lead, roles, site, shift = where
    given, family = chance.choice(WORDS["given"]), chance.choice(WORDS["family"])
    plain = "".join(
        letter for letter in f"{given}{family}".lower() if letter.isascii() and letter.isalpha()
    )
    mail = f"{plain}{number}@waterland.example"
    without = shift == "roster" and chance.random() < 0.72  # 31 % have none
    language = "en" if chance.random() < 0.04 else "nl"
    mail = "" if without else mail
    name = f"{given} {family}"
    return Person(f"p-{number:04d}", name, mail, department, lead, roles, language, site, shift)
