"""Whatever is sent to the doors of feedback is answered or refused: it is never a fault."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok

from local.databases import Addresses
from services.feedback.tests.house import House, opened, reviewer, submitted
from services.feedback.tests.stories import RIK

pytestmark = pytest.mark.integration

EVERYBODY = "rik:employee,reviewer,desk,operator,lead,director,service"
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """A loop of its own: Hypothesis calls what is not asynchronous."""
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def house(database: Addresses, runner: asyncio.Runner) -> Iterator[House]:
    stack = AsyncExitStack()
    yield runner.run(stack.enter_async_context(opened(database)))
    runner.run(stack.aclose())


async def answered(house: House, case: Any, idea: str | None) -> int:
    """Send a request; return the status of the answer."""
    named = dict(case.path_parameters or {})
    if idea is not None and "idea" in named:
        named["idea"] = idea
    path = case.operation.path.format_map({k: quote(str(v), safe="") for k, v in named.items()})
    headers = {str(k).encode(): str(v).encode() for k, v in (case.headers or {}).items()}
    headers[b"authorization"] = f"Bearer {EVERYBODY}".encode()
    headers.setdefault(b"Idempotency-Key", str(uuid4()).encode())
    body = b"" if case.body is NOT_SET else sent(case.body)
    headers |= {b"content-type": b"application/json"} if body else {}
    found = await house.door.request(
        case.method, path, params=case.query or {}, headers=headers, content=body
    )
    return found.status_code


def sent(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, default=repr).encode()


@pytest.mark.timeout(300)  # some twenty routes, each knocked on in two ways
def test_no_documented_route_answers_with_a_fault(house: House, runner: asyncio.Runner) -> None:
    runner.run(house.hear(reviewer(RIK), known := submitted()))
    document = runner.run(house.door.get("/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    statuses: list[int] = []
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    mine = [o for o in operations if set(o.tags or ()) & {"feedback"}]
    assert len(mine) > 10
    for operation in mine:
        for mode in MODES:
            strategy = operation.as_strategy(generation_mode=mode)

            @settings(
                max_examples=8, deadline=None, derandomize=True, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=strategy)
            def knock(case: Any) -> None:
                for idea in (None, str(known.idea)):
                    status = runner.run(answered(house, case, idea))
                    assert status < 500, (case.operation.label, status)
                    statuses.append(status)

            knock()
    assert {200, 422} <= set(statuses)
