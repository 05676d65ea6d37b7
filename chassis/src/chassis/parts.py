"""What a service is made of: the parts it is given, and what it gives back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
from fastapi import APIRouter

from chassis import auth, calendar, clock, components, http, migrate, projection, relay, timers
from chassis.commands import Commands, E
from chassis.consuming import AnySubscription
from chassis.consuming.consumer import Consumer
from chassis.database import TRANSIENT, Database
from chassis.decider import C, Decider, S
from chassis.keyring import Keyring
from chassis.log import log
from chassis.settings import Settings
from chassis.store import EventStore

_FIRST_START = "INSERT INTO first_start (at) VALUES (kiem_now()) ON CONFLICT DO NOTHING"


class Parts:
    """What every service stands on; nothing is opened or asked before `begin`.

    `first_start`: older facts cause nothing that people notice.
    """

    def __init__(self, name: str, settings: Settings, client: httpx2.AsyncClient) -> None:
        self.name, self.settings, self.client = name, settings, client
        self.db = Database(settings.database_url.get_secret_value())
        self.keyring = Keyring(self.db, settings.keys.get_secret_value())
        self.calendar = calendar.Calendar(settings.country, settings.zone)
        self.store = EventStore(self.db, self.keyring)
        self.clock = clock.Clock(lambda: self.db.pool.fetchval("SELECT kiem_now()"))
        self.timers = timers.Timers()
        self.relay = relay.Relay(self.db, settings.kafka_bootstrap, name)
        self.wake = self.relay.wake  # something was committed
        self.issuer = auth.Issuer(settings, client)
        self.doors = http.Doors(
            auth.Verifier(settings.issuer, self.issuer.keys, settings.audience),
            # The oldest key: a new one in front must not make repeated requests look different.
            digest_key=self.keyring.derived_all("idempotency")[-1],
            pace=http.Pace(settings.requests_per_second, settings.requests_burst),
        )
        self.first_start = datetime.max.replace(tzinfo=UTC)
        self.running: Sequence[components.Loop] = ()  # beside HTTP, in the order of its start
        self.consumer: Consumer  # of a service that hears something, once its components are made
        self.stopping = False

    def commands(self, decider: Decider[S, C, E], category: str) -> Commands[S, C, E]:
        """Return what carries out the commands of one kind of aggregate."""
        return Commands(self.store, decider, category, self.wake)

    def stuck(self) -> list[str]:
        """Return what stands still; starting the process anew may help."""
        return [why for part in self.running if (why := part.healthy())]

    def peers(self, base_url: str) -> auth.Peer:
        """Return another service, to be asked over HTTP."""
        return auth.Peer(base_url, self.client, self.issuer)


@dataclass
class Service:
    """What a service does with its parts; `background` runs beside the others."""

    router: APIRouter
    subscriptions: Sequence[AnySubscription] = ()
    on_timer: timers.OnTimer | None = None
    projections: Sequence[projection.Projection] = ()
    background: Sequence[components.Loop] = ()


async def reach_database(parts: Parts) -> None:
    """Open the database as soon as it answers, and refuse one that is behind."""
    async with asyncio.timeout(parts.settings.start_seconds):
        while parts.db.pool is None:
            try:
                await parts.db.open()
            except TRANSIENT as error:
                log.warning("database.waiting", error=type(error).__name__)
                await asyncio.sleep(0.5)
    await migrate.check(parts.db, parts.name)


async def begin(parts: Parts) -> None:
    """Note the first start, once for ever, and set the clock."""
    await reach_database(parts)
    await parts.db.pool.execute(_FIRST_START)
    parts.first_start = await parts.db.pool.fetchval("SELECT at FROM first_start")
    await parts.clock.sync()


def running(parts: Parts, service: Service) -> Sequence[components.Loop]:
    """Make what runs beside HTTP."""
    db, bootstrap, heard = parts.db, parts.settings.kafka_bootstrap, service.subscriptions
    found: list[components.Loop] = [parts.clock, parts.relay]
    if heard:
        parts.consumer = Consumer(db, bootstrap, parts.name, parts.keyring, heard)
        found.append(parts.consumer)
    if service.on_timer:
        found.append(timers.TimerLoop(db, service.on_timer))
    if service.projections:
        follower = projection.Follower(db, parts.store, *service.projections)
        parts.relay.sequenced = follower.wake
        found.append(follower)
    parts.running = [*found, *service.background]
    return parts.running
