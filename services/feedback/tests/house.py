"""A whole feedback service on a real PostgreSQL, driven by hand: what it hears, who asks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
from pydantic import SecretStr

from chassis.auth import Caller, IssuerUnavailable, Verifier, web_client
from chassis.consuming import Heard, Subscription
from chassis.http import Doors, Pace
from chassis.migrate import migrate
from chassis.operation import application
from chassis.parts import Parts, Service, begin
from chassis.projection import Follower
from chassis.relay import _SEQUENCE, SEQUENCED
from chassis.settings import example
from contracts.catalog import declared
from contracts.envelope import Envelope
from contracts.ideas import IdeaSubmitted
from contracts.outside import PersonListed
from contracts.vocabulary import Event, IdeaId, PersonId
from feedback.consumers import Hearing
from feedback.main import assemble
from feedback.settings import FeedbackSettings
from local.databases import Addresses
from services.feedback.tests.stories import ANNA, BEA, DESK, day

_TABLES = (
    "review_queue_v1", "person_v1", "absence_v1", "idea_birth_v1", "named_v1", "subject_key",
    "rubric_v1", "reason_v1", "note_v1", "opinion_v1", "absorbed_v1", "stand_in_v1",
)  # fmt: skip


IN_A_MONTH = f"{datetime.now(UTC).date() + timedelta(days=30)}"
IN_A_YEAR = f"{datetime.now(UTC).date() + timedelta(days=365)}"  # later than a promise may be


class AnyToken(Verifier):
    """Believes every token: it is who asks, and with which roles."""

    def __init__(self) -> None:
        super().__init__("urn:nobody", self._keys_of_nobody, "kiem")

    async def _keys_of_nobody(self) -> Any:
        raise IssuerUnavailable

    async def verify(self, token: str) -> Caller:
        if ":" not in token and "." in token:  # a real one, or what was made of one
            return await super().verify(token)
        who, _, roles = token.partition(":")
        return Caller(who, frozenset(roles.split(",")), token)


@dataclass
class House:
    """Feedback with what fills and reads it."""

    parts: Parts
    service: Service
    door: httpx2.AsyncClient
    versions: dict[str, int] = field(default_factory=dict)

    def heard(self, event: Event) -> Heard:
        """Return an event as it is heard, the next of its stream."""
        kind = declared(event)
        key = str(getattr(event, kind.key))
        stream = f"{kind.stream}-{key}" if kind.stream else None
        if stream:
            self.versions[stream] = self.versions.get(stream, 0) + 1
        return Envelope(
            id=str(uuid4()), source=f"kiem/{kind.owner}" if stream else "hr", type=kind.type,
            key=key, data=event, occurred_at=event.at, recorded_at=event.at, stream=stream,
            version=self.versions[stream] if stream else None, correlation=key,
        )  # fmt: skip

    async def hear(self, *events: Event) -> None:
        for event in events:
            await self.hear_again(self.heard(event))

    async def hear_again(self, heard: Heard) -> None:
        """Let a fact arrive as the consumer lets it, in one transaction with its effect."""
        topic = declared(heard.data).topic
        (found,) = [s for s in self.service.subscriptions if s.topic == topic]
        assert isinstance(found, Subscription)
        async with self.parts.db.transaction() as tx:
            await found.apply(tx, [heard])
        await self.follow()

    async def look_again(self, at: datetime) -> None:
        (heard, *_) = self.service.subscriptions
        hearing = getattr(heard.handler, "__self__", None)
        assert isinstance(hearing, Hearing)
        async with self.parts.db.transaction() as tx:
            await hearing.look_again(tx, at)
        await self.follow()

    async def hear_at_once(self, *events: Event) -> None:
        """Let facts of one topic arrive in one transaction."""
        batch = [self.heard(event) for event in events]
        (found,) = [s for s in self.service.subscriptions if s.topic == declared(events[0]).topic]
        async with self.parts.db.transaction() as tx:
            await found.apply(tx, batch)

    async def follow(self) -> None:
        """Let positions be given, and the projections catch up."""
        for projection in self.service.projections:
            await follow(self.parts, Follower(self.parts.db, self.parts.store, projection))

    async def told(self, idea: UUID) -> list[Any]:
        return [recorded.data for recorded in await self.parts.store.load(f"review-{idea}")]

    async def reviewer(self, idea: UUID) -> str | None:
        found: str | None = await self.parts.db.pool.fetchval(
            "SELECT reviewer FROM review_queue_v1 WHERE idea = $1", idea
        )
        return found

    async def ask(self, path: str, who: str = "anna:employee", **params: Any) -> Any:
        return await self.door.get(path, params=params, headers={"authorization": f"Bearer {who}"})

    async def tell(self, path: str, body: Any, who: str, key: str = "") -> Any:
        headers = {"authorization": f"Bearer {who}", "idempotency-key": key or str(uuid4())}
        return await self.door.post(path, json=body, headers=headers)


async def follow(parts: Parts, follower: Follower) -> None:
    """Let the follower take all there is."""
    ((name, version),) = follower._projections
    await parts.db.pool.execute(
        "INSERT INTO projection (name, version, active) VALUES ($1, $2, true) "
        "ON CONFLICT DO NOTHING", name, version,
    )  # fmt: skip
    await parts.db.pool.execute(
        "INSERT INTO projection_position VALUES ($1, $2, 'store', 0) ON CONFLICT DO NOTHING",
        name, version,
    )  # fmt: skip
    await sequence(parts)
    while await follower.step():
        pass


async def sequence(parts: Parts) -> None:
    """Give positions as the relay does."""
    epoch = await parts.db.pool.fetchval("SELECT epoch FROM relay_state")
    while await parts.db.pool.fetchval(_SEQUENCE, epoch, SEQUENCED):
        pass


@asynccontextmanager
async def opened(database: Addresses, **changes: Any) -> AsyncIterator[House]:
    """Open a feedback service in a database; it hears and is asked by hand."""
    settings = example(FeedbackSettings).model_copy(
        update={
            "database_url": SecretStr(database.url),
            "migration_database_url": SecretStr(database.migration_url),
            "desk": DESK,
        }
        | changes
    )
    await migrate("feedback", settings)
    async with web_client() as client:
        parts = Parts("feedback", settings, client)
        parts.doors = Doors(AnyToken(), b"key", Pace(100_000, 100_000))
        await parts.db.open()
        await begin(parts)
        service = assemble(parts, settings)
        transport = httpx2.ASGITransport(app=application(parts, service))
        async with httpx2.AsyncClient(transport=transport, base_url="http://feedback") as door:
            yield House(parts, service, door)
        await parts.db.close()


async def emptied(house: House) -> House:
    for table in _TABLES:
        await house.parts.db.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    return house


def submitted(idea: IdeaId | None = None, **changes: Any) -> IdeaSubmitted:
    told: dict[str, Any] = {
        "idea": idea or IdeaId(uuid4()), "author": ANNA, "co_authors": (BEA,),
        "department": "sales", "at": day(0), "accountable": DESK, "due": day(5),
    }  # fmt: skip
    return IdeaSubmitted(**told | changes)


def person(
    who: str, roles: Sequence[str] = ("employee",), at: datetime | None = None, **more: Any
) -> PersonListed:
    return PersonListed(person=PersonId(who), roles=tuple(roles), at=at or day(-1), **more)


def reviewer(who: str, at: datetime | None = None, **more: Any) -> PersonListed:
    return person(who, ("employee", "reviewer"), at, **more)
