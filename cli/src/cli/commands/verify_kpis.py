"""`kiem verify kpis`: whether the numbers are what the facts come to, counted a second time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any

import msgspec
import typer

from cli.calendars import working
from cli.commands.verify import read_log
from cli.console import as_json, say, table
from cli.context import services
from cli.failures import Exit
from cli.progress import Advance, progress
from cli.services import Services
from cli.tokens import OPERATOR
from cli.truth import NUMBERS, Log, Question, Told, recompute

_PAGE = 50
_LOGS = ("ideas", "feedback", "notifications")
_OF_THE_DIRECTORY = ("idea_rate", "cross_department")
"""No log of a service has who works where: metrics counts these twice itself."""
Found = dict[str, Any]


def verify_kpis(
    *,
    months: Annotated[int, typer.Option(min=1, max=120, help="So many months back.")] = 24,
    json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Recompute the numbers: of ideas from the logs, of people inside metrics.

    Exit code 1 at the first difference. Of people only equal or different is told, per edition.
    """
    with services() as reachable:
        with progress("Numbers of ideas", 0, "numbers") as advance:
            of_ideas = list(_of_ideas(reachable, months, advance))
        with progress("Editions", 0, "editions") as advance:
            of_people = list(_of_people(reachable, advance))
        of_waves: list[Found] = reachable.get("metrics", "/v1/pulse/recount", who=OPERATOR)["items"]
    if json:
        as_json({"ideas": of_ideas, "editions": of_people, "waves": of_waves})
    else:
        _show(of_ideas, of_people)
        _show_waves(of_waves)
    if any(not each["equal"] for each in of_ideas) or _different([*of_people, *of_waves]):
        raise typer.Exit(Exit.FAILED)


def _of_ideas(reachable: Services, months: int, advance: Advance) -> Iterator[Found]:
    """Compare each number of each month and of all of them, as judged at the end of yesterday."""
    at = date.fromisoformat(_now(reachable)[:10]) - timedelta(days=1)
    firsts = _firsts(at, months)
    # Local midnights, as metrics has them: the end of the day before.
    starts = {day: _judged(reachable, day - timedelta(days=1)) for day in firsts}
    log = Log([
        told.event for service in _LOGS for told in read_log(reachable, service, lambda _: None)
    ])  # fmt: skip
    calendar = working(reachable.settings)
    for since, until in [*pairwise(firsts), (firsts[0], firsts[-1])]:
        asked = Question(starts[since], starts[until], starts[firsts[-1]], calendar)
        given = {"from": f"{since}", "to": f"{until}", "at": f"{at}"}
        for kpi in NUMBERS:
            told = reachable.get("metrics", f"/v1/kpis/{kpi}", params=given)
            advance(1)
            yield _compared(kpi, _named(since, until), told, recompute(kpi, log, asked))
        for kpi in _OF_THE_DIRECTORY:
            told = reachable.get("metrics", f"/v1/kpis/{kpi}", params=given)
            again = f"/v1/kpis/{kpi}/recount"
            counted = reachable.get("metrics", again, who=OPERATOR, params=given)
            advance(1)
            yield _compared(kpi, _named(since, until), told, msgspec.convert(counted, Told))


def _named(since: date, until: date) -> str:
    last = until - timedelta(days=1)
    month = f"{since:%Y-%m}"
    return month if f"{last:%Y-%m}" == month else f"{month} to {last:%Y-%m}"


def _now(reachable: Services) -> str:
    found: Found = reachable.get("metrics", "/v1/kpis/ideas_submitted")
    return str(found["asked"]["judged_at"])


def _judged(reachable: Services, day: date) -> datetime:
    found = reachable.get("metrics", "/v1/kpis/ideas_submitted", params={"at": f"{day}"})
    return msgspec.convert(found["asked"]["judged_at"], datetime)


def _firsts(at: date, months: int) -> list[date]:
    """Return the first days of the last months, the present one too, and the day after the end."""
    found = [at.replace(day=1)]
    while len(found) <= months:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return [*found, at + timedelta(days=1)]


def _compared(kpi: str, month: str, told: Found, counted: Told) -> Found:
    beside = {name: told["beside"].get(name) for name in counted.beside}
    equal = (told["value"], told["n"], beside) == (counted.value, counted.n, counted.beside)
    return {
        "kpi": kpi, "month": month, "equal": equal,
        "told": {"value": told["value"], "n": told["n"], "beside": beside},
        "counted_again": msgspec.to_builtins(counted),
    }  # fmt: skip


def _of_people(reachable: Services, advance: Advance) -> Iterator[Found]:
    """Ask metrics, which alone has the facts about people, to count its editions again."""
    after: int | None = 0
    while after is not None:
        asked = {"after": str(after), "limit": str(_PAGE)}
        page = reachable.get("metrics", "/v1/editions/recount", who=OPERATOR, params=asked)
        advance(len(page["items"]))
        yield from page["items"]
        after = page["next"]


def _different(of_people: list[Found]) -> list[Found]:
    return [each for each in of_people if each["outcome"] == "different"]


def _show(of_ideas: list[Found], of_people: list[Found]) -> None:
    wrong = [each for each in of_ideas if not each["equal"]]
    say(f"{len(of_ideas):,} numbers of ideas recomputed: {len(wrong):,} differ")
    gone = sum(each["outcome"] == "gone" for each in of_people)
    differ = _different(of_people)
    say(f"{len(of_people) - gone:,} editions about people counted again: {len(differ):,} differ")
    if gone:
        say(f"{gone:,} more cannot be: rows went by their age, or somebody was erased since")
    if wrong:
        first = wrong[0]
        say(f"\nThe first that differs: {first['kpi']} of {first['month']}")
        table(("", "metrics tells", "counted again"), _parts(first))
    if differ:
        first = differ[0]
        about = " ".join(filter(None, (first["kpi"], first["about"], first["feature"])))
        span = f"{first['from']} to {first['to']}, revision {first['revision']}"
        say(f"\nThe first edition that differs: {about}, {span}: {', '.join(first['groups'])}")


def _show_waves(of_waves: list[Found]) -> None:
    differ = _different(of_waves)
    say(f"{len(of_waves):,} instruments of pulse waves counted again: {len(differ):,} differ")
    if differ:
        first = differ[0]
        about = f"{first['instrument']} of the wave of {first['opened'][:10]}"
        say(f"\nThe first that differs: {about}: {', '.join(first['groups'])}")


def _parts(found: Found) -> Iterator[tuple[str, object, object]]:
    """Yield each part of a number that differs."""
    told, counted = found["told"], found["counted_again"]
    for name in ("value", "n"):
        if told[name] != counted[name]:
            yield name, _said(told[name]), _said(counted[name])
    for name, value in counted["beside"].items():
        if told["beside"][name] != value:
            yield name, _said(told["beside"][name]), _said(value)


def _said(value: object) -> object:
    return "nothing" if value is None else value
