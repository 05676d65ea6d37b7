"""Everything at once for somebody new: start, import, numbers, and one idea followed live."""

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from local.home import checkout, write_private
from local.launcher import up
from local.plan import PORTAL, Plan
from local.signing_in import PERSONAS
from local.trouble import Trouble

GENERATOR = Path("examples") / "organisation.py"
MAPPING = Path("examples") / "mappings" / "organisation.toml"

FILES = ("people", "history", "mapping", "usage")
_PERSON = re.compile(r"[\w.-]+-\d+")
_SOME_KEPT_FOR_LATER = 3  # what `kiem import history` ends with when some lines have no place yet


@dataclass(frozen=True, kw_only=True)
class Input:
    """What the demo imports; usage may be missing."""

    people: Path
    history: Path
    mapping: Path
    usage: Path | None


def demo(plan: Plan, given: dict[str, str | None]) -> None:
    """Run the whole demo; the system keeps running afterwards."""
    named = named_files(given)
    _say("Kiem starts: PostgreSQL, Kafka, four services and their portal")
    up(plan)
    show = _Command(plan)
    chosen = chosen_input(named, _organisation(plan))
    _say("The directory: who works where, who reviews, who leads whom")
    show("import", "people", str(chosen.people), "--yes")
    introduce(plan.home.identity, chosen)
    _say("The history of the suggestion box, through the same rules as live commands")
    show("import", "history", str(chosen.history), "--mapping", str(chosen.mapping))
    if chosen.usage:
        _say("Usage of tools, as other systems report it")
        name = given.get("tool")
        tool = ["--tool", name] if name else []
        show("import", "usage", str(chosen.usage), "--mapping", str(chosen.mapping), *tool)
    _say("What the numbers say")
    show("kpis")
    _say("One new idea, live: from submission through review to pilot")
    show("demo")
    _farewell(plan)


def named_files(given: dict[str, str | None]) -> dict[str, Path]:
    """Check what was named on the command line, before anything is started."""
    files = {name: given.get(name) for name in FILES}
    named = {name: Path(value).expanduser().resolve() for name, value in files.items() if value}
    for name, path in named.items():
        if not path.is_file():
            raise Trouble(f"{name.upper()}={path} is no file.", "Check the path.")
    if "history" in named and "mapping" not in named:
        raise Trouble(
            "HISTORY= needs a MAPPING=: a file that says which field and which status means what.",
            "docs/import.md explains it; examples/mappings/ has some to start from.",
        )
    return named


def chosen_input(named: dict[str, Path], made_up: Path) -> Input:
    """Take what was named; of the made-up organisation, take what fits to it.

    Its people are needed in any case: without a directory a new idea finds no reviewer.
    """
    own = "history" in named
    return Input(
        people=named.get("people", made_up / "people.csv"),
        history=named.get("history", made_up / "history.jsonl"),
        mapping=named.get("mapping", checkout() / MAPPING),
        usage=named.get("usage", None if own else made_up / "usage.csv.gz"),
    )


def _organisation(plan: Plan) -> Path:
    """Make an organisation up, once."""
    folder = plan.home.folder / "organisation"
    if not (folder / "complete").exists():
        _say("An organisation is made up: people, two years of ideas, usage of tools")
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(checkout() / GENERATOR), str(folder)]
        if subprocess.run(command, check=False).returncode:
            raise Trouble(f"{GENERATOR} failed.", f"Run it by hand: {' '.join(command)}")
        (folder / "complete").touch()
    return folder


def introduce(folder: Path, chosen: Input) -> None:
    """Offer a few people of the directory by name where one signs in, one for each role.

    Of those with the same roles, whom the history names most: they have something to look at.
    """
    named = Counter(_PERSON.findall(chosen.history.read_text("utf-8")))
    with chosen.people.open(encoding="utf-8", newline="") as file:
        everybody = [row for row in csv.DictReader(file) if row.get("id") and row.get("name")]
    found = []
    for role in ("", "reviewer", "lead", "director"):
        able = [row for row in everybody if _is(row.get("roles") or "", role)]
        if able:
            most = max(able, key=lambda row: named[row["id"]])
            roles = " ".join(dict.fromkeys(["employee", *(most.get("roles") or "").split()]))
            found.append({"id": most["id"], "name": most["name"], "roles": roles})
    write_private(folder / PERSONAS, json.dumps(found, indent=1))


def _is(roles: str, role: str) -> bool:
    """Tell whether somebody has a role beside being an employee, or with none is only that."""
    return role in roles.split() if role else set(roles.split()) <= {"employee"}


class _Command:
    """The `kiem` command as a person would type it, so that the demo can be repeated by hand."""

    def __init__(self, plan: Plan) -> None:
        self._environment = {**os.environ, "KIEM_HOME": str(plan.home.folder)}

    def __call__(self, *words: str) -> None:
        print(f"$ ./kiem {' '.join(words)}", flush=True)
        done = subprocess.run(
            [str(checkout() / "kiem"), *words], env=self._environment, check=False
        )
        if done.returncode == _SOME_KEPT_FOR_LATER:
            print("  What was not understood is kept: ./kiem import unplaced", flush=True)
        elif done.returncode:
            raise Trouble(
                f"`./kiem {' '.join(words)}` ended with {done.returncode}; Kiem still runs.",
                "What it said is above; the logs: make logs",
            )


def _say(heading: str) -> None:
    print(f"\n== {heading}", flush=True)


def _farewell(plan: Plan) -> None:
    _say("Kiem goes on running")
    print(
        f"  open:  {plan.url(PORTAL)}  and sign in as whoever you like\n"
        f"  look:  ./kiem --help, make status, make logs, {plan.home.mail}/index.txt\n"
        "  stop:  make down        delete everything: make reset",
        flush=True,
    )
