"""Brings a service's database to the shape its code needs: one at a time, all or nothing.

A migration is a file `migrations/versions/NNNN_….py` of the service, with `revision = "NNNN"`. The
owner of the database runs them; the service itself works as a role that may not change the past.
"""

import re
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from chassis.database import Database
from chassis.settings import LOOPBACK, Settings, SettingsWrong

_ONE_AT_A_TIME = 0x6B69_656D_6D69  # an advisory lock
_NUMBERED = re.compile(r"^(\d{4})_\w+\.py$")
_IMPATIENT = (
    "SELECT set_config('lock_timeout', '4s', true), set_config('statement_timeout', '60s', true)"
)
# Facts are never changed: by privilege, not by good manners.
_GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE, TRUNCATE ON event, event_position, command_log FROM {role};
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role};
REVOKE UPDATE, DELETE ON first_start FROM {role};
REVOKE INSERT, {update}DELETE ON clock_offset FROM {role};
"""


class MigrationsBehind(Exception):
    """The database is older than the code; the message says what to run."""


def versions(service: str) -> Path:
    """Return the folder with a service's migrations."""
    spec = find_spec(service)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"there is no package {service!r}")
    return Path(spec.submodule_search_locations[0]) / "migrations" / "versions"


def newest(service: str) -> str:
    """Return the revision that the code needs, from the file names alone: alembic loads slowly."""
    found = [m[1] for file in versions(service).glob("*.py") if (m := _NUMBERED.match(file.name))]
    return max(found, default="")


async def check(db: Database, service: str) -> None:
    """Refuse a database that is behind; one that is ahead is fine, as releases overlap."""
    at = None
    if await db.pool.fetchval("SELECT to_regclass('alembic_version')"):
        at = await db.pool.fetchval("SELECT max(version_num) FROM alembic_version")
    wanted = newest(service)
    if (at or "") < wanted:
        raise MigrationsBehind(
            f"the database of {service} is at migration {at or 'none'} and the code needs "
            f"{wanted}: run `python -m {service} migrate`"
        )


async def migrate(service: str, settings: Settings) -> str:
    """Run what is missing, and grant the service's role what it may do; return the revision."""
    if settings.migration_database_url is None:
        raise SettingsWrong(
            "KIEM_MIGRATION_DATABASE_URL is missing: set it to the database's URL as its owner"
        )
    role = make_url(settings.database_url.get_secret_value()).username or ""
    engine = _engine(settings.migration_database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME}
            )
            await connection.execute(text(_IMPATIENT))
            if not await _ahead(connection, service):
                await connection.run_sync(_upgrade, service)
            await connection.run_sync(_grant, role, settings.development)
    finally:
        await engine.dispose()
    return newest(service)


def _engine(url: SecretStr) -> AsyncEngine:
    parsed = make_url(url.get_secret_value()).set(drivername="postgresql+asyncpg")
    local = {"ssl": False} if parsed.host in LOOPBACK else {}
    return create_async_engine(parsed, poolclass=NullPool, connect_args=local)


async def _ahead(connection: AsyncConnection, service: str) -> bool:
    """Tell whether a newer release migrated already: rolling back must find nothing to do."""
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return False
    at = await connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return bool(at and at > newest(service))


def _upgrade(connection: Connection, service: str) -> None:
    from alembic import command  # noqa: PLC0415 - half a second, and only here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files("chassis") / "alembic"))
    config.set_main_option("version_locations", str(versions(service)))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _grant(connection: Connection, role: str, development: bool) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    run_sql(connection, _GRANTS.format(role=quoted, update="" if development else "UPDATE, "))


def run_sql(connection: Connection, script: str) -> None:
    """Run several statements at once, within the connection's transaction."""
    connection.exec_driver_sql("SELECT 1")  # the driver begins its transaction with the first one
    raw = connection.connection.dbapi_connection
    raw.run_async(lambda asyncpg: asyncpg.execute(script))  # type: ignore[union-attr]


def run_chassis_sql(name: str) -> None:
    """Run `chassis/sql/<name>.sql` from within a service's migration."""
    from alembic import op  # noqa: PLC0415

    run_sql(op.get_bind(), (files("chassis") / "sql" / f"{name}.sql").read_text("utf-8"))
