"""Migrations: one at a time, all or nothing, and the past stays as it is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chassis.database import Database
from chassis.migrate import MigrationsBehind, check, migrate
from chassis.settings import Settings, SettingsWrong, example

from .house import settings_for

pytestmark = pytest.mark.integration


@pytest.fixture
async def app(house: Path, fresh: Any) -> AsyncIterator[Any]:
    await migrate("house", settings_for(fresh))
    connection = await asyncpg.connect(fresh.url, ssl=False)
    yield connection
    await connection.close()


async def test_several_at_once_run_each_migration_once(house: Path, fresh: Any) -> None:
    settings = settings_for(fresh)

    assert await asyncio.gather(*(migrate("house", settings) for _ in range(3))) == ["0002"] * 3
    assert await migrate("house", settings) == "0002"


async def test_a_migration_that_fails_leaves_nothing_behind(house: Path, fresh: Any) -> None:
    broken = house / "migrations" / "versions" / "0003_broken.py"
    broken.write_text(
        'from alembic import op\nrevision = "0003"\ndown_revision = "0002"\n'
        'def upgrade() -> None:\n    op.execute("CREATE TABLE a ()")\n    op.execute("nonsense")\n'
    )
    with pytest.raises(Exception, match="nonsense"):
        await migrate("house", settings_for(fresh))

    owner = await asyncpg.connect(fresh.migration_url, ssl=False)
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert await owner.fetchval(tables) == 0
    broken.unlink()
    assert await migrate("house", settings_for(fresh)) == "0002"
    await owner.close()


async def test_code_refuses_a_database_behind_it_and_takes_one_ahead(
    house: Path, fresh: Any
) -> None:
    db = Database(fresh.url)
    await db.open()
    with pytest.raises(MigrationsBehind, match=r"needs 0002: run `python -m house migrate`"):
        await check(db, "house")
    await migrate("house", settings_for(fresh))
    await check(db, "house")

    newer = house / "migrations" / "versions" / "0003_attic.py"
    newer.write_text('revision = "0003"\ndown_revision = "0002"\ndef upgrade() -> None: ...\n')
    with pytest.raises(MigrationsBehind, match="at migration 0002"):
        await check(db, "house")
    await migrate("house", settings_for(fresh))
    newer.unlink()
    await check(db, "house")
    await migrate("house", settings_for(fresh))  # a release was rolled back: nothing to do
    assert await db.pool.fetchval("SELECT max(version_num) FROM alembic_version") == "0003"
    await db.close()


async def test_without_the_owners_address_it_says_which_setting_is_missing(house: Path) -> None:
    with pytest.raises(SettingsWrong, match="KIEM_MIGRATION_DATABASE_URL"):
        await migrate("house", example(Settings))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET type = 'x'",
        "DELETE FROM event",
        "TRUNCATE event",
        "UPDATE command_log SET version = 1",
        "DELETE FROM event_position",
        "UPDATE alembic_version SET version_num = '0'",
        "UPDATE first_start SET at = now()",
        "UPDATE clock_offset SET forward = '1 day'",
        "CREATE TABLE mine ()",
        "DROP TABLE event",
    ],
)
async def test_the_service_itself_cannot_change_the_past_or_the_shape(
    app: Any, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement)


async def test_the_service_works_on_everything_else(app: Any) -> None:
    await app.execute("INSERT INTO room VALUES ('kitchen'); DELETE FROM room")
    assert await app.fetchval("SELECT kiem_now() IS NOT NULL")
    assert await app.fetchval("SELECT nextval('outbox_id_seq')")


async def test_only_development_may_move_the_clock(house: Path, fresh: Any) -> None:
    await migrate("house", settings_for(fresh, development=True))
    connection = await asyncpg.connect(fresh.url, ssl=False)

    await connection.execute("UPDATE clock_offset SET forward = '1 day'")
    assert await connection.fetchval("SELECT kiem_now() > now() + interval '23 hours'")
    await connection.close()
