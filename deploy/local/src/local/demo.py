"""Everything at once for somebody new: start, import, numbers, and one idea followed live."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from local.home import checkout
from local.inputs import EXAMPLES, Input, chosen_input, introduce, named_files
from local.launcher import up
from local.plan import PORTAL, Plan
from local.signing_in import Somebody
from local.trouble import Trouble

_SOME_KEPT_FOR_LATER = 3  # what `kiem import history` ends with when some lines have no place yet

_TWO_YEARS = timedelta(days=730)


def demo(plan: Plan, given: dict[str, str | None]) -> None:
    """Run the whole demo; the system keeps running afterwards."""
    named = named_files(given)
    _say("Kiem starts: PostgreSQL, Kafka, four services and their portal")
    up(plan)
    show = _Command(plan)
    chosen = chosen_input(named, _organisation(plan))
    _say("The directory: who works where, who reviews, who leads whom")
    since = ["--since", (_yesterday() - _TWO_YEARS).isoformat()] if chosen.staged else []
    show("import", "people", str(chosen.people), "--yes", *since)
    offered = introduce(plan.home.identity, chosen)
    _say("The history of the suggestion box, through the same rules as live commands")
    show("import", "history", str(chosen.history), "--mapping", str(chosen.mapping))
    _reports(show, chosen, given.get("tool"))
    if chosen.staged:
        _say("What else goes on there, live: a challenge, a tool, barriers, pilots, thanks")
        show("stage", *_parts(offered))
    _say("What the numbers say")
    show("kpis")
    _say("One new idea, live: from submission through review to pilot")
    show("demo")
    _farewell(plan, offered)


def _reports(show: "_Command", chosen: Input, tool: str | None) -> None:
    if chosen.usage:
        _say("Usage of tools, as other systems report it")
        named = ["--tool", tool] if tool else []
        show("import", "usage", str(chosen.usage), "--mapping", str(chosen.mapping), *named)
    if chosen.workforce or chosen.outcomes:
        _say("Absence and leavers as sums, one quarter corrected afterwards; what surveys say")
    for file in chosen.workforce:
        show("import", "workforce", str(file), "--yes")
    for file in chosen.outcomes:
        show("import", "outcomes", str(file), "--yes")


def _parts(offered: list[Somebody]) -> list[str]:
    """Let those who are offered play: then they have something to look at."""
    by_role = {one["roles"]: one["id"] for one in offered}
    author, reviewer = by_role["employee"], by_role["employee reviewer"]
    return ["--author", author, "--reviewer", reviewer]


def _yesterday() -> date:
    return date.today() - timedelta(days=1)  # noqa: DTZ011 - a person's today


def _organisation(plan: Plan) -> Path:
    """Make an organisation up, once: its two years end yesterday."""
    folder = plan.home.folder / "organisation"
    if not (folder / "complete").exists():
        _say("An organisation is made up: Waterland Zorg & Techniek, two years of it")
        folder.mkdir(parents=True, exist_ok=True)
        words = ["-m", "waterland", str(folder), "--until", _yesterday().isoformat()]
        done = subprocess.run([sys.executable, *words], cwd=checkout() / EXAMPLES, check=False)
        if done.returncode:
            raise Trouble("The made-up organisation could not be written.",
                          f"By hand: cd examples && python {' '.join(words)}")  # fmt: skip
        (folder / "complete").touch()
    return folder


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


def _farewell(plan: Plan, offered: list[Somebody]) -> None:
    _say("Kiem goes on running")
    portal = plan.url(PORTAL)
    print(f"  open:  {portal}  and sign in as one of these, without a password:", flush=True)
    for one in offered:
        print(f"           {one['name']:<32} {one['roles']}")
    print(
        f"  look:  ./kiem --help, make status, make logs, {plan.home.mail}/index.txt\n"
        "  stop:  make down        delete everything: make reset",
        flush=True,
    )
