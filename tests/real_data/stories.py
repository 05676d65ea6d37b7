"""Ideas as the files of two histories tell them, read with nothing of ours."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.real_data import straight

ZONE = ZoneInfo("Europe/Amsterdam")
_WORDS = {
    "in behandeling": "under_review", "in behandelng": "under_review", "geaccepteerd": "accepted",
    "geacepteerd": "accepted", "afgewezen": "declined", "geparkeerd": "parked",
    "ingetrokken": "withdrawn", "pilot": "in_pilot", "gerealiseerd": "realised",
}  # fmt: skip
_ENDS = {"opgeschaald": "scaled", "gestopt": "stopped", "verlengd": "extended"}


class Move(NamedTuple):
    """What changed the state of an idea; `kind` is submitted, reopened, concluded or the state."""

    at: datetime
    kind: str
    state: str
    outcome: str = ""


class Story(NamedTuple):
    """An idea as its file tells it."""

    number: int
    department: str | None
    category: str | None
    authors: tuple[str, ...]
    reviewer: str
    moves: list[Move]

    @property
    def born(self) -> datetime:
        return self.moves[0].at

    def before(self, at: datetime) -> list[Move]:
        return [move for move in self.moves if move.at < at]


def of_waterland(folder: Path) -> list[Story]:
    """Read the history of the made-up organisation of examples/waterland."""
    found: dict[int, Story] = {}
    lines = (folder / "history.jsonl").read_text("utf-8").splitlines()
    for line in sorted(map(json.loads, lines), key=_moment):
        number, at = line["nr"], _moment(line)
        if line["soort"] == "ingediend":
            authors = tuple(line["indieners"].split("; "))
            story = Story(number, line["afdeling"], line["categorie"], authors, "desk", [])
            found[number] = story
            story.moves.append(Move(at, "submitted", "submitted"))
        elif line["soort"] == "beoordelaar":
            found[number] = found[number]._replace(reviewer=line["beoordelaars"])
        elif line["soort"] == "status":
            _moved(found[number].moves, at, _WORDS[line["nieuwe_status"].strip().lower()])
        elif line["soort"] == "pilot-einde":
            outcome = _ENDS[line["uitkomst"]]
            state = "stopped" if outcome == "stopped" else "in_pilot"
            found[number].moves.append(Move(at, "concluded", state, outcome))
    return list(found.values())


def of_real(folder: Path) -> list[Story]:
    """Read the real history, whose steps `straight` reads."""
    text = (folder / "idea_history.jsonl").read_text("utf-8")
    births = {f["idea"]: f for f in map(json.loads, text.splitlines()) if f["fact"] == "proposed"}
    return [
        Story(
            each.number, each.department or None, None,
            tuple(dict.fromkeys(births[each.number]["authors"] or [births[each.number]["by"]])),
            (births[each.number]["reviewers"] or ["desk"])[0],
            [Move(datetime.fromtimestamp(s.at, UTC), s.kind, s.state) for s in each.steps],
        )
        for each in straight.history(folder)
    ]  # fmt: skip


def _moment(line: dict[str, Any]) -> datetime:
    written = line["datum"]
    form = "%Y-%m-%dT%H:%M" if "T" in written else "%d-%m-%Y %H:%M"
    return datetime.strptime(written, form).replace(tzinfo=ZONE).astimezone(UTC)


def _moved(moves: list[Move], at: datetime, state: str) -> None:
    back = state == "under_review" and moves[-1].state != "submitted"
    moves.append(Move(at, "reopened" if back else state, state))
