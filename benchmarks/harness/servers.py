"""The servers that everybody is measured on: a PostgreSQL with fsync on, and a Kafka."""

import asyncio
import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from benchmarks.harness import feed
from chassis.migrate import migrate
from chassis.settings import Settings, example
from contracts.catalog import DECLARED
from feedback.settings import FeedbackSettings
from ideas.settings import IdeasSettings
from local.databases import Addresses, connect, create_database, drop_database
from local.home import Home
from local.kafka import Kafka
from local.plan import Plan
from local.ports import claim_hundred
from local.postgres import Postgres
from local.topics import create_topics, declared
from metrics.settings import MetricsSettings
from notifications.settings import NotificationsSettings

SETTINGS: dict[str, type[Settings]] = {
    "ideas": IdeasSettings, "feedback": FeedbackSettings,
    "metrics": MetricsSettings, "notifications": NotificationsSettings,
}  # fmt: skip


@dataclass
class Servers:
    """Addresses of the servers, and databases to be had in them."""

    postgres: Postgres
    kafka: Kafka
    plan: Plan
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return self.postgres.url

    @property
    def bootstrap(self) -> str:
        return self.kafka.bootstrap

    async def empty_database(self) -> Addresses:
        """Make a database of its own for a baseline."""
        return await create_database(
            self.url, f"bench_{next(self._numbers)}", owner_password=secrets.token_hex(8),
            app_password=secrets.token_hex(8),
        )  # fmt: skip

    async def database(self, service: str) -> Addresses:
        """Make a database with the tables of a service, and forget what was told of earlier ones.

        A store that knows less than Kafka was restored to an older copy, and refuses commands.
        """
        for topic in {d.topic for d in DECLARED.values() if d.stream and d.owner == service}:
            await feed.forget(self.bootstrap, topic)
        made = await self.empty_database()
        await migrate(service, settings_of(service, made))
        return made

    async def drop(self, database: Addresses) -> None:
        await drop_database(self.url, database.name)

    async def checkpoint(self) -> None:
        """Let PostgreSQL write down now what it would otherwise write in somebody's turn."""
        raw = await connect(self.url)
        await raw.execute("CHECKPOINT")
        await raw.close()


def settings_of(service: str, database: Addresses) -> Any:
    """Return settings of a service that are good enough for its tables."""
    return example(SETTINGS[service]).model_copy(
        update={
            "database_url": SecretStr(database.url),
            "migration_database_url": SecretStr(database.migration_url),
        }
    )


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Start both servers in a folder of their own, with the topics; end them and forget it all."""
    folder = Path(tempfile.mkdtemp(prefix="kiem-bench-"))
    folder.chmod(0o711)
    base = claim_hundred()
    home = Home(folder / "home")
    plan = Plan(home=home, base=base, postgres_url=None, kafka_bootstrap=None, desk="desk")
    postgres = Postgres(home.postgres, plan.port("postgres"))
    kafka = Kafka(home.kafka, plan.port("kafka"))
    try:
        home.prepare()
        _start_with_commit_times(postgres)
        kafka.start()
        asyncio.run(create_topics(kafka.bootstrap, declared()))
        yield Servers(postgres, kafka, plan)
    finally:
        kafka.stop()
        postgres.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _start_with_commit_times(postgres: Postgres) -> None:
    """Commit times let a commit in one database be compared with one in another, to the µs."""

    async def ask() -> None:
        raw = await connect(postgres.url)
        await raw.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        await raw.close()

    postgres.start()
    asyncio.run(ask())
    postgres.stop()
    postgres.start()
