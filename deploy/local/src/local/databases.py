"""One database for one service, with an owner who migrates and a role that may do little."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,50}$")


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where a service finds its database: `url` for work, `migration_url` for migrations."""

    name: str
    url: str
    migration_url: str


async def connect(url: str) -> Any:
    """Open one connection; on the loopback there is no TLS to be had."""
    loopback = urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}
    return await asyncpg.connect(url, **({"ssl": False} if loopback else {}))


async def create_database(
    admin_url: str, name: str, *, owner_password: str, app_password: str
) -> Addresses:
    """Make the database and its two roles, or set the passwords of those that exist."""
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is no database name: small letters, digits and _ only")
    owner, app = f"{name}_owner", f"{name}_app"
    admin = await connect(admin_url)
    try:
        await _role(admin, owner, owner_password)
        await _role(admin, app, app_password)
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await admin.execute(f"GRANT {owner} TO CURRENT_USER")
            await admin.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
        await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {app}")
    finally:
        await admin.close()
    await _settle(_address(admin_url, name), owner, app)
    return Addresses(
        name=name,
        url=_address(admin_url, name, app, app_password),
        migration_url=_address(admin_url, name, owner, owner_password),
    )


async def _role(admin: Any, role: str, password: str) -> None:
    known = await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    # Roles take no parameters; the literal is quoted by the server itself.
    secret = await admin.fetchval("SELECT quote_literal($1::text)", password)
    verb = "ALTER" if known else "CREATE"
    await admin.execute(f"{verb} ROLE {role} LOGIN PASSWORD {secret}")


async def _settle(url: str, owner: str, app: str) -> None:
    """The schema belongs to the owner; nobody else may make anything in it."""
    inside = await connect(url)
    try:
        await inside.execute(f"ALTER SCHEMA public OWNER TO {owner}")
        await inside.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await inside.execute(f"GRANT USAGE ON SCHEMA public TO {app}")
    finally:
        await inside.close()


async def drop_database(admin_url: str, name: str) -> None:
    """Remove the database with its roles, whoever is still connected."""
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is no database name")
    admin = await connect(admin_url)
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in (f"{name}_owner", f"{name}_app"):
            await admin.execute(f"DROP ROLE IF EXISTS {role}")
    finally:
        await admin.close()


def _address(
    admin_url: str, database: str, user: str | None = None, password: str | None = None
) -> str:
    """Return the admin's address with another database, and another user where one is named."""
    parts = urlsplit(admin_url)
    netloc = parts.netloc
    if user is not None and password is not None:
        netloc = f"{user}:{quote(password, safe='')}@{netloc.rpartition('@')[2]}"
    return urlunsplit(("postgresql", netloc, f"/{database}", parts.query, ""))
