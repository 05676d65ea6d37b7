"""Asks metrics for every number at a moment of rest, and to count again what only it can."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from tests.faults import numbers
from tests.faults.evidence import ZONE, Evidence
from tests.faults.recounted import OF_THE_DIRECTORY, OPEN
from tests.faults.town import Town

Until = Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[float]]
# Editions are frozen and uses go on: each is made anew, of what is known now.
_FORGET = "TRUNCATE edition_round, edition_cell, edition CASCADE"
# The timer that makes them sleeps until a day begins when nothing is left to make; who asked for
# some is heard before that.
_MADE = """
SELECT due AT TIME ZONE $1 = date_trunc('day', due AT TIME ZONE $1)
    AND NOT EXISTS (SELECT FROM timer WHERE kind = 'asked' AND due <= kiem_now())
FROM timer WHERE owner = 'editions'
"""


async def consent(town: Town) -> None:
    """Let the works council agree to every number about people, so that editions are made."""
    told = await town.get("metrics", "/v1/register", "council", "council")
    for number in told["numbers"]:
        path = f"/v1/register/{number['kpi']['id']}/consent"
        agreed = {"version": number["kpi"]["version"]}
        await town.done("metrics", path, agreed, "council", "council")


async def ask(town: Town, found: Evidence, until: Until) -> None:
    """Add to the evidence what metrics says of a period that holds everything."""
    # A clock that jumped an hour forward dated its last hour of a day into the next one.
    today = (datetime.now(ZONE) + timedelta(hours=2)).date()
    asked = numbers.period(today)
    for kpi in sorted({*numbers.refold([], datetime.now(UTC)), *OPEN}):
        found.numbers[kpi] = await town.get("metrics", f"/v1/kpis/{kpi}", "somebody", **asked)
    for kpi in OF_THE_DIRECTORY:
        path = f"/v1/kpis/{kpi}/recount"
        found.again[kpi] = await town.get("metrics", path, "op", "operator", **asked)
    found.numbers["end"] = {
        "since": _midnight(date.fromisoformat(asked["from"])),
        "at": _midnight(today + timedelta(days=1)),
    }
    found.editions = await _editions(town, until)


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), ZONE).astimezone(UTC).isoformat()


async def _editions(town: Town, until: Until) -> list[dict[str, Any]]:
    """Have every edition made that is due, and say of each whether a recount comes to the same."""
    await town.execute("metrics", _FORGET)
    answer = await town.tell("metrics", "/v1/editions", {}, "op", "operator")
    assert answer.status_code == 202, answer.text
    await until("the editions are made", partial(_are_made, town))
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = await town.get("metrics", "/v1/editions/recount", "op", "operator", after=after)
        found += page["items"]
        after = page["next"]
    return found


async def _are_made(town: Town) -> bool:
    rows = await town.rows("metrics", _MADE, ZONE.key)
    return bool(rows) and bool(rows[0][0])
