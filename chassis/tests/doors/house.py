"""A small service of its own, written to a folder and run as a process."""

import asyncio
import base64
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from chassis.migrate import migrate
from chassis.settings import Settings, example

HOUSE = '''
"""A house with a slow door and a cellar that may collapse."""
import gc
gc.disable()  # as the services begin
import asyncio, os, sys
from pathlib import Path
from typing import Annotated
from fastapi import APIRouter, Depends
from pydantic import Field
from chassis.components import Loop
from chassis.http import caller
from chassis.process import Parts, Service, run
from chassis.settings import Settings

class HouseSettings(Settings):
    flag: str = Field(default="", description="a file")

def assemble(parts: Parts, settings: HouseSettings) -> Service:
    router = APIRouter(prefix="/v1")
    flag = Path(settings.flag)

    @router.get("/slow", dependencies=[Depends(caller())])
    async def slow() -> str:
        flag.with_suffix(".begun").touch()
        while not flag.exists():
            await asyncio.sleep(0.01)
        return "done" if gc.isenabled() else "nobody clears up"

    class Cellar(Loop):
        rests = 0.01

        async def step(self) -> None:
            if flag.with_suffix(".collapse").exists():
                raise LookupError("Xanthippe fell")

    return Service(router=router, background=[Cellar()])

if __name__ == "__main__":
    run("house", HouseSettings, assemble)
'''
FIRST = """
from chassis.migrate import run_chassis_sql
revision = "0001"
down_revision = None
def upgrade() -> None:
    run_chassis_sql("0001_event_store")
    run_chassis_sql("0002_lost_events")
    run_chassis_sql("0003_topics_made_anew")
    run_chassis_sql("0004_consumer_group")
"""
SECOND = """
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade() -> None:
    op.execute("CREATE TABLE room (name text PRIMARY KEY)")
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package `house`; its folder is importable here and in the processes that are started."""
    package = tmp_path / "house"
    (package / "migrations" / "versions").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(HOUSE)
    (package / "migrations" / "versions" / "0001_event_store.py").write_text(FIRST)
    (package / "migrations" / "versions" / "0002_rooms.py").write_text(SECOND)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "house", raising=False)
    return package


@pytest.fixture
def environment(house: Path, database: Any, issuer: str) -> dict[str, str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("KIEM_", "OTEL_"))}
    return inherited | {
        "PYTHONPATH": str(house.parent),
        "KIEM_DATABASE_URL": database.url,
        "KIEM_MIGRATION_DATABASE_URL": database.migration_url,
        "KIEM_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "KIEM_PORT": str(port),
        "KIEM_ISSUER": issuer,
        "KIEM_KEYS": "k1:" + base64.b64encode(b"k" * 32).decode(),
        "KIEM_CLIENT_ID": "house",
        "KIEM_CLIENT_SECRET": "not-to-be-shown",
        "KIEM_DEVELOPMENT": "true",
        "KIEM_DRAIN_SECONDS": "1",
        "KIEM_FLAG": str(house / "flag"),
    }


class Running:
    """A process of the service, and what it said."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process, self.url = process, url

    async def ended(self) -> tuple[int, str]:
        said, _ = await asyncio.wait_for(self.process.communicate(), 30)
        return self.process.returncode or 0, said.decode()


@pytest.fixture
async def start(environment: dict[str, str]) -> AsyncIterator[Callable[..., Any]]:
    """Return a function that runs `python -m house …`; whatever still runs is killed at the end."""
    started: list[asyncio.subprocess.Process] = []

    async def run(*words: str, **changes: str) -> Running:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "house", *words, env=environment | changes,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        started.append(process)
        return Running(process, f"http://127.0.0.1:{environment['KIEM_PORT']}")

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
async def until(web: httpx2.AsyncClient) -> Callable[..., Any]:
    """Return a function that asks an address until it answers with a status."""

    async def wait(url: str, status: int) -> httpx2.Response:
        async with asyncio.timeout(20):
            while True:
                try:
                    answer = await web.get(url)
                    if answer.status_code == status:
                        return answer
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.02)

    return wait


@pytest.fixture
async def fresh(postgres: Any) -> AsyncIterator[Any]:
    made = await postgres.database()
    yield made
    await postgres.drop(made)


def settings_for(made: Any, *, development: bool = False) -> Settings:
    return example(Settings).model_copy(
        update={
            "database_url": SecretStr(made.url),
            "migration_database_url": SecretStr(made.migration_url),
            "development": development,
        }
    )


@pytest.fixture
async def migrated(house: Path, database: Any) -> None:
    await migrate("house", settings_for(database, development=True))
