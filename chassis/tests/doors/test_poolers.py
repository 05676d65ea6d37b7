"""A session that a pooler lends to others holds no lock of ours, so none is let between."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

from chassis.database import Database
from chassis.settings import SettingsWrong
from local.ports import free_port

from .poolers import MANNERS, NAMES_ITSELF, pooled

pytestmark = pytest.mark.integration

SAID = "KIEM_DATABASE_URL leads to a connection pooler"
INI = """
[databases]
* = host={server.host} port={server.port} user={server.username} password={server.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
{more}
"""


async def refusal(url: str) -> str:
    database = Database(url)
    try:
        with pytest.raises(SettingsWrong) as raised:
            await database.open()
    finally:
        await database.close()
    return str(raised.value)


@pytest.mark.parametrize("manner", MANNERS)
async def test_a_pooler_is_known_by_what_it_can_not_do(fresh: Any, manner: str) -> None:
    """P7: whichever of its habits it has, a service does not begin behind it."""
    async with pooled(fresh.url, manner) as url:
        said = await refusal(url)
    assert SAID in said
    assert "Name PostgreSQL's own host and port" in said


async def test_a_wire_that_only_passes_on_is_no_pooler(fresh: Any) -> None:
    """Such as a tunnel, or a proxy that chooses the server and then stays out of the way."""
    async with pooled(fresh.url, None) as url:
        database = Database(url)
        await database.open()
        assert await database.pool.fetchval("SELECT 1") == 1
        await database.close()


@pytest.mark.parametrize("word", ["serve", "rewrap"])
async def test_a_service_says_at_its_start_what_to_do(
    start: Callable[..., Any], fresh: Any, word: str
) -> None:
    async with pooled(fresh.url, NAMES_ITSELF) as url:
        code, said = await (await start(word, KIEM_DATABASE_URL=url)).ended()
    assert code == 78
    assert said.startswith(f"house: {SAID}")
    assert "Traceback" not in said


@pytest.fixture
async def pgbouncer(fresh: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Return a function that starts PgBouncer before a database, and returns its address."""
    program = shutil.which("pgbouncer")
    if program is None:
        pytest.skip("pgbouncer is not installed: the real one is not tried, only one like it")
    running: list[asyncio.subprocess.Process] = []
    # It refuses to be root.
    who = ("-u", "nobody") if os.geteuid() == 0 else ()

    async def begin(**how: str) -> str:
        port, settings = free_port(), tmp_path / "pgbouncer.ini"
        settings.write_text(INI.format(server=make_url(fresh.url), port=port, **how), "utf-8")
        running.append(
            await asyncio.create_subprocess_exec(
                program, *who, str(settings), stdout=DEVNULL, stderr=DEVNULL
            )
        )
        async with asyncio.timeout(20):
            while not await _listens(port):  # noqa: ASYNC110 - another process opens it
                await asyncio.sleep(0.02)
        return make_url(fresh.url).set(port=port).render_as_string(hide_password=False)

    yield begin
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


# What an operator may well have told it, so that other programs get through.
LENIENT = "ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout"


@pytest.mark.parametrize("mode", ["session", "transaction", "statement"])
@pytest.mark.parametrize("more", ["", LENIENT], ids=["as it comes", "lenient"])
async def test_the_real_one_is_known_in_each_of_its_modes(
    pgbouncer: Callable[..., Any], mode: str, more: str
) -> None:
    url = await pgbouncer(mode=mode, more=more)
    if more:  # it lets others in: what is refused is the pooler, not a setting
        connection = await asyncpg.connect(url, server_settings={"statement_timeout": "1000"})
        assert connection.get_server_pid() is not None
        connection.terminate()
    assert SAID in await refusal(url)
