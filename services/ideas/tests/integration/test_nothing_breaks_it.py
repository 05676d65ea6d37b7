"""Whatever is sent to the doors of ideas is answered or refused: it is never a fault."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, nullcontext, suppress
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok

from chassis.migrate import migrate
from local.databases import Addresses
from services.ideas.tests.house import Feedback, House, at_home, opened, settings_for

pytestmark = [pytest.mark.integration, pytest.mark.long]

EVERYBODY = "anna:employee,reviewer,desk,operator,service,alias"
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
OTHERS = {"operation", "development"}  # of the chassis, which knocks on them itself


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """A loop of its own: Hypothesis calls what is not asynchronous."""
    with asyncio.Runner() as found:
        yield found


async def _open(stack: AsyncExitStack, database: Addresses) -> House:
    told = settings_for(database)
    await migrate("ideas", told)
    feedback = Feedback()
    await stack.enter_async_context(at_home(feedback))
    return await stack.enter_async_context(opened(told, feedback))


@pytest.fixture(scope="module")
def open_house(database: Addresses, runner: asyncio.Runner) -> Iterator[House]:
    stack = AsyncExitStack()
    yield runner.run(_open(stack, database))
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
    found = await house.client.request(
        case.method, path, params=case.query or {}, headers=headers, content=body
    )
    return found.status_code


def sent(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, default=repr).encode()


@pytest.mark.timeout(300)  # some fifty routes, each knocked on in two ways
def test_no_documented_route_answers_with_a_fault(
    open_house: House, runner: asyncio.Runner
) -> None:
    document = runner.run(open_house.client.get("/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    mine = [o for o in operations if not set(o.tags or ()) & OTHERS]
    assert len(mine) > 50
    statuses: Counter[int] = Counter()
    for operation in mine:
        for mode in MODES:
            strategy = operation.as_strategy(generation_mode=mode)

            @settings(
                max_examples=8, deadline=None, derandomize=True, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=strategy)
            def knock(case: Any) -> None:
                for idea in (None, runner.run(open_house.submitted())):
                    status = runner.run(answered(open_house, case, idea))
                    assert status < 500, (case.operation.label, status)
                    statuses[status] += 1

            # A route that takes nothing can be knocked on in one way only.
            with nullcontext() if mode is GenerationMode.POSITIVE else suppress(Unsatisfiable):
                knock()
    assert {200, 201, 404, 422} <= set(statuses)
