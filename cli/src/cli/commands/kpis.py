"""`kiem kpis`: the numbers, and what they mean."""

import re
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from cli.console import as_json, heading, say, table
from cli.context import services
from cli.services import Refused, Services

_MONTH = re.compile(r"\d{4}-\d{2}")
_DECEMBER = 12


def kpis(
    kpi: Annotated[str | None, typer.Argument(help="One KPI; all of them if left out.")] = None,
    *,
    since: Annotated[str | None, typer.Option("--from", help="First day, or a month.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="The day after the last.")] = None,
    at: Annotated[str | None, typer.Option(help="Judged at the end of this day.")] = None,
    by: Annotated[str | None, typer.Option(help="Cut by department, category, …")] = None,
    as_known_at: Annotated[str | None, typer.Option(help="As it was known then.")] = None,
    origin: Annotated[str | None, typer.Option(help="live or imported")] = None,
    tool: Annotated[str | None, typer.Option(help="For KPIs of a tool.")] = None,
    feature: Annotated[str | None, typer.Option(help="For feature_adoption.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Show KPIs as a table. Numbers about people are told by the closed month, per tool."""
    asked = _period(since, until) | {
        name: text
        for name, text in {
            "at": at, "by": by, "as_known_at": as_known_at, "origin": origin, "tool": tool,
            "feature": feature,
        }.items()
        if text is not None
    }  # fmt: skip
    with services() as reachable:
        if kpi is not None:
            _one(reachable, kpi, asked, json=json)
        else:
            _all(reachable, asked, json=json)


def _period(since: str | None, until: str | None) -> dict[str, str]:
    """Return the period; a month stands for its first day, and alone for all of it."""
    found = {name: day for name, day in (("from", since), ("to", until)) if day is not None}
    if since and _MONTH.fullmatch(since):
        year, month = (int(part) for part in since.split("-"))
        after = date(year + (month == _DECEMBER), month % _DECEMBER + 1, 1)
        found = {"from": f"{since}-01", "to": until or after.isoformat()}
    if until and _MONTH.fullmatch(until):
        found["to"] = f"{until}-01"
    return found


def _all(reachable: Services, asked: dict[str, str], *, json: bool) -> None:
    found: list[dict[str, Any]] = []
    hidden = False
    for registered in reachable.get("metrics", "/v1/kpis")["kpis"]:
        takes = set(registered["parameters"])
        given = {name: text for name, text in asked.items() if name in takes}
        if registered["kind"] == "protected" and not {"from", "to"} <= set(given):
            given |= _last_closed_month() if "tool" in given else {}
        told = None
        if set(registered["needs"]) <= set(given):
            told = _told(reachable, registered, given)
        hidden |= told is None
        found += [told] if told else []
    if json:
        as_json(found)
        return
    rows = [(k["title"]["en"], *_shown(k, k["unit"]), _beside(k), k["kpi"]) for k in found]
    table(("KPI", "value", "n", "beside", "id"), rows, right=(1, 2))
    if hidden:
        say(
            "Numbers about people are told by the closed month, per tool:"
            " kiem kpis --tool NAME --from YYYY-MM"
        )


def _told(
    reachable: Services, registered: dict[str, Any], given: dict[str, str]
) -> dict[str, Any] | None:
    """Return a number; None of one about people that is not told of such a period."""
    try:
        return _ask(reachable, registered["id"], given)
    except Refused as refused:
        if registered["kind"] == "protected" and refused.status == 422:  # noqa: PLR2004
            return None
        raise


def _last_closed_month() -> dict[str, str]:
    """Return the last month that is closed for sure: some working days have passed since."""
    ended = (date.today() - timedelta(days=10)).replace(day=1)  # noqa: DTZ011 - a person's today
    began = (ended - timedelta(days=1)).replace(day=1)
    return {"from": began.isoformat(), "to": ended.isoformat()}


def _ask(reachable: Services, kpi: str, given: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = reachable.get("metrics", f"/v1/kpis/{kpi}", params=given)
    return answer


def _one(reachable: Services, kpi: str, asked: dict[str, str], *, json: bool) -> None:
    try:
        found = _ask(reachable, kpi, asked)
    except Refused as refused:
        if refused.status == 404:  # noqa: PLR2004 - there is no such KPI
            known = [k["id"] for k in reachable.get("metrics", "/v1/kpis")["kpis"]]
            say(f"The KPIs are: {', '.join(known)}")
        raise
    if json:
        as_json(found)
        return
    value, n = _shown(found, found["unit"])
    heading(f"{found['title']['en']}: {value}")
    say(found["definition"])
    exact = [("numerator", found["numerator"]), ("denominator", found["denominator"]), ("n", n)]
    more = [(name, _number(number)) for name, number in found["beside"].items()]
    table(("", ""), [*exact, *more], right=(1,))
    if found.get("cells"):
        rows = [(c["key"], *_shown(c, found["unit"]), _beside(c)) for c in found["cells"]]
        table((asked.get("by", ""), "value", "n", "beside"), rows, right=(1, 2))
    judged = found["asked"]["judged_at"]
    say(f"definition v{found['version']}, judged at {judged}")


def _shown(number: dict[str, Any], unit: str) -> tuple[str, str]:
    """Return value and n; what is unknown says why."""
    value = number["value"]
    n = "" if number["n"] is None else f"{number['n']:,}"
    if value is None:
        return f"({number['reason']})", n
    if unit == "share":
        return f"{value:.1%}", n
    if unit == "days":
        return f"{value:,.1f} days", n
    return _number(value), n


def _beside(number: dict[str, Any]) -> str:
    found = [f"{name} {_number(v)}" for name, v in number["beside"].items() if v]
    return ", ".join(found[:6])


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
