"""A migrated database for each module, emptied for each test; topics that nobody else uses."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from chassis import migrate
from chassis.consuming import BatchSubscription, Subscription, claims
from chassis.database import Database
from chassis.relay import Relay
from chassis.settings import Settings, example
from contracts.ideas import TOPIC
from local.databases import Addresses, connect

from .listening import Listener
from .moody import Moody
from .stage import Line, Stage, Topics, redirected

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))  # where the service `probe` lives

_EMPTY = """
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
               AND tablename NOT IN ('alembic_version', 'clock_offset', 'relay_state')
    LOOP EXECUTE format('DELETE FROM %I', one); END LOOP;
    UPDATE clock_offset SET forward = '0';
    UPDATE relay_state SET epoch = 0, owner = NULL, last_gpos = 0, published_gpos = 0,
                           cluster_id = NULL;
END $$
"""


async def migrated(made: Addresses) -> None:
    """Give a database the tables of `probe`, and its role the privileges of a service."""
    settings = example(Settings).model_copy(
        update={
            "database_url": SecretStr(made.url),
            "migration_database_url": SecretStr(made.migration_url),
            "development": True,
        }
    )
    await migrate.migrate("probe", settings)


@pytest.fixture(scope="module")
async def ground(database: Addresses) -> AsyncIterator[tuple[Database, Any, str]]:
    await migrated(database)
    db = Database(database.url)
    await db.open()
    owner = await connect(database.migration_url)
    yield db, owner, database.url
    await owner.close()
    await db.close()


@pytest.fixture
async def stage(ground: tuple[Database, Any, str]) -> Stage:
    """An empty service."""
    db, owner, url = ground
    await owner.execute(_EMPTY)
    return Stage(db, owner, url)


@pytest.fixture
async def topics(kafka: Any, unique: str, monkeypatch: pytest.MonkeyPatch) -> Topics:
    """Topics of this test only; whoever publishes or decodes here takes them for the real ones."""
    made = Topics(f"ideas-{unique}", f"usage-{unique}")
    await kafka.topics(*made)
    monkeypatch.setattr("chassis.relay.DECLARED", redirected(made))
    monkeypatch.setattr("contracts.cloudevents.DECLARED", redirected(made))
    return made


@pytest.fixture
def listener(stage: Stage, kafka: Any, topics: Topics, unique: str) -> Listener:
    return Listener(stage, kafka, topics, unique)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition rest briefly after trouble."""
    monkeypatch.setattr(claims, "LONGEST", 0.2)


@pytest.fixture
def moody(stage: Stage) -> Moody:
    return Moody(stage)


@pytest.fixture(params=["one by one", "in batches"])
def line(stage: Stage, moody: Moody, request: pytest.FixtureRequest) -> Line:
    if request.param == "in batches":
        return Line(stage, BatchSubscription(TOPIC, moody.batch))
    return Line(stage, Subscription(TOPIC, moody))


@pytest.fixture
def relay(stage: Stage, kafka: Any) -> Relay:
    return Relay(stage.db, kafka.bootstrap, "ideas")
