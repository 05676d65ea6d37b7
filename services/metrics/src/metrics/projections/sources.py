"""The facts that editions are made of, read span by span: never more rows than one span has."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from chassis.database import Tx
from chassis.projection import active_version
from metrics.domain.answers import Question, department_of, department_on
from metrics.domain.closing import (
    ADOPTING,
    AUTHORS,
    OUTCOME,
    REPORTED,
    USE,
    WORKFORCE,
    feature_of,
    overlapping,
    within,
)
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Directory, Facts, ListingFact, Report, ToolFact, Usage
from metrics.domain.families import Draft, Key, is_month
from metrics.domain.families.authors import of_authors
from metrics.domain.families.reported import Told, of_reported
from metrics.domain.families.use import (
    Habit,
    Tool,
    counts_of,
    days_by_group,
    groups_of,
    of_adopting,
    of_counts,
    of_habit,
    of_use,
    tool_of,
)
from metrics.domain.families.workforce import measures, of_outcomes, of_workforce
from metrics.domain.ideas import Life, lives
from metrics.domain.periods import Window
from metrics.domain.register import Cut
from metrics.domain.roster import Roster
from metrics.domain.scene import Scene
from metrics.domain.series import Span
from metrics.domain.tools import MONTH_DAYS
from metrics.projections.doings import NAME, VERSION
from metrics.projections.editions import find_edition
from metrics.projections.reading import Reading
from metrics.projections.reading_doings import Doings

Works = Callable[[date], bool]

_TOOLS = """
SELECT tool, least(
    (SELECT l.day FROM usage_ledger l JOIN usage_kind k USING (kind)
     WHERE k.tool = t.tool ORDER BY l.day LIMIT 1),
    (SELECT min(month) FROM usage_edition e WHERE e.tool = t.tool)) AS begins
FROM (SELECT tool FROM usage_kind UNION SELECT tool FROM usage_edition) AS t ORDER BY 1
"""
_USED = """
SELECT d::date AS day FROM generate_series(
    (SELECT min(day) FROM usage_ledger), (SELECT max(day) FROM usage_ledger), interval '1 day'
) AS d WHERE EXISTS (SELECT FROM usage_ledger l JOIN usage_kind k USING (kind)
    WHERE l.day = d::date AND k.tool = $1)
"""
_FROZEN = "SELECT DISTINCT month FROM usage_edition WHERE tool = $1"
_DAYS = """
SELECT l.person, k.department, array_agg(DISTINCT l.day) AS days
FROM usage_ledger l JOIN usage_kind k USING (kind) WHERE k.tool = $1 AND l.day >= $2 AND l.day < $3
    AND NOT EXISTS (SELECT FROM erased_person e WHERE e.person = l.person)
GROUP BY l.person, k.department
"""
_FIRST_USE = """
SELECT person, min(day) AS day FROM (
    SELECT l.person, min(l.day) AS day FROM usage_ledger l JOIN usage_kind k USING (kind)
    WHERE k.tool = $1 GROUP BY l.person
    UNION ALL SELECT person, day FROM first_use WHERE tool = $1) AS uses
WHERE person NOT IN (SELECT person FROM erased_person) GROUP BY person
"""
# The last report of a department holds; the others stay known.
_REPORTED = """
SELECT DISTINCT ON (department) department, users, uses FROM usage_report
WHERE tool = $1 AND feature = $2 AND week = $3
ORDER BY department, reported_at DESC, recorded_at DESC, id DESC
"""
_FEATURES = (
    "SELECT tool, feature, min(week) AS begins FROM usage_report GROUP BY 1, 2 ORDER BY 1, 2"
)


class Sources:
    """Facts over one transaction. What does not depend on a span is read once."""

    def __init__(self, tx: Tx, zone: ZoneInfo, works: Works, now: datetime) -> None:
        self._tx, self._zone, self._works, self._now = tx, zone, works, now
        self._all = Window(until=now, at=now)
        self._kept: dict[str, Any] = {}

    async def families(self, kinds: set[str]) -> list[tuple[str, str, date]]:
        """Return each family of some kinds: its kind, what it is about, and its first day."""
        found: list[tuple[str, str, date]] = []
        if USE in kinds:
            found += [
                (USE, row["tool"], row["begins"])
                for row in await self._tx.raw.fetch(_TOOLS)
                if row["begins"]
            ]
        if ADOPTING in kinds:
            found += await self._introduced()
        if AUTHORS in kinds and (born := (await self._authors())[2]):
            found.append((AUTHORS, "", born[0]))
        if kinds & {WORKFORCE, OUTCOME}:
            found += _reported(await self._reports(), kinds)
        if REPORTED in kinds:
            found += [(REPORTED, name, row["begins"]) for name, row in (await self._told()).items()]
        return found

    async def drafts(self, kind: str, about: str, span: Span, wanted: set[str]) -> list[Draft]:
        """Return the numbers of a family in a span; of facts that have not come, there are none."""
        if kind == USE:
            found = await self._of_tool(about, span, wanted)
        elif kind == ADOPTING:
            found = await self._of_adopting(about, span)
        elif kind == AUTHORS:
            found = await self._of_authors(span)
        elif kind == WORKFORCE:
            found = of_workforce(await self._reports(), span)
        elif kind == REPORTED:
            found = await self._of_reported((await self._told())[about], span)
        else:
            found = of_outcomes(await self._reports(), about, span)
        return [draft for draft in found if draft.kpi in wanted]

    async def _of_tool(self, name: str, span: Span, wanted: set[str]) -> list[Draft]:
        frozen = await self._once(f"frozen {name}", _FROZEN, name)
        gone = list(overlapping(frozen, span))
        used = await self._once(f"used {name}", _USED, name)
        if not gone and within(used, span).start == within(used, span).stop:
            return []  # nobody used it, or nothing came yet
        roster, tool = await self.roster(), await self._tool(name, span)
        if gone:  # rows of persons are gone: of whole months counts are left
            edition = await find_edition(self._tx.sql, name, span.since) if is_month(span) else None
            return of_counts(counts_of(edition), span, tool, roster) if edition else []
        found: list[Draft] = []
        rows, listings = await self._uses(name, span)
        if rows:
            groups = partial(self._groups, roster, Directory(listings), span)
            found += of_use(rows, span, groups, tool, roster)
        if "stickiness" in wanted and rows and is_month(span):
            habit = await self._habit(name, span, frozen, roster)
            found += [habit] if habit else []
        return found

    async def _of_reported(self, which: Any, span: Span) -> list[Draft]:
        rows = await self._tx.raw.fetch(_REPORTED, which["tool"], which["feature"], span.since)
        told = {row["department"]: Told(row["users"], row["uses"]) for row in rows}
        return [of_reported(told, which["feature"], span)] if told else []

    async def _told(self) -> dict[str, Any]:
        """Return the features of which others report their own counts, by their one name."""
        if "told" not in self._kept:
            rows = await self._tx.raw.fetch(_FEATURES)
            self._kept["told"] = {feature_of(row["tool"], row["feature"]): row for row in rows}
        found: dict[str, Any] = self._kept["told"]
        return found

    async def _of_adopting(self, name: str, span: Span) -> list[Draft]:
        tool = await self._tool(name, span)
        if tool is None:
            return []
        draft = of_adopting(tool, await self.roster(), await self._first_use(name), span)
        return [draft] if draft else []

    async def _introduced(self) -> list[tuple[str, str, date]]:
        """Return the tools that were introduced, each from its first day."""
        begun: dict[str, date] = {}
        for fact in await self._tools():
            if fact.name:
                begun[fact.name] = min(self._day(fact), begun.get(fact.name, self._day(fact)))
        return [(ADOPTING, name, day) for name, day in sorted(begun.items())]

    def _groups(self, roster: Roster, where: Directory, span: Span, row: Usage) -> list[Key]:
        department = department_of(row, where, self._zone)
        return [("department", department), *self._attributes(roster, span, row.person)]

    def _attributes(self, roster: Roster, span: Span, person: bytes) -> list[Key]:
        key = f"attributes {span}"
        if key not in self._kept:
            self._kept[key] = roster.ever(span.since, span.until)
        standing = self._kept[key].get(person)
        return [k for k in groups_of(standing) if k[0] == "attribute"] if standing else []

    async def _uses(self, tool: str, span: Span) -> tuple[list[Usage], tuple[ListingFact, ...]]:
        """Return the distinct uses of a span; the directory's words only where groups are told."""
        asked = self._asked(tool, span, by="department" if is_month(span) else None)
        facts: Facts = await Reading(self._tx.sql, self._zone).uses(asked)
        return list(facts.usage), facts.listings

    async def _habit(
        self, tool: str, span: Span, frozen: list[date], roster: Roster
    ) -> Draft | None:
        basis = Span(span.since - timedelta(days=MONTH_DAYS - 1), span.until)
        if list(overlapping(frozen, basis)):
            return None
        rows = await self._tx.raw.fetch(_DAYS, tool, basis.since, basis.until)
        asked = self._asked(tool, basis, by="department")
        listed = await Reading(self._tx.sql, self._zone).whereabouts(asked)
        days = days_by_group(
            (Habit(bytes(r["person"]), r["department"], r["days"]) for r in rows),
            partial(department_on, Directory(listed), self._zone),
            partial(self._attributes, roster, span),
        )
        return of_habit(days, span, self._works)

    def _asked(self, tool: str, span: Span, *, by: Cut | None) -> Question:
        kpi = REGISTER["active_users"]
        return Question(kpi=kpi, window=self._window(span), tool=tool, by=by)

    async def _tool(self, name: str, span: Span) -> Tool | None:
        return tool_of(await self._tools(), name, span.until, self._day)

    async def _tools(self) -> tuple[ToolFact, ...]:
        if "tools" not in self._kept:
            self._kept["tools"] = await (await self._doings()).tools()
        found: tuple[ToolFact, ...] = self._kept["tools"]
        return found

    def _day(self, fact: ToolFact) -> date:
        return fact.occurred_at.astimezone(self._zone).date()

    async def _first_use(self, tool: str) -> dict[bytes, date]:
        key = f"first {tool}"
        if key not in self._kept:
            rows = await self._tx.raw.fetch(_FIRST_USE, tool)
            self._kept[key] = {bytes(row["person"]): row["day"] for row in rows}
        found: dict[bytes, date] = self._kept[key]
        return found

    async def roster(self) -> Roster:
        if "roster" not in self._kept:
            self._kept["roster"] = Roster(await (await self._doings()).standings(), self._zone)
        found: Roster = self._kept["roster"]
        return found

    async def _of_authors(self, span: Span) -> list[Draft]:
        scene, ideas, born = await self._authors()
        drafts = of_authors(scene, ideas[within(born, span)], span)
        return [d for d in drafts if any(n.reason is None for n in d.numbers.values())]

    async def _authors(self) -> tuple[Scene, list[Life], list[date]]:
        if "authors" not in self._kept:
            facts = await Reading(self._tx.sql, self._zone).authors(self._all)
            scene = Scene(self._all, facts, self._zone, self._works)
            found = lives(facts.ideas, self._now, Directory(facts.listings))
            found.sort(key=lambda life: life.submitted_at)
            days = [life.submitted_at.astimezone(self._zone).date() for life in found]
            self._kept["authors"] = scene, found, days
        made: tuple[Scene, list[Life], list[date]] = self._kept["authors"]
        return made

    async def _reports(self) -> tuple[Report, ...]:
        if "reports" not in self._kept:
            self._kept["reports"] = await (await self._doings()).reports()
        found: tuple[Report, ...] = self._kept["reports"]
        return found

    async def _once(self, key: str, query: str, *given: Any) -> list[date]:
        """Return the days that a query finds, asked once."""
        if key not in self._kept:
            self._kept[key] = [row[0] for row in await self._tx.raw.fetch(query, *given)]
        found: list[date] = self._kept[key]
        return found

    async def _doings(self) -> Doings:
        version = await active_version(self._tx.raw, NAME) or VERSION
        return Doings(self._tx.sql, self._all, version)

    def _window(self, span: Span) -> Window:
        start, end = (
            datetime.combine(day, datetime.min.time(), self._zone)
            for day in (span.since, span.until)
        )
        return Window(since=start, until=end, at=self._now)


def _reported(reports: Sequence[Report], kinds: set[str]) -> Iterator[tuple[str, str, date]]:
    days = [_begins(r) for r in reports if r.type == "WorkforceReported"]
    if days and WORKFORCE in kinds:
        yield WORKFORCE, "", min(days)
    for measure in measures(reports) if OUTCOME in kinds else ():
        yield OUTCOME, measure, min(_begins(r) for r in reports if r.measure == measure)


def _begins(report: Report) -> date:
    """Return the first day of what a report is about: a month, a quarter or a year."""
    year, _, part = report.period.partition("-")
    month = (int(part[1:]) - 1) * 3 + 1 if part.startswith("Q") else int(part or 1)
    return date(int(year), month, 1)
