"""Everything at once for somebody new: start, import, numbers, and one idea followed live."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.home import checkout
from local.launcher import up
from local.plan import Plan
from local.trouble import Trouble

GENERATOR = Path("examples") / "organisation.py"
MAPPING = Path("examples") / "mappings" / "organisation.toml"


@dataclass(frozen=True, kw_only=True)
class Input:
    """What the demo imports; people and usage may be missing."""

    people: Path | None
    history: Path
    mapping: Path
    usage: Path | None


def demo(plan: Plan, given: dict[str, str | None]) -> None:
    """Run the whole demo; the system keeps running afterwards."""
    _say("Kiem starts: PostgreSQL, Kafka, four services")
    up(plan)
    show = _Command(plan)
    chosen = chosen_input(plan, given)
    if chosen.people:
        _say("The directory: who works where, who reviews, who leads whom")
        show("import", "people", str(chosen.people), "--yes")
    _say("The history of the suggestion box, through the same rules as live commands")
    show("import", "history", str(chosen.history), "--mapping", str(chosen.mapping))
    if chosen.usage:
        _say("Usage of tools, as other systems report it")
        show("import", "usage", str(chosen.usage), "--mapping", str(chosen.mapping))
    _say("What the numbers say")
    show("kpis")
    _say("One new idea, live: from submission through review to pilot")
    show("demo")
    _farewell(plan)


def chosen_input(plan: Plan, given: dict[str, str | None]) -> Input:
    """Take the files that were named, or make an organisation up."""
    named = {name: Path(value).expanduser().resolve() for name, value in given.items() if value}
    for name, path in named.items():
        if not path.is_file():
            raise Trouble(f"{name.upper()}={path} is no file.", "Check the path.")
    if "history" not in named:
        return _made_up(plan, named)
    if "mapping" not in named:
        raise Trouble(
            "HISTORY= needs a MAPPING=: a file that says which field and which status means what.",
            "docs/import.md explains it; examples/mappings/ has some to start from.",
        )
    return Input(
        people=named.get("people"), history=named["history"],
        mapping=named["mapping"], usage=named.get("usage"),
    )  # fmt: skip


def _made_up(plan: Plan, named: dict[str, Path]) -> Input:
    folder = plan.home.folder / "organisation"
    made = {name: folder / file for name, file in _FILES.items()}
    if not all(path.exists() for path in made.values()):
        _say("An organisation is made up: people, two years of ideas, usage of tools")
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(checkout() / GENERATOR), str(folder)]
        if subprocess.run(command, check=False).returncode:
            raise Trouble(f"{GENERATOR} failed.", f"Run it by hand: {' '.join(command)}")
    return Input(
        people=named.get("people", made["people"]),
        history=made["history"],
        mapping=named.get("mapping", checkout() / MAPPING),
        usage=named.get("usage", made["usage"]),
    )


_FILES = {"people": "people.csv", "history": "history.jsonl", "usage": "usage.csv.gz"}


class _Command:
    """The `kiem` command as a person would type it, so that the demo can be repeated by hand."""

    def __init__(self, plan: Plan) -> None:
        self._environment = {**os.environ, "KIEM_HOME": str(plan.home.folder)}

    def __call__(self, *words: str) -> None:
        print(f"$ ./kiem {' '.join(words)}", flush=True)
        done = subprocess.run(
            [str(checkout() / "kiem"), *words], env=self._environment, check=False
        )
        if done.returncode:
            raise Trouble(
                f"`./kiem {' '.join(words)}` ended with {done.returncode}; Kiem still runs.",
                "What it said is above; the logs: make logs",
            )


def _say(heading: str) -> None:
    print(f"\n== {heading}", flush=True)


def _farewell(plan: Plan) -> None:
    _say("Kiem goes on running")
    print(
        f"  look:  ./kiem --help, make status, make logs, {plan.home.mail}/index.txt\n"
        f"  open:  {plan.url('ideas')}/docs and the other addresses of `make status`\n"
        "  stop:  make down        delete everything: make reset",
        flush=True,
    )
