"""Every open KPI once more, by the second way of counting that `kiem verify kpis` has.

`numbers` refolds ten of them by plain sums of its own. Here are all: what the logs are enough for
is recomputed from the stores (`cli.truth`, which knows nothing of metrics); what rests on the
directory, and every edition about people, metrics has counted by code of its own kind, from what
it heard and from its ledger of use, of which the checker knows that it is what clients recorded.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import holidays
import msgspec

from cli.truth import NUMBERS, Log, Question, Told, Working, recompute
from tests.faults.evidence import ZONE, Evidence

OF_THE_DIRECTORY = ("idea_rate", "cross_department")
OPEN = (*NUMBERS, *OF_THE_DIRECTORY)
OF_USE = ("active_users", "feature_adoption", "depth")
"""What is owed of every week of use that is closed, whatever the directory says."""
_CLOSED = timedelta(days=14)  # the week of a day that is so long past is closed, also at Christmas


def working() -> Working:
    """Return the days on which the house of a town works."""
    days = holidays.country_holidays("NL")
    return Working(ZONE, lambda day: bool(days.is_working_day(day)))


def differences(found: Evidence) -> Iterator[str]:
    """Compare what metrics answered with what a second way of counting comes to."""
    if "end" not in found.numbers:
        return  # nobody asked, which is said already
    since, at = (datetime.fromisoformat(found.numbers["end"][name]) for name in ("since", "at"))
    log, asked = Log(found.log), Question(since, at, at, working())
    for kpi in NUMBERS:
        yield from _compared(kpi, found.numbers.get(kpi), recompute(kpi, log, asked), "the logs")
    for kpi in OF_THE_DIRECTORY:
        again = found.again.get(kpi)
        if again is None:
            yield f"metrics was not asked to count {kpi} again"
            continue
        counted = msgspec.convert(again, Told)
        yield from _compared(kpi, found.numbers.get(kpi), counted, "what was heard")
    yield from _of_people(found, at)


def _compared(kpi: str, told: Mapping[str, Any] | None, counted: Told, by: str) -> Iterator[str]:
    if told is None:
        yield f"metrics was not asked for {kpi}, which {by} would tell"
        return
    beside = told.get("beside") or {}
    got = Told(told.get("value"), told.get("n", 0), {n: beside.get(n) for n in counted.beside})
    if got != counted:
        yield f"metrics says {kpi} is {got}, and {by} come to {counted}"


def _of_people(found: Evidence, at: datetime) -> Iterator[str]:
    for edition in found.editions:
        if edition["outcome"] != "equal":
            yield (f"the edition of {edition['kpi']} {edition['about']} {edition['feature']} from "
                   f"{edition['from']} to {edition['to']} is {edition['outcome']} when it is "
                   f"counted again: {edition['groups']}")  # fmt: skip
    made = {edition["kpi"] for edition in found.editions}
    if any(day < (at - _CLOSED).date() for _, day in found.uses):
        yield from (f"no edition of {kpi} was made" for kpi in OF_USE if kpi not in made)
