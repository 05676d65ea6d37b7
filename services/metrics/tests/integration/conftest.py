"""A migrated database of metrics, and short ways to let it hear."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from chassis.consuming import Heard
from chassis.database import Database
from chassis.migrate import migrate
from chassis.settings import example
from contracts.catalog import declared
from contracts.envelope import Envelope
from contracts.outside import PersonListed, ToolUsageRecorded
from contracts.vocabulary import Event, PersonId
from local.databases import Addresses
from metrics.domain.answers import Answer, Question, answer
from metrics.domain.definitions import REGISTER
from metrics.projections.doings import DoingRows
from metrics.projections.facts import FactRows
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
    "dead_letter, projection, projection_position"
)


@dataclass
class Kept:
    """The database of metrics, with what fills and reads it."""

    db: Database
    facts: FactRows
    doings: DoingRows
    ledger: Ledger

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
    return Kept(opened, FactRows(hashed), DoingRows(hashed), Ledger(hashed, ZONE, lambda: HEARD_AT))
