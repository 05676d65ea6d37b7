"""Reads what months left behind, by the doors that everybody has: logs, inboxes, and mails."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from tests.faults.chronicle import Chronicle, Fact, Shown
from tests.faults.town import Town
from tests.journeys.house import Cast

DESK = "desk@example.org"


async def read(town: Town, casts: Sequence[Cast], stands: Sequence[datetime]) -> Chronicle:
    """Read all of it, at a moment of rest."""
    desk = town.plan.desk
    told = Chronicle({desk: None}, {cast.director for cast in casts}, desk, {desk: DESK})
    for cast in casts:
        told.leads |= {
            cast.author: cast.lead, cast.reviewer: cast.lead, cast.lead: cast.director,
            cast.director: None,
        }  # fmt: skip
        people = (cast.author, cast.reviewer, cast.lead, cast.director)
        told.addresses |= {person: cast.address(person) for person in people}
    told.ideas = [_fact(item) for item in await town.events("ideas")]
    told.reviews = [_fact(item) for item in await town.events("feedback")]
    told.loops = [_fact(item) for item in await town.events("notifications")]
    told.loops = [fact for fact in told.loops if fact.stream.startswith("loop-")]
    for person in told.addresses:
        told.inboxes[person] = await _inbox(town, person)
    told.mails = Counter(mails(town.mail))
    told.stands = sorted(stands)
    rows = await town.rows("notifications", "SELECT began_at, ended_at FROM outage")
    told.outages = [(row[0], row[1]) for row in rows]
    return told


def _fact(item: dict[str, Any]) -> Fact:
    at, recorded = (datetime.fromisoformat(item[name]) for name in ("time", "recorded_at"))
    kind = item["type"].split(".")[-2]  # kiem.<owner>.<name>.v1
    return Fact(
        item["id"], item["stream"], item["version"], kind, at, recorded, item["causation"],
        item["data"],
    )  # fmt: skip


async def _inbox(town: Town, person: str) -> list[Shown]:
    found: list[Shown] = []
    asked: dict[str, Any] = {"limit": 100}
    while True:
        page = await town.get("notifications", "/v1/notices", person, **asked)
        found += [_shown(item) for item in page["items"]]
        if page["next"] is None:
            return found
        asked["after"] = page["next"]


def _shown(item: dict[str, Any]) -> Shown:
    due = datetime.fromisoformat(item["due"]) if item["due"] else None
    return Shown(item["notice"], item["kind"], item["subject"], (item["accountable"], due))


def mails(folder: Path) -> Iterable[tuple[str, str]]:
    """Yield the Message-ID and the address of each mail that arrived."""
    for path in folder.glob("[0-9]*.eml"):
        mail = BytesHeaderParser(policy=policy.default).parsebytes(path.read_bytes())
        yield str(mail["Message-ID"]).strip(), parseaddr(str(mail["To"]))[1]
