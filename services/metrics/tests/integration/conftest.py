"""A migrated database of metrics, and short ways to let it hear."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from chassis.consuming import Heard
from chassis.database import Database
from chassis.migrate import migrate
from chassis.settings import example
from chassis.timers import Timer, Timers
from contracts.catalog import declared
from contracts.envelope import Envelope
from contracts.outside import PersonListed, ToolUsageRecorded
from contracts.vocabulary import Event, PersonId
from local.databases import Addresses
from metrics.domain.answers import Answer, Question, answer, of_edition
from metrics.domain.closing import family_of
from metrics.domain.council import Standing
from metrics.domain.definitions import REGISTER
from metrics.domain.editions import Sought
from metrics.domain.register import Cut
from metrics.domain.series import Span
from metrics.domain.working import weekday
from metrics.projections.doings import DoingRows
from metrics.projections.facts import FactRows
from metrics.projections.making import ASKED, KIND, OWNER, Editions, finding
from metrics.projections.persons import hashing
from metrics.projections.reading import Reading
from metrics.projections.usage import Ledger
from metrics.settings import MetricsSettings
from services.metrics.tests.making import ZONE, day

HEARD_AT = datetime(2025, 6, 1, 12, tzinfo=UTC)
_TABLES = (
    "idea_fact_v1, promise_fact_v1, delivery_fact_v1, listing_fact_v1, usage_kind, usage_ledger, "
    "doing_fact_v1, standing_fact_v1, tool_fact_v1, report_fact_v1, usage_edition, "
    "wave_fact_v1, answer_fact_v1, "
    "first_use, left_person, erased_person, letter_source, usage_report, inbox, journal, "
    "dead_letter, projection, projection_position, edition_cell, edition, edition_rest, "
    "edition_round, timer"
)


class Clock:
    """Domain time, which tests move."""

    def __init__(self) -> None:
        self.at = HEARD_AT

    def now(self) -> datetime:
        return self.at

    def to(self, *when: int) -> date:
        self.at = datetime(*when, 12, tzinfo=UTC)  # type: ignore[misc, arg-type]
        return self.at.date()


async def agreed(kpi: str) -> Standing:
    """Return the standing of a number that the council agreed to as it is."""
    return Standing(version=REGISTER[kpi].version)


@dataclass
class Kept:
    """The database of metrics, with what fills and reads it."""

    db: Database
    facts: FactRows
    doings: DoingRows
    ledger: Ledger
    clock: Clock
    editions: Editions

    async def hear(self, *heard: Heard) -> None:
        async with self.db.transaction() as tx:
            await self.facts.apply(tx, heard)
            await self.doings.apply(tx, heard)

    async def use(self, *heard: Heard) -> None:
        async with self.db.transaction() as tx:
            await self.ledger.apply(tx, heard)

    async def erase(self, *persons: str) -> None:
        async with self.db.transaction() as tx:
            await self.ledger.erase(tx, persons)

    async def ask(self, kpi: str, window: Any, **how: Any) -> Answer:
        question = Question(kpi=REGISTER[kpi], window=window, **how)
        async with self.db.reading() as connection:
            facts = await Reading(connection, ZONE).facts(question)
        return answer(question, facts, ZONE)

    async def make(self) -> None:
        """Make every edition that is due now, as the timers do."""
        await self.db.pool.execute(
            "DELETE FROM timer WHERE kind = $1 AND due <= $2", ASKED, self.clock.now()
        )
        timer = Timer(OWNER, KIND, self.clock.now(), {})
        due = self.clock.now()
        while due <= self.clock.now():
            async with self.db.transaction() as tx:
                await self.editions.on_timer(tx, timer)
            due = await self.db.pool.fetchval("SELECT due FROM timer WHERE owner = $1", OWNER)

    async def told(
        self, kpi: str, span: Span, by: Cut | None = None, known: datetime | None = None,
        **how: Any,
    ) -> Answer:  # fmt: skip
        """Return what the editions say that were made so far."""
        family = family_of(kpi, how.get("tool"), how.get("measure"), how.get("feature"))
        sought = Sought(
            kpi=kpi, version=REGISTER[kpi].version, family=family,
            feature=how.get("feature", ""), span=span,
            known=known,
        )  # fmt: skip
        found = await finding(self.db)(sought)
        return of_edition(found, by, REGISTER[kpi].threshold or 0)

    async def anew(self, kpi: str, span: Span, by: Cut | None = None, **how: Any) -> Answer:
        """Return what editions would say that are made now, whatever was frozen before."""
        await self.begin_anew()
        await self.make()
        return await self.told(kpi, span, by, **how)

    async def begin_anew(self) -> None:
        """Forget every edition, as if none had been made."""
        for table in ("edition_cell", "edition", "edition_round", "edition_rest"):
            await self.db.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    async def rows(self, table: str) -> list[Any]:
        return list(await self.db.pool.fetch(f"SELECT * FROM {table}"))  # noqa: S608 - our own names


def told(
    event: Event, version: int = 1, recorded_at: datetime | None = None, name: str = ""
) -> Heard:
    """Return an event as it is heard, in the stream of its idea or notice."""
    kind = declared(event)
    key = str(getattr(event, kind.key))
    stream = f"{kind.stream}-{key}" if kind.stream else None
    return Envelope(
        id=name or str(UUID(int=hash((key, version, kind.name)) % 2**128)),
        source=f"kiem/{kind.owner}" if stream else "hr", type=kind.type, key=key, data=event,
        occurred_at=event.at, recorded_at=recorded_at or event.at, stream=stream,
        version=version if stream else None,
    )  # fmt: skip


def used(person: int, at: float, feature: str = "read", **changes: Any) -> Heard:
    said = {"tool": "wiki", "feature": feature} | changes
    data = ToolUsageRecorded(person=PersonId(f"p-{person}"), at=day(at), **said)
    return told(data, name=f"use {person} {at} {feature} {said['tool']}")


def listed(person: str, at: float, department: str | None) -> Heard:
    data = PersonListed(person=PersonId(person), at=day(at), department=department)
    return told(data, name=f"listing {person} {at}")


@pytest.fixture(scope="module")
def settings(database: Addresses) -> MetricsSettings:
    return example(MetricsSettings).model_copy(
        update={
            "database_url": SecretStr(database.url),
            "migration_database_url": SecretStr(database.migration_url),
        }
    )


@pytest.fixture(scope="module")
async def opened(settings: MetricsSettings) -> AsyncIterator[Database]:
    await migrate("metrics", settings)
    db = Database(settings.database_url.get_secret_value())
    await db.open()
    yield db
    await db.close()


@pytest.fixture
async def kept(opened: Database, settings: MetricsSettings) -> Kept:
    """Return the tables, empty."""
    for table in _TABLES.split(", "):
        await opened.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    hashed = hashing(settings.person_key_bytes)
    clock = Clock()
    editions = Editions(
        opened, Timers(), agreed, zone=ZONE, works=weekday, now=clock.now,
        quiet=timedelta(minutes=10),
    )  # fmt: skip
    return Kept(
        opened, FactRows(hashed), DoingRows(hashed), Ledger(hashed, ZONE, lambda: HEARD_AT),
        clock, editions,
    )  # fmt: skip
