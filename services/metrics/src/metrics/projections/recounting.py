"""Recounts editions from the journal and the ledger, as both were when each edition was made.

What it answers is about editions only: no number, no person, and no group that is not told. Where
somebody was erased since, or rows went by their age, it does not look: whether an edition still
comes to the same would tell whether they were in it.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chassis.database import Database
from metrics.domain.definitions import REGISTER
from metrics.domain.editions import Cells, Edition
from metrics.projections import published
from metrics.projections.persons import Hashed
from metrics.recount.heard import Fact, Figure, Log, Period, Use
from metrics.recount.ideas import HEARD, of_ideas
from metrics.recount.judging import Cell, Outcome, Told, differences, recount, told_too_much

_FACTS = """
SELECT DISTINCT ON (source, id) split_part(type, '.', 3) AS name, data::text AS data, occurred_at,
    source, id, stream, version
FROM journal WHERE ($1::timestamptz IS NULL OR heard_at < $1)
    AND split_part(type, '.', 3) = ANY($2::text[])
"""
_BEFORE = """
SELECT DISTINCT ON (source, id) split_part(type, '.', 3) AS name, data::text AS data, occurred_at,
    source, id, stream, version
FROM journal WHERE occurred_at < $1 AND split_part(type, '.', 3) = ANY($2::text[])
"""
_HEARD = {
    "use": ("PersonListed", "PersonLeft", "ToolIntroduced", "ToolChanged"),
    "adopting": ("PersonListed", "PersonLeft", "ToolIntroduced", "ToolChanged"),
    "authors": ("PersonListed", "PersonLeft", "IdeaSubmitted", "CoAuthorsChanged"),
    "workforce": ("WorkforceReported",),
    "outcome": ("OutcomeReported",),
    "reported": (),
}
_KEPT = """
FROM usage_ledger l JOIN usage_kind k USING (kind)
WHERE k.tool = $1 AND l.day >= $2 AND l.day < $3 AND l.recorded < $4
"""
# The day matters for a habit, for a first use, and where the directory says who was where.
_HABIT = f"SELECT DISTINCT l.day, l.person, '' AS feature, false AS advanced, k.department {_KEPT}"
_FIRST = f"""
SELECT min(l.day) AS day, l.person, '' AS feature, false AS advanced, '' AS department {_KEPT}
GROUP BY l.person
"""
_USES = f"""
SELECT DISTINCT CASE WHEN k.department IS NULL THEN l.day ELSE $2 END AS day, l.person, k.feature,
    k.advanced, k.department {_KEPT}
"""
_REPORTED = """
SELECT id, tool, feature, to_char(week, 'IYYY-"W"IW') AS week, department, users, uses, reported_at
FROM usage_report WHERE feature = $1 AND week = $2 AND ($3::timestamptz IS NULL OR recorded_at < $3)
ORDER BY recorded_at, id
"""
_OF_KPI = {"stickiness": _HABIT, "time_to_adopt": _FIRST}
_ERASED = "SELECT person FROM erased_person"
_ERASURE = "SELECT max(heard_at) FROM journal WHERE split_part(type, '.', 3) = 'PersonErased'"
_GONE = """
SELECT EXISTS (SELECT FROM usage_edition WHERE tool = $1 AND month + interval '1 month' > $2)
"""
_FOR_EVER, _EVER = date(9999, 1, 1), date(1, 1, 1)


class Recounting:
    """Recounts editions one by one, over one connection."""

    def __init__(
        self, db: Database, hashed: Hashed, zone: ZoneInfo, works: Callable[[date], bool]
    ) -> None:
        self._db, self._hashed, self._zone, self._works = db, hashed, zone, works
        self._last: tuple[Any, Log] | None = None

    async def page(self, after: int, limit: int) -> list[dict[str, Any]]:
        """Recount the editions behind an id: of each, whether it comes to the same."""
        async with self._db.transaction() as tx:
            erasure = await tx.raw.fetchval(_ERASURE)
            found = []
            for name, edition, before in await published.after(tx.raw, after, limit):
                outcome, groups = await self._judged(tx.raw, edition, before, erasure)
                about = edition.family.partition(":")[2]
                found.append({
                    "id": name, "kpi": edition.kpi, "about": about, "feature": edition.feature,
                    "since": edition.span.since, "until": edition.span.until,
                    "revision": edition.revision, "outcome": outcome, "groups": groups,
                })  # fmt: skip
            self._last = None
            return found

    async def number(self, kpi: str, since: date, until: date, at: date) -> Figure:
        """Recount a number of ideas that rests on the directory, judged at the end of a day."""
        after = at + timedelta(days=1)
        judged = datetime(after.year, after.month, after.day, tzinfo=self._zone)
        rows = await self._db.pool.fetch(_BEFORE, judged, HEARD)
        log = Log([_fact(row) for row in rows], [], self._zone, self._works, self._hashed)
        period = Period(since, max(since, min(until, after)))
        return await asyncio.to_thread(of_ideas, log, kpi, period)

    async def _judged(
        self, raw: Any, edition: Edition, before: Cells, erasure: datetime | None
    ) -> tuple[Outcome, list[str]]:
        told = as_told(edition, before)
        if wrong := told_too_much(told):
            return "different", wrong
        if erasure and edition.made_at <= erasure:
            told = replace(told, cells={k: c for k, c in told.cells.items() if k[0] != "attribute"})
        if await self._is_gone(raw, edition, told, erasure):
            return "gone", []
        wrong = []
        for known, recorded in self._ways(edition.made_at):
            log = await self._last_log(raw, told, known, recorded)
            wrong = differences(told, await asyncio.to_thread(recount, told, log))
            if not wrong:
                return "equal", []
        return "different", wrong

    def _ways(self, made_at: datetime) -> Iterator[tuple[datetime | None, date]]:
        """Yield until when facts may have been known: of uses only the day is kept.

        The last way is for facts that are heard anew, after Kafka was lost.
        """
        today = made_at.astimezone(self._zone).date()
        yield made_at, today + timedelta(days=1)
        yield made_at, today
        yield None, _FOR_EVER

    async def _is_gone(
        self, raw: Any, edition: Edition, told: Told, erasure: datetime | None
    ) -> bool:
        if edition.version != REGISTER[edition.kpi].version:
            return True
        if told.kind not in {"use", "adopting"}:
            return False
        if erasure and edition.made_at <= erasure:
            return True
        begins = _EVER if told.kind == "adopting" else edition.basis.since
        return bool(await raw.fetchval(_GONE, told.about, begins))

    async def _last_log(self, raw: Any, told: Told, known: datetime | None, recorded: date) -> Log:
        """Read a log once for the editions that follow each other and rest on the same."""
        key = told.kind, told.about, told.period, _OF_KPI.get(told.kpi), known, recorded
        if self._last is None or self._last[0] != key:
            self._last = key, await self._log(raw, told, known, recorded)
        return self._last[1]

    async def _log(self, raw: Any, told: Told, known: datetime | None, recorded: date) -> Log:
        facts = [_fact(row) for row in await raw.fetch(_FACTS, known, _HEARD[told.kind])]
        uses: list[Use] = []
        if told.kind in {"use", "adopting"}:
            first = _EVER if told.kind == "adopting" else told.period.since
            if told.kpi == "stickiness":
                first -= timedelta(days=27)
            query = _OF_KPI.get(told.kpi, _USES)
            rows = await raw.fetch(query, told.about, first, told.period.until, recorded)
            uses = [
                Use(r["day"], bytes(r["person"]), told.about, r["feature"], r["department"],
                    r["advanced"])
                for r in rows
            ]  # fmt: skip
        if told.kind == "reported":
            given = told.feature, told.period.since, known
            facts = [_report(row) for row in await raw.fetch(_REPORTED, *given)]
        erased = frozenset(bytes(row["person"]) for row in await raw.fetch(_ERASED))
        return Log(facts, uses, self._zone, self._works, self._hashed, erased)


def as_told(edition: Edition, before: Cells) -> Told:
    kind, _, about = edition.family.partition(":")
    return Told(
        kpi=edition.kpi, kind=kind, about=about, feature=edition.feature,
        period=Period(edition.span.since, edition.span.until), threshold=edition.threshold,
        cells=_cells(edition.cells), before=_cells(before),
    )  # fmt: skip


def _cells(cells: Cells) -> Mapping[tuple[str, str], Cell]:
    return {
        key: Cell(
            Figure(
                _exact(cell.number.value), cell.number.n, cell.number.numerator,
                cell.number.denominator,
                {name: _exact(value) for name, value in cell.number.beside.items()},
            ),
            cell.persons, cell.hidden,
        )
        for key, cell in cells.items()
    }  # fmt: skip


def _exact(value: int | Fraction | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _report(row: Any) -> Fact:
    return Fact("ToolUsageReported", dict(row), row["reported_at"], id=row["id"].hex())


def _fact(row: Any) -> Fact:
    return Fact(
        row["name"], msgspec.json.decode(row["data"]), row["occurred_at"], row["source"],
        row["id"], row["stream"] or "", row["version"] or 0,
    )  # fmt: skip
