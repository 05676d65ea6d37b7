"""What a service is made of: the parts it is given, and what it gives back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import httpx2
import structlog
from fastapi import APIRouter, FastAPI

from chassis.auth import Issuer, TokenSource, Verifier
from chassis.calendar import Calendar
from chassis.clock import Clock, database_clock
from chassis.commands import Commands
from chassis.consuming import Consumer
from chassis.consuming.desk import Desk
from chassis.consuming.subscription import AnySubscription
from chassis.database import TRANSIENT, Database
from chassis.decider import Decider
from chassis.health import Component, Health
from chassis.http.app import Doors, create_app
from chassis.http.asking import Pace
from chassis.http.letters import letters_router
from chassis.http.standing import clock_router, health_router, log_router
from chassis.keyring import Keyring
from chassis.peers import Peer
from chassis.projection import Follower, Projection
from chassis.relay import Relay
from chassis.settings import Settings, SettingsWrong
from chassis.store import EventStore
from chassis.timers import OnTimer, TimerLoop, Timers
from contracts.vocabulary import Event

log = structlog.get_logger()

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Event)
_FIRST_START = "INSERT INTO first_start (at) VALUES (kiem_now()) ON CONFLICT DO NOTHING"


@dataclass
class Parts:
    """What every service stands on. `first_start`: older facts cause nothing that people notice."""

    name: str
    settings: Settings
    db: Database
    keyring: Keyring
    store: EventStore
    clock: Clock
    calendar: Calendar
    timers: Timers
    relay: Relay
    client: httpx2.AsyncClient
    tokens: TokenSource
    doors: Doors
    health: Health
    first_start: datetime
    desk: Desk | None = None

    def commands(self, decider: Decider[S, C, E], category: str) -> Commands[S, C, E]:
        """Return what carries out the commands of one kind of aggregate."""
        return Commands(self.store, decider, category, self.wake)

    def wake(self) -> None:
        """Tell the relay that something was committed."""
        self.relay.wake()

    def peers(self, base_url: str) -> Peer:
        """Return another service, to be asked over HTTP."""
        return Peer(base_url, self.client, self.tokens)


@dataclass
class Service:
    """What a service does with its parts; `background` are loops, cancelled at the stop."""

    router: APIRouter
    subscriptions: Sequence[AnySubscription] = ()
    on_timer: OnTimer | None = None
    projections: Sequence[Projection] = ()
    background: Sequence[Callable[[], Awaitable[None]]] = ()


class Background:
    """A loop of the service itself, as a component."""

    def __init__(self, loop: Callable[[], Awaitable[None]]) -> None:
        self._loop = loop

    async def run(self) -> None:
        await self._loop()


def make(name: str, settings: Settings, client: httpx2.AsyncClient) -> Parts:
    """Put the parts together; nothing is opened or asked yet."""
    db = Database(settings.database_url.get_secret_value())
    try:
        keyring = Keyring(db, settings.keys.get_secret_value())
        calendar = Calendar(settings.country, settings.zone)
    except ValueError as error:
        raise SettingsWrong(str(error)) from None
    issuer = Issuer(settings.issuer, client)
    doors = Doors(
        verifier=Verifier(issuer, settings.audience),
        # The oldest key: adding a new one in front must not make repeated requests look different.
        digest_key=keyring.derived_all("idempotency")[-1],
        pace=Pace(settings.requests_per_second, settings.requests_burst),
    )
    return Parts(
        name=name, settings=settings, db=db, keyring=keyring, store=EventStore(db, keyring),
        clock=database_clock(db), calendar=calendar, timers=Timers(), doors=doors,
        relay=Relay(db, settings.kafka_bootstrap, name), client=client, health=Health(db),
        tokens=TokenSource(issuer, settings), first_start=datetime.max.replace(tzinfo=UTC),
    )  # fmt: skip


async def begin(parts: Parts) -> None:
    """Note the first start, once for ever, and set the clock."""
    await parts.db.pool.execute(_FIRST_START)
    parts.first_start = await parts.db.pool.fetchval("SELECT at FROM first_start")
    await parts.clock.sync()


async def reach_database(db: Database, patience: float) -> None:
    """Open the database, as soon as it answers."""
    until = asyncio.get_running_loop().time() + patience
    while True:
        try:
            await db.open()
        except TRANSIENT as error:
            if asyncio.get_running_loop().time() >= until:
                raise
            log.warning("database.waiting", error=type(error).__name__)
            await asyncio.sleep(0.5)
        else:
            return


def components(parts: Parts, service: Service) -> list[Component]:
    """Return what runs beside HTTP, in the order of its start."""
    db, bootstrap, heard = parts.db, parts.settings.kafka_bootstrap, service.subscriptions
    found: list[Component] = [parts.clock, parts.relay]
    if heard:
        consumer = Consumer(db, bootstrap, parts.name, parts.keyring, heard)
        parts.desk = consumer.desk
        found.append(consumer)
    if service.on_timer:
        found.append(TimerLoop(db, service.on_timer))
    followers = [Follower(db, parts.store, projection) for projection in service.projections]
    parts.relay.followers = followers
    found += followers
    found += [Background(loop) for loop in service.background]
    return found


def application(parts: Parts, service: Service) -> FastAPI:
    """Return the service's HTTP application, with the routes that every service has."""
    routers = [service.router, health_router(parts.health), log_router(parts.db, parts.name)]
    if service.subscriptions:
        routers.append(letters_router(lambda: _there(parts.desk)))
    if parts.settings.development:
        routers.append(clock_router(parts.db, parts.clock))
    return create_app(parts.name, routers, parts.doors, body_bytes=parts.settings.body_bytes)


def _there(desk: Desk | None) -> Desk:
    if desk is None:
        raise RuntimeError("the consumer has not begun")
    return desk
