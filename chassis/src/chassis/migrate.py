"""Brings a service's database to the shape its code needs: one at a time, all or nothing.

A migration is a file `migrations/versions/NNNN_….py` of the service, with `revision = "NNNN"`. The
owner of the database runs them; the service itself works as a role that may not change the past.
"""

from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, NullPool, make_url

from chassis.database import Database, engine_for
from chassis.settings import Settings, SettingsWrong

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(118100417408361)"
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
REVOKE UPDATE, DELETE ON lost_event FROM {role};
REVOKE INSERT, {update}DELETE ON clock_offset FROM {role};
"""


class MigrationsBehind(Exception):
    """The database is older than the code; the message says what to run."""


def versions(service: str) -> Path:
    """Return the folder with a service's migrations."""
    return Path(str(files(service))) / "migrations" / "versions"


def newest(service: str) -> str:
    """Return the revision that the code needs, from the file names alone: alembic loads slowly."""
    numbered = versions(service).glob("[0-9][0-9][0-9][0-9]_*.py")
    return max((file.name[:4] for file in numbered), default="")


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
    url = settings.migration_database_url.get_secret_value()
    async with Database(url).connected():
        pass  # who is not let in is told so by asyncpg itself: SQLAlchemy has one error for all
    engine = engine_for(url, {}, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(_ONE_AT_A_TIME)
            await connection.exec_driver_sql(_IMPATIENT)
            await connection.run_sync(_upgrade, service)
            await connection.run_sync(_grant, role, settings.development)
    finally:
        await engine.dispose()
    return newest(service)


def _upgrade(connection: Connection, service: str) -> None:
    from alembic import command  # noqa: PLC0415 - half a second, and only here
    from alembic.config import Config  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    if (MigrationContext.configure(connection).get_current_revision() or "") > newest(service):
        return  # a newer release migrated already: rolling back must find nothing to do
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(files("chassis") / "alembic"))
    config.set_main_option("version_locations", str(versions(service)))
    config.set_main_option("path_separator", "newline")
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
