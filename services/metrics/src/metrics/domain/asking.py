"""How a number may be asked, and what is said where it may not."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from contracts.vocabulary import Origin
from metrics.domain.answers import Question
from metrics.domain.periods import closed_on, start_of, window
from metrics.domain.register import Cut, Definition
from metrics.domain.series import MOST_POINTS, Span, Step, spans, step_of


class Asked(Struct, frozen=True, kw_only=True):
    """What somebody asks of a number, as it came; `others` are parameters that nobody knows."""

    since: date | None = None
    until: date | None = None
    at: date | None = None
    known: date | None = None
    by: Cut | None = None
    origin: Origin | None = None
    tool: str | None = None
    feature: str | None = None
    measure: str | None = None
    others: frozenset[str] = frozenset()

    def words(self) -> str:
        """Return the question as it is kept: names and values, but no value nobody knows."""
        told = ((name, getattr(self, field)) for name, field in _FIELDS.items())
        known = [f"{name}={value}" for name, value in told if value is not None]
        return "&".join([*known, *sorted(self.others)])[:_LONGEST]

    def given(self) -> set[str]:
        """Return the names of the parameters that were given."""
        found = {name for name, field in _FIELDS.items() if getattr(self, field) is not None}
        return found | self.others


_LONGEST = 500
BY_WAVE = (
    "is told by the wave that asked for it, and of no period: ask /v1/pulse/waves/{wave} of "
    "metrics; /v1/pulse/waves of feedback names the waves."
)


class Complaint(Struct, frozen=True):
    """What is wrong with a parameter, and what to do."""

    parameter: str
    problem: str


_FIELDS = {
    "from": "since", "to": "until", "at": "at", "as_known_at": "known", "by": "by",
    "origin": "origin", "tool": "tool", "feature": "feature",
    "measure": "measure",
}  # fmt: skip


class Day(Struct, frozen=True):
    """Today, where the organisation is, and which days it works."""

    now: datetime
    zone: ZoneInfo
    is_working_day: Callable[[date], bool]


def complaints(kpi: Definition, asked: Asked, day: Day) -> list[Complaint]:
    """Return everything that keeps a number from being told in this way; empty if nothing does."""
    if kpi.kind == "protected" and not kpi.steps:
        return [Complaint("from", f"{kpi.id} {BY_WAVE}")]
    found = [*_of_names(kpi, asked), *_of_dates(asked)]
    if not found and kpi.kind == "protected":
        found += _of_editions(kpi, asked, day)
    return found


def of_trend(kpi: Definition, asked: Asked, step: Step) -> list[Complaint]:
    """Return everything that keeps a number from being told through time, span by span."""
    if kpi.kind == "protected" and not kpi.steps:
        return [Complaint("from", f"{kpi.id} {BY_WAVE}")]
    found = [*_of_names(kpi, structs.replace(asked, by=None)), *_of_dates(asked)]
    named = asked.given() | {each.parameter for each in found}
    found += [Complaint(n, "A trend needs it.") for n in ("from", "to") if n not in named]
    if asked.by is not None:
        why = "A trend is of the whole. Ask the number itself with `by`, span by span."
        found.append(Complaint("by", why))
    series = spans(asked.since, asked.until, step) if asked.since and asked.until else []
    if not found and not 0 < len(series) <= MOST_POINTS:
        why = f"[from, to) holds {len(series)} whole spans of a {step}; ask 1 to {MOST_POINTS}."
        found.append(Complaint("step", why))
    return found


def question(kpi: Definition, asked: Asked, day: Day) -> Question:
    """Return the question that is meant; only where there are no complaints."""
    meant = window(
        day.zone, day.now, since=asked.since, until=asked.until, at=asked.at, known=asked.known
    )
    return Question(
        kpi=kpi, window=meant, by=asked.by, origin=asked.origin, tool=asked.tool,
        feature=asked.feature, measure=asked.measure,
        span=Span(asked.since, asked.until) if asked.since and asked.until else None,
    )  # fmt: skip


def _of_names(kpi: Definition, asked: Asked) -> Iterator[Complaint]:
    given = asked.given()
    for name in sorted(given - set(kpi.parameters)):
        allowed = ", ".join(kpi.parameters)
        why = " Numbers about people leave only in fixed cuts." if kpi.kind == "protected" else ""
        yield Complaint(name, f"{kpi.id} can't be asked with it; it takes: {allowed}.{why}")
    for name in kpi.needs:
        if name not in given:
            yield Complaint(name, f"{kpi.id} needs it.")
    if asked.by is not None and "by" in kpi.parameters and asked.by not in kpi.cuts:
        yield Complaint("by", f"{kpi.id} is cut by {', '.join(kpi.cuts)} only.")


def _of_dates(asked: Asked) -> Iterator[Complaint]:
    if asked.since and asked.until and asked.since >= asked.until:
        yield Complaint("to", "It must lie after `from`: the period is [from, to).")
    if asked.at and asked.known and asked.at > asked.known:
        yield Complaint("at", "It lies after `as_known_at`: what was not known can't be judged.")


def _of_editions(kpi: Definition, asked: Asked, day: Day) -> Iterator[Complaint]:
    """Numbers about people leave in editions of fixed spans, so that no one can be singled out."""
    if asked.since is None or asked.until is None:
        return
    step = step_of(asked.since, asked.until)
    if step is None:
        yield Complaint(
            "from",
            "Numbers about people are told by the whole week (from a Monday to the next), month, "
            "quarter or year: [from, to) is none of them.",
        )
        return
    if step not in kpi.steps:
        told = ", ".join(kpi.steps)
        yield Complaint("from", f"{kpi.id} is told by the whole {told} only: this is a {step}.")
        return
    if asked.by is not None and step != "month":
        yield Complaint("by", "Groups are told by the calendar month only. Ask a month, or no cut.")
    closes = closed_on(asked.until, day.is_working_day)
    judged = day.now if asked.at is None else start_of(asked.at + timedelta(days=1), day.zone)
    if min(judged, day.now) < start_of(closes, day.zone):
        yield Complaint(
            "to" if asked.at is None else "at",
            f"The {step} is open until {closes}: numbers about people are told once it is closed.",
        )
