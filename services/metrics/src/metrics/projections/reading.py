"""Reads the facts that a question is answered from: no more of them than may bear on it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    exists,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.consuming.reading import key_of
from chassis.projection import active_version
from contracts import ideas, notifications
from metrics.domain.answers import Question
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import (
    DeliveryFact,
    Facts,
    IdeaFact,
    ListingFact,
    Owed,
    PromiseFact,
    Usage,
)
from metrics.domain.measures import MEASURES
from metrics.domain.periods import Window
from metrics.projections.doings import NAME as NAMED
from metrics.projections.doings import VERSION as FILLED
from metrics.projections.facts import NAME, VERSION
from metrics.projections.reading_doings import Doings
from metrics.projections.tables import ERASED, USAGE_KIND, USAGE_LEDGER, fact_tables

T = TypeVar("T")

_SUBMISSION = ("IdeaSubmitted",)
_JUDGEMENT = ("IdeaAccepted", "IdeaDeclined")
_COHORT = {
    "ideas_submitted": _SUBMISSION,
    "realisation_a": _SUBMISSION,
    "lead_time_to_pilot": _SUBMISSION,
    "realisation_b": _JUDGEMENT,
    "processing_time_a": _JUDGEMENT,
    "processing_time_b": ("IdeaRealised",),
    "throughput": ("PilotStarted", "IdeaRealised"),
    "idea_rate": _SUBMISSION,
    "first_response": _SUBMISSION,
    "idea_diversity": _SUBMISSION,
    "cross_department": _SUBMISSION,
    "closed_loop": ("IdeaAccepted", "IdeaDeclined", "IdeaParked"),
    "pilot_outcomes": ("PilotConcluded",),
}
"""The numbers that count only ideas with one of these facts in the period."""

_END = datetime.max.replace(tzinfo=UTC)
_ALL = Window(until=_END, at=_END)

# By asyncpg alone, as every question about ideas reads every fact that may bear on it.
_IDEAS = """
SELECT idea, version, type, state, author, origin, department, category, accountable, due,
    occurred_at, recorded_at
FROM idea_fact_v{version}
WHERE ($1::timestamptz IS NULL OR occurred_at < $1)
    AND ($2::timestamptz IS NULL OR recorded_at < $2)
"""
_OF_COHORT = """
    AND idea IN (SELECT idea FROM idea_fact_v{version} WHERE type = ANY($3)
        AND ($4::timestamptz IS NULL OR occurred_at >= $4) AND occurred_at < $5)
"""
_AUTHORS = """
SELECT person, id, department, occurred_at, recorded_at FROM listing_fact_v{version}
WHERE occurred_at < $1 AND ($2::timestamptz IS NULL OR recorded_at < $2) AND person IN (
    SELECT author FROM idea_fact_v{version} WHERE type = 'IdeaSubmitted' AND department IS NULL)
"""
_HELD_UP = text("""
SELECT DISTINCT key FROM dead_letter
WHERE topic = ANY(:topics) AND first_seen < :at AND (settled_at IS NULL OR settled_at >= :at)
""")


class _Keyed:
    """What a dead letter's key is made from."""

    def __init__(self, idea: UUID) -> None:
        self.key = str(idea).encode()


class Reading:
    """Reads over one connection, from the version of the tables that is live."""

    def __init__(self, connection: AsyncConnection, zone: ZoneInfo) -> None:
        self._connection = connection
        self._zone = zone

    async def facts(self, question: Question) -> Facts:
        """Return what a question about ideas is answered from."""
        raw = await self._raw()
        version = await active_version(raw, NAME) or VERSION
        tables, read = fact_tables(version), _ALL if question.everything else question.window
        measure, window = MEASURES[question.kpi.id], question.window
        needs = measure.needs | ({"doings"} if question.by in {"challenge", "tool"} else set())
        found = () if measure.units else await self._ideas(question, version)
        authors = question.by == "department" or question.kpi.id == "cross_department"
        doings = Doings(self._connection, read, await active_version(raw, NAMED) or FILLED)
        return Facts(
            ideas=found,
            listings=await self._authors(window, version) if authors else (),
            parked=await self._held_up(window, found) if "parked" in needs else frozenset(),
            promises=await self._promises(read, tables.promise) if "promises" in needs else (),
            deliveries=(
                await self._deliveries(read, tables.delivery) if "deliveries" in needs else ()
            ),
            doings=await doings.doings() if "doings" in needs else (),
            standings=await doings.standings() if "standings" in needs else (),
        )

    async def _ideas(self, question: Question, version: int) -> tuple[IdeaFact, ...]:
        window, types = question.window, _COHORT.get(question.kpi.id)
        query, given = _IDEAS, list[Any]([window.at, window.known])
        if question.everything:
            given = [None, None]
        elif types:
            query, given = _IDEAS + _OF_COHORT, [*given, types, window.since, window.until]
        rows = await (await self._raw()).fetch(query.format(version=version), *given)
        return tuple([_idea(row) for row in rows])

    async def _raw(self) -> Any:
        """Return the connection of asyncpg, for what is read much and often."""
        return (await self._connection.get_raw_connection()).driver_connection

    async def _authors(self, window: Window, version: int) -> tuple[ListingFact, ...]:
        """Return who worked where, of the authors whose ideas do not say it themselves."""
        query = _AUTHORS.format(version=version)
        rows = await (await self._raw()).fetch(query, window.at, window.known)
        return tuple([
            ListingFact(person=p, id=i, department=d, occurred_at=o, recorded_at=r)
            for p, i, d, o, r in rows
        ])  # fmt: skip

    async def _listings(
        self, window: Window, table: Table, persons: Select[Any]
    ) -> tuple[ListingFact, ...]:
        query = select(table).where(_counts(window, table), table.c.person.in_(persons))
        return tuple([ListingFact(**row) for row in await self._mappings(query)])

    async def _promises(self, window: Window, table: Table) -> tuple[PromiseFact, ...]:
        rows = await self._rows(select(table).where(_counts(window, table)))
        return tuple([
            PromiseFact(
                idea=r.idea, version=r.version, step=r.step, owed=Owed(r.accountable, r.due),
                occurred_at=r.occurred_at, recorded_at=r.recorded_at,
            )
            for r in rows
        ])  # fmt: skip

    async def _deliveries(self, window: Window, table: Table) -> tuple[DeliveryFact, ...]:
        rows = await self._mappings(select(table).where(_counts(window, table)))
        return tuple([DeliveryFact(**row) for row in rows])

    async def _held_up(self, window: Window, found: Sequence[IdeaFact]) -> frozenset[UUID]:
        query = _HELD_UP.bindparams(topics=[ideas.TOPIC, notifications.TOPIC], at=window.at)
        keys = {row.key for row in await self._rows(query)}
        if not keys:
            return frozenset()
        return frozenset(i for i in {fact.idea for fact in found} if key_of(_Keyed(i)) in keys)

    async def authors(self, window: Window) -> Facts:
        """Return who brought ideas, who was in the directory, and what they are made of."""
        raw = await self._raw()
        version = await active_version(raw, NAME) or VERSION
        asked = Question(kpi=REGISTER["participation"], window=window)
        doings = Doings(self._connection, window, await active_version(raw, NAMED) or FILLED)
        return Facts(
            ideas=await self._ideas(asked, version),
            listings=await self._authors(window, version), doings=await doings.doings(),
            standings=await doings.standings(),
        )  # fmt: skip

    async def uses(self, question: Question) -> Facts:
        """Return the distinct uses of a tool; where a cut is asked for, with the directory's words.

        Without a cut neither the day nor the department of a use matters.
        """
        joined, here = self._used(question)
        kind, person = USAGE_KIND.c, USAGE_LEDGER.c.person
        first = self._days(question.window)[0]
        of_whole = [literal(first).label("day"), person, kind.tool, kind.feature, kind.advanced]
        # The day matters only where the directory is asked for the department.
        day = case((kind.department.is_(None), USAGE_LEDGER.c.day), else_=first).label("day")
        by_groups = [day, *of_whole[1:], kind.department]
        columns = of_whole if question.by is None else by_groups
        query = select(*columns).select_from(joined).where(here).distinct()
        rows = tuple([Usage(**row) for row in await self._mappings(query)])
        if question.by is None:
            return Facts(usage=rows)
        return Facts(usage=rows, listings=await self.whereabouts(question))

    async def whereabouts(self, question: Question) -> tuple[ListingFact, ...]:
        """Return what the directory said of those whose uses of a tool do not say where."""
        raw = await self._raw()
        listing = fact_tables(await active_version(raw, NAME) or VERSION).listing
        joined, here = self._used(question)
        unsaid = select(USAGE_LEDGER.c.person).select_from(joined)
        unsaid = unsaid.where(here, USAGE_KIND.c.department.is_(None))
        return await self._listings(question.window, listing, unsaid)

    def _used(self, question: Question) -> tuple[FromClause, ColumnElement[bool]]:
        """Return the uses of a tool in a period, without those of erased persons."""
        first, last = self._days(question.window)
        used = and_(USAGE_LEDGER.c.day >= first, USAGE_LEDGER.c.day < last)
        erased = exists().where(ERASED.c.person == USAGE_LEDGER.c.person)
        joined = USAGE_LEDGER.join(USAGE_KIND, USAGE_LEDGER.c.kind == USAGE_KIND.c.kind)
        return joined, and_(used, USAGE_KIND.c.tool == question.tool, ~erased)

    def _days(self, window: Window) -> tuple[Any, Any]:
        if window.since is None:
            raise ValueError("numbers about people are asked by the month")
        return (
            window.since.astimezone(self._zone).date(), window.until.astimezone(self._zone).date(),
        )  # fmt: skip

    async def _rows(self, query: Any) -> Sequence[Any]:
        return (await self._connection.execute(query)).fetchall()

    async def _mappings(self, query: Any) -> Sequence[Any]:
        return (await self._connection.execute(query)).mappings().fetchall()


def _idea(row: Any) -> IdeaFact:
    # By place, as the table has them: by name each of a row's twelve is looked up, many times over.
    (idea, version, kind, state, author, origin, department, category, accountable, due,
     occurred_at, recorded_at) = row  # fmt: skip
    return IdeaFact(
        idea=idea, version=version, type=kind, state=state, author=author,
        occurred_at=occurred_at, recorded_at=recorded_at, origin=origin, department=department,
        category=category, owed=None if accountable is None else Owed(accountable, due),
    )  # fmt: skip


def _counts(window: Window, table: Table) -> ColumnElement[bool]:
    known = true() if window.known is None else table.c.recorded_at < window.known
    return and_(table.c.occurred_at < window.at, known)
