"""Notifications on a real PostgreSQL, with real HTTP and SMTP neighbours, and a clock to move."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2
from pydantic import SecretStr

from chassis.auth import web_client
from chassis.consuming import Heard
from chassis.migrate import migrate
from chassis.operation import application
from chassis.parts import Parts, Service, begin
from chassis.settings import example
from chassis.timers import TimerLoop
from contracts.catalog import declared
from contracts.envelope import Envelope
from contracts.vocabulary import Event, PersonId
from local.databases import Addresses
from notifications.consumers.audience import Spreading
from notifications.consumers.ears import Ears
from notifications.delivery.courier import Courier
from notifications.delivery.messenger import Messenger
from notifications.main import assemble
from notifications.projections import contacts
from notifications.settings import NotificationsSettings
from services.notifications.tests.neighbours import Neighbours, PostOffice

_TABLES = (
    "outage", "pulse", "hand_over", "webhook_call", "endpoint", "loop", "person", "absence",
    "contact", "notice", "audience_news", "review_wait", "preference", "timer", "subject_key",
    "outbox", "stands_apart",
)  # fmt: skip
ROOT = Path(__file__).parents[3]
RECENT = datetime(2100, 1, 1, tzinfo=UTC)


T = TypeVar("T")


def worker(service: Service, kind: type[T]) -> T:
    """Return what runs beside HTTP, by what it is and not by its place."""
    (found,) = [w for w in service.background if isinstance(w, kind)]
    return found


@dataclass
class House:
    """A whole notifications service, driven by hand: what it hears, what time it is."""

    parts: Parts
    service: Service
    settings: NotificationsSettings
    neighbours: Neighbours
    office: PostOffice
    client: httpx2.AsyncClient
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def courier(self) -> Courier:
        return worker(self.service, Courier)

    async def hear(self, event: Event, version: int | None = None, **changes: Any) -> Heard:
        """Let a fact arrive; its version is the next of its stream where none is given."""
        heard = self.envelope(event, version, **changes)
        await self.hear_again(heard)
        return heard

    async def hear_again(self, heard: Heard) -> None:
        topic = declared(heard.data).topic
        (subscription,) = [s for s in self.service.subscriptions if s.topic == topic]
        async with self.parts.db.transaction() as tx:
            await subscription.apply(tx, [heard])

    def envelope(self, event: Event, version: int | None = None, **changes: Any) -> Heard:
        kind = declared(event)
        key = str(getattr(event, kind.key))
        stream = f"{kind.stream}-{key}" if kind.stream else None
        if stream and version is None:
            version = self.versions[stream] = self.versions.get(stream, 0) + 1
        known: dict[str, Any] = {"recorded_at": RECENT, "correlation": key}
        known |= changes
        return Envelope(
            id=str(uuid4()), source=f"kiem/{kind.owner}", type=kind.type, key=key, data=event,
            occurred_at=event.at, stream=stream, version=version if stream else None, **known,
        )  # fmt: skip

    async def now(self) -> datetime:
        at: datetime = await self.parts.db.pool.fetchval("SELECT kiem_now()")
        return at

    async def pass_time(self, until: datetime) -> None:
        """Move the clock to a moment, and fire what is due then."""
        await self.parts.db.pool.execute(
            "UPDATE clock_offset SET forward = forward + ($1::timestamptz - kiem_now())", until
        )
        await self.parts.clock.sync()
        assert self.service.on_timer is not None
        loop = TimerLoop(self.parts.db, self.service.on_timer)
        while await loop.step():
            pass

    async def promised(self, event: Event, days: int) -> datetime:
        return self.parts.calendar.add_working_days(event.at, days)

    async def introduce(self, person: str, name: str, language: Any = "nl") -> None:
        given = contacts.Contact(
            person=PersonId(person), name=name, mail=f"{person}@example.org", language=language
        )
        await contacts.keep(self.parts.db, self.parts.keyring, given, await self.now())

    async def notices(self, **where: object) -> list[Any]:
        rows = await self.parts.db.pool.fetch("SELECT * FROM notice ORDER BY place")
        return [row for row in rows if all(row[k] == v for k, v in where.items())]

    async def events(self, category: str, id: object) -> list[Any]:  # noqa: A002
        return [r.data for r in await self.parts.store.load(f"{category}-{id}")]

    async def timers(self, subject: UUID) -> dict[str, datetime]:
        rows = await self.parts.db.pool.fetch(
            "SELECT kind, due FROM timer WHERE owner = $1", f"loop-{subject}"
        )
        return {row["kind"]: row["due"] for row in rows}

    async def send_all(self) -> int:
        """Send until nothing waits that may be sent now."""
        sent = 0
        while done := await self.courier.step():
            sent += done
        return sent

    @property
    def messenger(self) -> Messenger:
        return worker(self.service, Messenger)

    @property
    def ears(self) -> Ears:
        return worker(self.service, Ears)

    async def spread_all(self) -> int:
        """Tell every audience what it is still to be told; return in how many transactions."""
        spreading, rounds = worker(self.service, Spreading), 0
        while await spreading.step():
            rounds += 1
        return rounds

    async def post_all(self) -> int:
        """Post to webhooks until nothing waits that may be posted now."""
        posted = 0
        while done := await self.messenger.step():
            posted += done
        return posted

    async def hurry(self) -> None:
        """Let every waiting mail be due, whatever it waits for."""
        await self.parts.db.pool.execute(
            "UPDATE notice SET next_attempt_at = now() WHERE mail = 'waiting'"
        )
        await self.parts.db.pool.execute(
            "UPDATE webhook_call SET next_attempt_at = now() WHERE state = 'waiting'"
        )

    def as_(self, person: str, *roles: str) -> dict[str, str]:
        token = self.neighbours.token(person, *(roles or ("employee",)))
        return {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}


def settings_for(
    database: Addresses, neighbours: Neighbours, **changes: Any
) -> NotificationsSettings:
    """Return the settings of a house in a database, among these neighbours."""
    return example(NotificationsSettings).model_copy(
        update={
            "database_url": SecretStr(database.url),
            "migration_database_url": SecretStr(database.migration_url),
            "issuer": neighbours.url,
            "ideas_url": neighbours.url,
            "feedback_url": neighbours.url,
            "portal_url": "https://kiem.example",
            "public_url": "https://notices.example",
            "development": True,
            "hold_seconds": 0.0,
            "smtp_seconds": 2.0,
            "mail_refusals": 3,
            "webhook_loopback": True,
            "webhook_seconds": 2.0,
            "webhook_tries": 3,
        }
        | changes
    )


async def migrated(settings: NotificationsSettings) -> NotificationsSettings:
    await migrate("notifications", settings)
    return settings


def environment(settings: NotificationsSettings) -> dict[str, str]:
    told = {
        f"KIEM_{name.upper()}": str(
            value.get_secret_value() if isinstance(value, SecretStr) else value
        )
        for name, value in settings
        if value is not None
    }
    return {**os.environ, **told, "PYTHONPATH": str(ROOT)}


async def one_round(house: House, *what: str, **more: str) -> int:
    """Let another process carry the mails, or `webhooks`, once; return how it ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.notifications.tests.one_round",
        *what,
        env=environment(house.settings) | more,
        cwd=ROOT,
    )
    return await process.wait()


@asynccontextmanager
async def opened(
    settings: NotificationsSettings, neighbours: Neighbours, office: PostOffice
) -> AsyncIterator[House]:
    """Open a house that is empty, on a Monday at noon that is yet to come."""
    neighbours.status = 200
    neighbours.words = {"title": "Fietsen naar de klant", "author": "anna", "language": "nl"}
    neighbours.review, neighbours.matter = {}, {}
    neighbours.asked.clear()
    neighbours.traces.clear()
    async with web_client() as client:
        parts = Parts("notifications", settings, client)
        await parts.db.open()
        for table in _TABLES:
            await parts.db.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        await begin(parts)
        service = assemble(parts, settings)
        app = application(parts, service)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://notifications"
        ) as http:
            found = House(parts, service, settings, neighbours, office, http)
            found.ears.answered()
            await found.pass_time(_next_monday_noon(await found.now()))
            yield found
        await parts.db.close()


def _next_monday_noon(now: datetime) -> datetime:
    """Return a Monday in the first weeks of a September: no holiday is near."""
    september = datetime(now.year + 1, 9, 7, 12, tzinfo=UTC)
    return september - timedelta(days=september.weekday())
