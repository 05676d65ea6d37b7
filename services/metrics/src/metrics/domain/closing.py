"""Which editions are due: of spans that are closed; late facts wait for the close of a quarter."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from msgspec import Struct

from metrics.domain.periods import closed_on
from metrics.domain.series import STEPS, Span, containing, previous, spans

USE, ADOPTING, AUTHORS, WORKFORCE, OUTCOME = "use", "adopting", "authors", "workforce", "outcome"
REPORTED = "reported"

FAMILIES: dict[str, tuple[str, ...]] = {
    USE: (
        "active_users",
        "adoption_rate",
        "feature_adoption",
        "advanced_share",
        "depth",
        "stickiness",
    ),
    ADOPTING: ("time_to_adopt",),
    AUTHORS: ("participation", "representation"),
    WORKFORCE: ("turnover_total", "turnover_voluntary", "turnover_first_year", "absence"),
    OUTCOME: ("outcome",),
    REPORTED: ("reported_use",),
}
"""The numbers that rest on the same persons: a tool's users or audience, authors, reports."""

Works = Callable[[date], bool]


def beside(kpi: str) -> tuple[str, ...]:
    """Return the other numbers that rest on the same persons."""
    kpis = next((kpis for kpis in FAMILIES.values() if kpi in kpis), ())
    return tuple(each for each in kpis if each != kpi)


def family_of(
    kpi: str, tool: str | None, measure: str | None, feature: str | None = None
) -> str:  # fmt: skip
    """Return the family of a number: of which tool (and feature), or of which measure."""
    kind = next((name for name, kpis in FAMILIES.items() if kpi in kpis), kpi)
    about = {USE: tool, ADOPTING: tool, OUTCOME: measure}.get(kind)
    if kind == REPORTED:
        about = feature_of(tool or "", feature or "")
    return f"{kind}:{about}" if about else kind


class Subject(Struct, frozen=True, kw_only=True):
    """A number that is told of something: of a tool, of a feature of it, or of a measure."""

    kpi: str
    tool: str | None = None
    feature: str | None = None
    measure: str | None = None

    @property
    def names(self) -> set[str]:
        """Return the parameters that ask of it, with those that every question has."""
        about = {"tool": self.tool, "feature": self.feature, "measure": self.measure}
        return {"from", "to", *(name for name, word in about.items() if word)}


def subject_of(kpi: str, kind: str, about: str, feature: str) -> Subject:
    """Return what a family of editions is about: what `family_of` made one name of."""
    if kind == OUTCOME:
        return Subject(kpi=kpi, measure=about)
    if kind == REPORTED:
        tool = about.split("/", 1)[0].replace("%2F", "/").replace("%25", "%")
        return Subject(kpi=kpi, tool=tool, feature=feature)
    return Subject(kpi=kpi, tool=about, feature=feature or None)


def feature_of(tool: str, feature: str) -> str:
    """Return one name for a feature of a tool, whatever either is called."""
    return f"{tool.replace('%', '%25').replace('/', '%2F')}/{feature}"


def closed(begins: date, today: date, works: Works) -> list[Span]:
    """Return every span since a day that is closed today, in the order in which they closed."""
    found = [
        span
        for step in STEPS
        for span in spans(containing(begins, step).since, today, step)
        if is_closed(span, today, works)
    ]
    return sorted(found, key=lambda span: (span.until, -span.since.toordinal()))


def is_closed(span: Span, today: date, works: Works) -> bool:
    return closed_on(span.until, works) <= today


def last_quarter(today: date, works: Works) -> Span:
    """Return the last quarter that is closed."""
    quarter = containing(today, "quarter")
    while not is_closed(quarter, today, works):
        quarter = previous(quarter, "quarter")
    return quarter


def within(ordered: list[date], span: Span) -> slice:
    """Return which of some days in order lie in a span."""
    return slice(bisect_left(ordered, span.since), bisect_left(ordered, span.until))


def overlapping(months: Iterable[date], span: Span) -> Iterator[date]:
    """Yield those months, named by their first day, of which a day lies in a span."""
    for month in months:
        other = containing(month, "month")
        if other.since < span.until and span.since < other.until:
            yield month
