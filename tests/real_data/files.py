"""The real history and usage, read by the README beside them, with nothing of ours."""

import csv
import gzip
import json
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
OVER = {"declined", "withdrawn", "merged", "realised", "stopped"}
STATUS = {
    "provisional": "under_review",
    "implementable": "accepted", "implementables": "accepted", "implementeable": "accepted",
    "implemented": "realised", "imlpemented": "realised",
    "implemented (alpha)": "realised", "implemented (beta)": "realised",
    "alpha": "in_pilot",
    "rejected": "declined",
    "deferred": "parked",
    "withdrawn": "withdrawn", "removed": "withdrawn",
    "replaced": "withdrawn", "superseded": "withdrawn",
}  # fmt: skip
EARLIER = {
    "realised": {"submitted", "under_review", "accepted", "in_pilot"},
    "in_pilot": {"submitted", "under_review", "accepted"},
    "accepted": {"submitted", "under_review"},
}


class Step(NamedTuple):
    at: int  # seconds since 1970
    kind: str  # submitted, reopened, or the state that was reached by a step of its own
    state: str


class Idea(NamedTuple):
    number: int
    department: str
    steps: list[Step]

    def first(self, kind: str, at: int | Fraction) -> int | None:
        return next((s.at for s in self.steps if s.kind == kind and s.at < at), None)

    def state(self, at: int | Fraction) -> str | None:
        return next((s.state for s in reversed(self.steps) if s.at < at), None)


class Use(NamedTuple):
    day: date
    person: str
    department: str
    feature: str


def history(folder: Path) -> list[Idea]:
    """Read the history file into ideas with their steps, by the README's rules."""
    ideas: dict[int, Idea] = {}
    for line in (folder / "idea_history.jsonl").read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        at = int(datetime.fromisoformat(fact["at"]).timestamp())
        if fact["fact"] == "proposed":
            ideas[fact["idea"]] = Idea(fact["idea"], fact["department"], [])
            ideas[fact["idea"]].steps.append(Step(at, "submitted", "submitted"))
        _meet(ideas[fact["idea"]].steps, at, fact)
    return list(ideas.values())


def _meet(steps: list[Step], at: int, fact: dict[str, Any]) -> None:
    """Add what one fact of the file means for an idea that has these steps."""
    now, named = steps[-1].state, _named(fact)
    if named is None or named == now:
        return
    out = now in {"declined", "withdrawn"}
    again = fact.get("stage") == "beta" or out or named in EARLIER.get(now, ())
    if again:
        steps.append(Step(at, "reopened", named))
    pilot = named == "in_pilot" and fact.get("stage") != "beta" and now in OVER
    judgement = out and named in {"accepted", "declined"}
    if not again or pilot or judgement:
        steps.append(Step(at, named, named))


def _named(fact: dict[str, Any]) -> str | None:
    """Return the state that a fact names; None where it names none."""
    if fact["fact"] == "stage_reached":
        if fact["stage"] == "beta":
            return "in_pilot" if fact["was"] == "stable" else None
        return {"alpha": "in_pilot", "stable": "realised"}[fact["stage"]]
    return STATUS.get(fact.get("status", ""))


def usage(folder: Path) -> list[Use]:
    """Read the usage file: one use a row."""
    uses = []
    with gzip.open(folder / "tool_usage.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["at"])
            day = at.astimezone(ZONE).date()
            uses.append(Use(day, row["person"], row["department"], row["feature"]))
    return uses
