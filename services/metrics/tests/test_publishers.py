"""The examples for publishers do what docs/publishing.md says, each in its own runtime."""

import asyncio
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx2
import pytest
import uvicorn

from services.metrics.tests.inlets import Metrics, application

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/publishing.md").read_text("utf-8")
EXAMPLES = ROOT / "examples"


def in_the_guide(name: str) -> str:
    """Return the example of the guide that has this mark."""
    found = re.search(rf"<!-- example: {name} -->\n```sh\n(.*?)```", GUIDE, re.DOTALL)
    assert found, f"docs/publishing.md shows no example marked {name}"
    return found.group(1)


@pytest.fixture
async def address() -> AsyncIterator[tuple[str, Metrics]]:
    """Let the doors of metrics listen; return where, and what stands behind them."""
    metrics = Metrics()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = application(metrics)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", metrics
        server.should_exit = True
        await serving


async def run(command: Sequence[str], address: str) -> tuple[int, str]:
    """Run an example as a publisher would; return its exit code and what it said."""
    told = {"KIEM_METRICS_URL": address, "TOKEN": "crm:publisher", "no_proxy": "*"}
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | told,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()


def needed(program: str) -> str:
    """Return where a program is, or skip with the reason."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"this machine has no {program}")
    return found


async def test_curl_tells_an_event(address: tuple[str, Metrics]) -> None:
    needed("curl")
    code, said = await run([needed("sh"), "-c", in_the_guide("curl")], address[0])
    assert (code, '"items":["accepted"]' in said) == (0, True), said
    (heard,) = address[1].heard
    assert (heard.id, heard.data.person) == ("order-4711-opened", "p-1042")


async def test_the_cloudevents_sdk_of_python_tells_an_event(address: tuple[str, Metrics]) -> None:
    code, said = await run([sys.executable, str(EXAMPLES / "publish_over_http.py")], address[0])
    assert (code, said[:4]) == (0, "202 "), said
    assert [heard.data.feature for heard in address[1].heard] == ["search"]


async def test_java_alone_tells_an_event(address: tuple[str, Metrics]) -> None:
    needed("javac")  # a single file is compiled as it is run: a Java that can't is not enough
    code, said = await run([needed("java"), str(EXAMPLES / "PublishUsage.java")], address[0])
    assert (code, said[:4]) == (0, "202 "), said
    assert [heard.data.feature for heard in address[1].heard] == ["search"]


async def test_an_example_that_may_not_tell_fails_and_says_why(
    address: tuple[str, Metrics],
) -> None:
    needed("curl")
    script = in_the_guide("curl").replace("https://crm.example.org", "theirs")
    code, said = await run([needed("sh"), "-c", script], address[0])
    assert code != 0
    assert "this client may not tell" in said


async def test_the_guide_says_how_to_look_up_what_was_refused(
    address: tuple[str, Metrics],
) -> None:
    where, metrics = address
    await metrics.keep([([("ce_source", b"https://crm.example.org"), ("ce_id", b"1")], b"", "no")])
    asked = re.search(r"\$KIEM_METRICS_URL(/v1/sources/\S+?)\"", GUIDE)
    assert asked
    async with httpx2.AsyncClient() as client:
        headers = {"Authorization": "Bearer crm:publisher"}
        found = await client.get(where + asked.group(1), headers=headers)
    assert [each["reason"] for each in found.json()["items"]] == ["no"]
