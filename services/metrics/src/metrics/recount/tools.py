"""The numbers of a tool's users."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from metrics.recount.directory import attributes, directory_of, groups
from metrics.recount.heard import ALL, UNKNOWN, Figure, Figures, Key, Log, Period, Use, part
from metrics.recount.waiting import wait_until

Cells = dict[Key, list[Use]]


def of_tool(log: Log, kpi: str, tool: str, feature: str, period: Period) -> Figures:
    """Return a number of a tool's users, of all and in a month of each group."""
    if kpi == "stickiness":
        return _stickiness(log, tool, period)
    if kpi == "time_to_adopt":
        return _time_to_adopt(log, tool, period)
    cells = log.once(
        ("cells", tool, period), lambda: _placed(log, _uses(log, tool, period), period)
    )
    made: dict[str, Callable[[Key, list[Use]], Figure]] = {
        "active_users": lambda _, uses: _active(uses),
        "feature_adoption": lambda _, uses: part(
            len(_persons(u for u in uses if u.feature == feature)), len(_persons(uses))
        ),
        "advanced_share": lambda _, uses: part(
            len(_persons(u for u in uses if u.advanced)), len(_persons(uses))
        ),
        "depth": lambda _, uses: _depth(uses, _known(log, tool, period.until)),
        "adoption_rate": lambda key, uses: part_of_audience(log, tool, period, key, uses),
    }
    return {key: made[kpi](key, uses) for key, uses in cells.items()}


def _persons(uses: Iterable[Use]) -> set[bytes]:
    return {use.person for use in uses}


def _active(uses: list[Use]) -> Figure:
    number = len(_persons(uses))
    return Figure(Fraction(number), number, number)


def _uses(log: Log, tool: str, period: Period) -> list[Use]:
    return [
        use for use in log.uses
        if use.tool == tool and period.has(use.day) and use.person not in log.erased
    ]  # fmt: skip


def _placed(log: Log, uses: list[Use], period: Period) -> Cells:
    """Put each use where the person was: as it says itself, or as the directory did that day.

    Attributes are those that the directory said last in the period.
    """
    found: Cells = {ALL: uses}
    directory = directory_of(log)
    present = directory.present(period.since, period.until) if period.is_month else {}
    for use in uses if period.is_month else ():
        midnight = datetime.combine(use.day + timedelta(days=1), time(), log.zone)
        said = directory.listed(use.person, midnight - timedelta(microseconds=1)) or {}
        where = use.department or said.get("department") or UNKNOWN
        more = attributes(log, use.person, present.get(use.person))
        for key in (("department", where), *more):
            found.setdefault(key, []).append(use)
    return found


def _known(log: Log, tool: str, before: date) -> dict[str, Any] | None:
    """Return what was last said of a tool before a day, and the day on which it came."""
    ids = {f.data["tool"] for f in log.of("ToolIntroduced") if f.data["name"] == tool}
    told = [f for f in log.of("ToolIntroduced", "ToolChanged") if f.data["tool"] in ids]
    told = [fact for fact in told if log.day(fact.at) < before]
    if not told:
        return None
    came = min(log.day(fact.at) for fact in told if fact.type == "ToolIntroduced")
    return {**told[-1].data, "came": came}


def _depth(uses: list[Use], tool: dict[str, Any] | None) -> Figure:
    features = (tool or {}).get("features", {})
    core = {name for name, level in features.items() if level == "core"}
    persons = _persons(uses)
    if not core or not persons:
        return Figure(None, 0)
    used = len({(use.person, use.feature) for use in uses if use.feature in core})
    possible = len(persons) * len(core)
    return Figure(Fraction(used, possible), len(persons), used, possible)


def _audience(log: Log, tool: dict[str, Any], period: Period) -> dict[bytes, Any]:
    present = directory_of(log).present(period.since, period.until)
    return {
        person: said for person, said in present.items()
        if not tool.get("audience") or said.get("department") in tool["audience"]
    }  # fmt: skip


def part_of_audience(
    log: Log, name: str, period: Period, key: Key, uses: list[Use]
) -> Figure:  # fmt: skip
    """Return the active users of all whom the tool is for, in a group."""
    tool = _known(log, name, period.until)
    if tool is None:
        return Figure(None, 0)
    audience = log.once(("audience", name, period), lambda: _audience(log, tool, period))
    meant = [
        person for person, said in audience.items()
        if key in (ALL, *groups(log, person, said))
    ]  # fmt: skip
    return part(len(_persons(uses)), len(meant))


def _stickiness(log: Log, tool: str, period: Period) -> Figures:
    uses = _uses(log, tool, Period(period.since - timedelta(days=27), period.until))
    found = {key: _habit(log, there, period) for key, there in _placed(log, uses, period).items()}
    return {key: figure for key, figure in found.items() if figure.value is not None}


def _habit(log: Log, uses: list[Use], period: Period) -> Figure:
    users: dict[date, set[bytes]] = {}
    for use in uses:
        users.setdefault(use.day, set()).add(use.person)
    shares, seen = [], set[bytes]()
    for day in period.days:
        month = set[bytes]().union(*(users.get(day - timedelta(days=n), set()) for n in range(28)))
        if month and log.works(day):
            shares.append(Fraction(len(users.get(day, set())), len(month)))
            seen |= month
    return Figure(sum(shares, Fraction(0)) / len(shares), len(seen)) if shares else Figure(None)


def _time_to_adopt(log: Log, name: str, period: Period) -> Figures:
    tool = _known(log, name, period.until)
    if tool is None:
        return {}
    directory, waits = directory_of(log), dict[Key, list[tuple[int, bool]]]()
    first: dict[bytes, date] = {}
    for use in _uses(log, name, Period(date.min, date.max)):
        first[use.person] = min(use.day, first.get(use.person, use.day))
    for person, said in _audience(log, tool, period).items():
        begins = max(directory.came(person, period.until), tool["came"])
        used = first.get(person, date.max)
        waited = max((min(used, period.until) - begins).days, 0), used < period.until
        for key in (ALL, *(groups(log, person, said) if period.is_month else ())):
            waits.setdefault(key, []).append(waited)
    return {key: wait_until(each) for key, each in waits.items()}
