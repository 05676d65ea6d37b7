"""Each service describes itself, migrates and serves where the code of the others is not there."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local.databases import Addresses
from local.plan import SERVICES
from local.ports import free_port
from tests.journeys.house import House, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

PACKAGES = {*SERVICES, "cli", "history", "local"}
ALONE = """
import runpy, sys
others = set({others!r})
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in others:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Gone())
for name in others:
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    sys.exit(f"{{name}} is there after all")
sys.argv = [{service!r}, *sys.argv[1:]]
runpy.run_module({service!r}, run_name="__main__", alter_sys=True)
"""


def alone(service: str, *words: str) -> list[str]:
    code = ALONE.format(service=service, others=sorted(PACKAGES - {service}))
    return [sys.executable, "-c", code, *words]


@pytest.mark.parametrize("service", SERVICES)
def test_it_describes_itself(service: str) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KIEM_")}
    done = subprocess.run(
        alone(service, "openapi"), env=bare, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    described = json.loads(done.stdout)
    assert described["openapi"].startswith("3.")
    assert {"/livez", "/readyz", "/metrics", "/v1/log"} <= set(described["paths"])


@pytest.mark.parametrize("service", SERVICES)
async def test_it_serves(house: House, service: str, tmp_path: Path) -> None:
    environment = _environment(house, service, tmp_path)
    migrated = await asyncio.to_thread(
        subprocess.run, alone(service, "migrate"), env=environment, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip
    assert migrated.returncode == 0, migrated.stderr
    with running(alone(service), environment, tmp_path / "log") as process:
        url = f"http://127.0.0.1:{environment['KIEM_PORT']}"
        await until(f"{service} is ready alone", lambda: _ready(house.http, url, process))
        token = await house.token("op", "operator")
        answer = await house.http.get(
            f"{url}/v1/log?limit=1", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200
    assert process.returncode == 0, (tmp_path / "log").read_text()


def _environment(house: House, service: str, folder: Path) -> dict[str, str]:
    """Return what a second copy of a running service must be told."""
    name, secret = f"kiem_{service}", house.home.secret
    server = f"127.0.0.1:{house.plan.port('postgres')}/{name}"
    addresses = Addresses(
        name=name,
        url=f"postgresql://{name}_app:{secret(f'{service}-app')}@{server}",
        migration_url=f"postgresql://{name}_owner:{secret(f'{service}-owner')}@{server}",
    )
    return {
        **house.plan.service_environment(service, addresses, house.bootstrap),
        "KIEM_PORT": str(free_port()), "KIEM_TRACES_FILE": str(folder / "spans.jsonl"),
    }  # fmt: skip


async def _ready(http: httpx2.AsyncClient, url: str, process: subprocess.Popen[Any]) -> bool:
    assert process.poll() is None, "it ended"
    try:
        return (await http.get(f"{url}/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[Any]]:
    """Run a process for the block, and ask it to end after it."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL
        )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=40)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
