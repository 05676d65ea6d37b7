"""What the demo imports, and as whom one may sign in afterwards."""

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from local.home import checkout, write_private
from local.signing_in import ALWAYS, PERSONAS, Somebody
from local.trouble import Trouble

EXAMPLES = Path("examples")
MAPPING = EXAMPLES / "mappings" / "waterland.toml"
FILES = ("people", "history", "mapping", "usage")
ROLES = ("", "reviewer", "lead", "director", "hr", "council")
_PERSON = re.compile(r"[\w.-]+-\d+")


@dataclass(frozen=True, kw_only=True)
class Input:
    """What the demo imports; reports, and the stage, belong to the people who were made up."""

    people: Path
    history: Path
    mapping: Path
    usage: Path | None
    workforce: tuple[Path, ...]
    outcomes: tuple[Path, ...]
    staged: bool


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
    reports = not {"people", "history"} & set(named)
    workforce = ("workforce.csv", "workforce-corrected.csv")
    return Input(
        people=named.get("people", made_up / "people.csv"),
        history=named.get("history", made_up / "history.jsonl"),
        mapping=named.get("mapping", checkout() / MAPPING),
        usage=named.get("usage", None if own else made_up / "usage.csv.gz"),
        workforce=tuple(made_up / name for name in workforce) if reports else (),
        outcomes=(made_up / "outcomes.csv",) if reports else (),
        staged=reports,
    )


def introduce(folder: Path, chosen: Input) -> list[Somebody]:
    """Offer a few people of the directory by name where one signs in, one for each role.

    Of those with the same roles, whom the history names most: they have something to look at. The
    employee and the lead are of the department of the reviewer, so that they meet.
    """
    named = Counter(_PERSON.findall(chosen.history.read_text("utf-8")))
    with chosen.people.open(encoding="utf-8", newline="") as file:
        everybody = [row for row in csv.DictReader(file) if row.get("id") and row.get("name")]
    everybody.sort(key=lambda row: -named[row["id"]])
    found: dict[str, Somebody] = {}
    where = ""
    for role in ("reviewer", *ROLES):
        able = [row for row in everybody if _is(row.get("roles") or "", role)]
        able.sort(key=lambda row: (row.get("department") != where, not row.get("mail")))
        if able and role not in found:
            found[role] = _offered(able[0])
            where = where or able[0].get("department") or ""
    offered = [found[role] for role in ROLES if role in found]
    write_private(folder / PERSONAS, json.dumps(offered, indent=1))
    return [*offered, *ALWAYS]


def _offered(row: dict[str, str]) -> Somebody:
    roles = " ".join(dict.fromkeys(["employee", *(row.get("roles") or "").split()]))
    return {"id": row["id"], "name": row["name"], "roles": roles}


def _is(roles: str, role: str) -> bool:
    """Tell whether somebody has a role beside being an employee, or with none is only that."""
    return role in roles.split() if role else set(roles.split()) <= {"employee"}
