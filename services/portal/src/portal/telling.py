"""Numbers as the portal asks for them: as a wall, as a trend, as lines of CSV."""

import asyncio
import csv
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from portal.asking import Gone, all_of
from portal.periods import Period, last_months, last_weeks
from portal.visit import Visit

_AT_ONCE = 4  # a page of numbers must not keep a service from everybody else
_FIELDS = ("kpi", "title", "version", "unit", "from", "to", "group",
           "value", "numerator", "denominator", "n", "reason",
           "tool", "feature", "measure")  # fmt: skip
HEADINGS: dict[str, tuple[str, ...]] = {
    "launching": ("ideas_submitted", "idea_rate", "participation", "representation",
                  "cross_department", "time_granted", "barrier_resolution", "enps",
                  "psychological_safety"),
    "process": ("silent_ideas", "first_response", "sla_attainment", "closed_loop",
                "processing_time_a", "processing_time_b", "lead_time_to_pilot", "wip", "age"),
    "initiatives": ("pilot_outcomes", "active_users", "adoption_rate", "feature_adoption",
                    "advanced_share", "depth", "stickiness", "time_to_adopt",
                    "reported_use"),
    "portfolio": ("ideas_by_state", "realisation_a", "realisation_b", "throughput",
                  "idea_diversity"),
}  # fmt: skip
"""The four areas of ISO 56008; what stands in none of them is an outcome for people."""


@dataclass(frozen=True)
class Choice:
    """What a reader asks of numbers: which period, department, tool, and known until when."""

    period: Period
    department: str = ""
    tool: str = ""
    known: str = ""
    feature: str = ""
    measure: str = ""

    def query(self, **other: str) -> dict[str, str]:
        """Return it as a page asks for it, with something other; what is as always is left out."""
        told = {"period": self.period.name, "department": self.department, "tool": self.tool,
                "known": self.known, "feature": self.feature,
                "measure": self.measure}  # fmt: skip
        return {name: value for name, value in (told | other).items() if value}

    @property
    def about(self) -> dict[str, str]:
        """Return what a number may be about, as far as it is named."""
        named = {"tool": self.tool, "feature": self.feature, "measure": self.measure}
        return {name: value for name, value in named.items() if value}


def headed(kpis: Sequence[Any]) -> dict[str, list[Any]]:
    """Return numbers under their headings, in the order in which they are told there."""
    known = {kpi["id"]: kpi for kpi in kpis}
    found = {name: [known.pop(i) for i in ids if i in known] for name, ids in HEADINGS.items()}
    return {**found, "outcomes": list(known.values())}


def span_of(visit: Visit, kpi: Any, choice: Choice) -> tuple[date, date]:
    """Return the chosen period; of a number about people, a month (or week) that is closed."""
    if is_weekly(kpi):
        return last_weeks(visit.days.today, 1)[0]
    closed = last_months(visit.days.today, 1, closed=True)[0]
    wanted = (choice.period.first, choice.period.until)
    if kpi["kind"] == "protected" and (choice.period.months != 1 or wanted > closed):
        return closed
    return wanted


def is_by_wave(kpi: Any) -> bool:
    """Tell whether a number is told of the waves of a survey alone."""
    return bool(kpi["kind"] == "protected" and kpi.get("steps") == [])


def is_weekly(kpi: Any) -> bool:
    """Tell whether a number is told of weeks alone."""
    return bool(kpi.get("steps") == ["week"])


async def register(visit: Visit) -> Any:
    """Return every number that there is, which is the same for everybody."""

    async def ask() -> Any:
        return await visit.services.get("metrics", "/v1/kpis")

    return await visit.house.recent.of("/v1/kpis", ask)


async def explained(visit: Visit, kpi: Any, span: tuple[date, date], choice: Choice) -> Any:
    """Return which facts an open number is made of: of people that would say how many they are."""
    if kpi["kind"] == "protected":
        return None
    given = {"from": span[0].isoformat(), "to": span[1].isoformat(), "as_known_at": choice.known}
    asked = {name: value for name, value in given.items() if name in kpi["parameters"] and value}
    return await _asked(visit, kpi, f"/v1/kpis/{kpi['id']}/explain", asked)


async def told(visit: Visit, kpi: Any, span: tuple[date, date], choice: Choice,
               by: str | None = None) -> Any:  # fmt: skip
    """Ask one number; None where its reader has to name a tool, a feature or a measure first.

    None also where it is told by the wave of a survey, and of no period.
    """
    if is_by_wave(kpi) or set(kpi["needs"]) - {"from", "to"} - choice.about.keys():
        return None
    given = {"from": span[0].isoformat(), "to": span[1].isoformat(),
             "as_known_at": choice.known, **choice.about}  # fmt: skip
    asked = {name: value for name, value in given.items() if name in kpi["parameters"]}
    return await _asked(visit, kpi, f"/v1/kpis/{kpi['id']}", asked | ({"by": by} if by else {}))


async def trend_of(visit: Visit, kpi: Any, months: Sequence[tuple[date, date]],
                   choice: Choice) -> list[Any]:  # fmt: skip
    """Return a number month by month (or week), with the one before and last year's if known."""
    if is_by_wave(kpi):
        return [None] * len(months)
    if choice.department and "department" in kpi["by"]:
        found = await in_turn([told(visit, kpi, m, choice, by="department") for m in months])
        return [of_group(answer, choice.department) for answer in found]
    if set(kpi["needs"]) - {"from", "to"} - choice.about.keys():
        return [None] * len(months)
    given = {"from": months[0][0].isoformat(), "to": months[-1][1].isoformat(),
             "as_known_at": choice.known, **choice.about}  # fmt: skip
    asked = {name: value for name, value in given.items() if name in kpi["parameters"]}
    asked |= {"step": "week"} if is_weekly(kpi) else {}
    found = await _asked(visit, kpi, f"/v1/kpis/{kpi['id']}/trend", asked)
    points: list[Any] = found["points"]
    return points


async def _asked(visit: Visit, kpi: Any, path: str, asked: dict[str, str]) -> Any:
    """Ask; what is about nobody is the same for everybody, and is remembered for a minute."""

    async def ask() -> Any:
        return await visit.services.get("metrics", path, **asked)

    if kpi["kind"] == "protected":
        return await ask()
    return await visit.house.recent.of(f"{path}?{sorted(asked.items())}", ask)


def of_group(answer: Any, group: str) -> Any:
    """Return the part of an answer that is one group's; of a group without any, no data."""
    if answer is None or isinstance(answer, Gone) or not answer.get("cells"):
        return answer if answer is None or isinstance(answer, Gone) else _nothing(answer)
    cell = next((c for c in answer["cells"] if c["key"] == group), None)
    return {**answer, **cell} if cell else _nothing(answer)


def _nothing(answer: Any) -> Any:
    nothing = dict.fromkeys(("value", "numerator", "denominator", "n"))
    return {**answer, **nothing, "reason": "no_data", "beside": {}}


async def in_turn(asked: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Ask some at once, not all; what is away is Gone."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(question: Any) -> Any:
        async with gate:
            return (await all_of(answer=question))["answer"]

    return list(await asyncio.gather(*(one(each) for each in asked)))


def as_csv(rows: Iterable[dict[str, Any]]) -> str:
    """Return lines that a spreadsheet reads as what they are, and never as a formula."""
    text = StringIO()
    writer = csv.DictWriter(text, _FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _plain(value: Any) -> Any:
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if risky else value


def row(kpi: Any, span: tuple[Any, Any], answer: Any, language: str, choice: Choice,
        *, group: str | None = None) -> Any:  # fmt: skip
    """Return the line of one number."""
    numbers = ("value", "numerator", "denominator", "n", "reason")
    group = choice.department if group is None else group
    known = {} if answer is None or isinstance(answer, Gone) else answer
    about = {name: word for name, word in choice.about.items() if name in kpi["parameters"]}
    return {
        "kpi": kpi["id"], "title": kpi["title"][language], "version": kpi["version"],
        "unit": known.get("unit") or kpi["unit"], "from": span[0], "to": span[1], "group": group,
        **{name: known.get(name) for name in numbers}, **about,
    }  # fmt: skip


def rows_of(kpi: Any, cuts: dict[str, Any], span: tuple[Any, Any], language: str,
            choice: Choice) -> Iterator[Any]:  # fmt: skip
    """Return the lines of the groups of a number."""
    for answer in cuts.values():
        for cell in [] if answer is None or isinstance(answer, Gone) else answer["cells"] or []:
            yield row(kpi, span, cell, language, choice, group=cell["key"])
