"""How the door says no, and that it says nothing else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from structlog.testing import capture_logs

from chassis import telemetry
from chassis.http import Doors, Pace, create_app, unguarded
from chassis.http.problems import TooManyRequests

from .conftest import Provider, serving
from .knocking import WORDS, Make, is_problem, routes


@pytest.fixture
def house() -> APIRouter:
    return routes()


@pytest.fixture
async def client(house: APIRouter, make_client: Make, provider: Provider) -> AsyncIterator[Any]:
    async with make_client(house) as found:
        found.headers["authorization"] = f"Bearer {provider.token()}"
        yield found


@pytest.mark.parametrize(
    ("fault", "status", "name"),
    [
        ("locked", 409, "TheDoorIsLocked"),
        ("nothing", 404, "NotFound"),
        ("not-you", 403, "NotAllowed"),
        ("other-body", 422, "CommandKnown"),
        ("busy", 503, "ConcurrentWrite"),
        ("peer", 503, "PeerUnavailable"),
        ("database", 503, "Unavailable"),
        ("refused", 503, "Unavailable"),
        ("fault", 500, "Fault"),
    ],
)
async def test_every_no_is_a_problem_with_its_number(
    client: httpx2.AsyncClient, fault: str, status: int, name: str
) -> None:
    with capture_logs():
        answer = await client.get(f"/v1/faults/{fault}")

    is_problem(answer, status, name)
    assert WORDS not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)


async def test_a_refusal_says_what_is_true_and_what_to_do(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/faults/locked")

    assert answer.json()["detail"] == "The door is locked. Ask for the key."


async def test_a_fault_tells_the_trace_to_the_client_and_the_place_to_the_log(
    client: httpx2.AsyncClient,
) -> None:
    tracer = telemetry.provider("house", []).get_tracer("test")
    with tracer.start_as_current_span("request"), capture_logs() as logged:
        body = (await client.get("/v1/faults/fault")).json()
        assert body["trace_id"] == telemetry.trace_id()

    (entry,) = logged
    assert (entry["event"], entry["route"]) == ("http.failed", "/v1/faults/{name}")


async def test_nobody_gets_in_without_a_token(
    client: httpx2.AsyncClient, provider: Provider
) -> None:
    del client.headers["authorization"]
    for headers in ({}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer x"}):
        answer = await client.get("/v1/faults/fault", headers=headers)
        is_problem(answer, 401, "NotIdentified")
        assert answer.headers["www-authenticate"].startswith("Bearer")

    provider.away = True


async def test_nobody_gets_in_without_the_role(
    client: httpx2.AsyncClient, provider: Provider
) -> None:
    client.headers["authorization"] = f"Bearer {provider.token(roles=['reviewer'])}"
    answer = await client.post("/v1/visits", json={}, headers={"idempotency-key": "k"})

    assert "employee" in is_problem(answer, 403, "NotInRole")["detail"]


async def test_when_nobody_can_be_identified_it_is_not_the_callers_fault(
    client: httpx2.AsyncClient, provider: Provider
) -> None:
    provider.away = True

    is_problem(await client.get("/v1/faults/fault"), 503, "IssuerUnavailable")


async def test_wrong_fields_are_named_and_what_was_sent_is_not_repeated(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.post(
        "/v1/visits", json={"guests": WORDS}, headers={"idempotency-key": "k"}
    )

    errors = is_problem(answer, 422, "InvalidRequest")["errors"]
    assert {error["field"] for error in errors} == {"body.name", "body.guests"}
    assert all(error["problem"] for error in errors)
    assert WORDS not in answer.text


@pytest.mark.parametrize("body", [b"{", b'{"name": "Xanthippe', b"\xff\xfe", b"[1,]"])
async def test_what_is_no_json_is_said_to_be_none(
    client: httpx2.AsyncClient, body: bytes
) -> None:  # fmt: skip
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    answer = await client.post("/v1/visits", content=body, headers=headers)

    is_problem(answer, 400, "MalformedJson")
    assert WORDS not in answer.text


async def test_unknown_paths_and_methods_are_problems_too(client: httpx2.AsyncClient) -> None:
    is_problem(await client.get("/v1/nowhere"), 404, "NotFound")
    answer = await client.delete("/v1/visits")
    is_problem(answer, 405, "MethodNotAllowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/v1/visits", "/v1/large"])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused_however_it_is_sent(
    client: httpx2.AsyncClient, path: str, chunked: bool
) -> None:
    limit = 65_536 if path == "/v1/visits" else 200_000
    body = b'{"name":"' + b"x" * limit + b'"}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 8_192):
            yield body[start : start + 8_192]

    answer = await client.post(
        path,
        content=pieces() if chunked else body,
        headers={"content-type": "application/json", "idempotency-key": "k"},
    )
    is_problem(answer, 413, "ContentTooLarge")


async def test_who_sends_far_too_much_over_a_real_connection_hears_why_and_may_go_on(
    house: APIRouter, doors: Doors, provider: Provider, web: httpx2.AsyncClient
) -> None:
    headers = {"authorization": f"Bearer {provider.token()}", "idempotency-key": "k"}
    async with serving(create_app("house", [house], doors)) as url:
        answer = await web.post(f"{url}/v1/visits", json={"name": "x" * 5_000_000}, headers=headers)
        is_problem(answer, 413, "ContentTooLarge")
        body = {"name": "x", "guests": 1}
        answer = await web.post(f"{url}/v1/visits", json=body, headers=headers)

    assert answer.status_code == 201


async def test_a_route_may_take_more_than_the_others(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/large", json={"name": "x" * 100_000})

    assert answer.status_code == 200


@pytest.mark.parametrize("key", [None, "", "k" * 201])
async def test_a_command_needs_an_idempotency_key(
    client: httpx2.AsyncClient, key: str | None
) -> None:
    headers = {} if key is None else {"idempotency-key": key}
    answer = await client.post("/v1/visits", json={"name": "x", "guests": 1}, headers=headers)

    is_problem(answer, 400, "MissingIdempotencyKey")


async def test_the_same_request_is_the_same_command_and_another_is_told_apart(
    client: httpx2.AsyncClient, provider: Provider
) -> None:
    async def ask(key: str, guests: int, **headers: str) -> dict[str, str]:
        answer = await client.post(
            "/v1/visits",
            json={"name": "x", "guests": guests},
            headers={"idempotency-key": key, **headers},
        )
        found: dict[str, str] = answer.json()
        return found

    first = await ask("k", 1)
    other = await ask("k", 1, authorization=f"Bearer {provider.token(sub='p-2')}")
    assert await ask("k", 1) == first
    assert first["who"] == first["actor"] == "p-1"
    changed = await ask("k", 2)
    assert changed["command"] == first["command"]
    assert changed["digest"] != first["digest"]
    assert (await ask("k2", 1))["command"] != first["command"]
    assert other["command"] != first["command"]
    assert other["digest"] != first["digest"]


def test_who_asks_too_often_waits_and_nobody_else_does() -> None:
    now = 0.0
    pace = Pace(rate=2, burst=3, monotonic=lambda: now)
    for _ in range(3):
        pace.take("ann")
    with pytest.raises(TooManyRequests):
        pace.take("ann")
    pace.take("ben")
    now = 0.5
    pace.take("ann")
    with pytest.raises(TooManyRequests):
        pace.take("ann")
    now = 0.75  # a refusal costs nothing: who goes on asking gets through as often as others
    with pytest.raises(TooManyRequests):
        pace.take("ann")
    now = 1.0
    pace.take("ann")
    now = 100.0
    for _ in range(3):
        pace.take("ann")
    with pytest.raises(TooManyRequests):
        pace.take("ann")


async def test_asking_too_often_is_a_problem_that_says_when_to_come_back(
    house: APIRouter, doors: Doors, provider: Provider
) -> None:
    slow = Doors(doors.verifier, doors.digest_key, Pace(rate=0.001, burst=1))
    transport = httpx2.ASGITransport(app=create_app("house", [house], slow))
    headers = {"authorization": f"Bearer {provider.token()}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as client:
        await client.get("/v1/faults/nothing", headers=headers)
        answer = await client.get("/v1/faults/nothing", headers=headers)

    is_problem(answer, 429, "TooManyRequests")
    assert int(answer.headers["retry-after"]) >= 1


async def test_openapi_tells_of_problems_and_of_tokens(
    client: httpx2.AsyncClient, house: APIRouter, doors: Doors
) -> None:
    document = (await client.get("/openapi.json")).json()
    operation = document["paths"]["/v1/visits"]["post"]

    assert unguarded(create_app("house", [house], doors)) == []
    assert operation["security"] == [{"HTTPBearer": []}]
    assert {"400", "401", "403", "409", "413", "422", "429", "503"} <= set(operation["responses"])
    for status in ("400", "422"):
        content = operation["responses"][status]["content"]
        assert set(content) == {"application/problem+json"}
    assert document["components"]["schemas"]["Problem"]["properties"]["trace_id"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {"idempotency-key"}


async def test_requests_are_measured_by_route_never_by_path(client: httpx2.AsyncClient) -> None:
    await asyncio.gather(
        client.get("/v1/faults/locked"), client.get(f"/{WORDS}"), client.request("BREW", "/v1/x")
    )

    seen = {
        tuple(sample.labels.get(name) for name in ("method", "route", "status"))
        for family in telemetry.REGISTRY.collect()
        for sample in family.samples
        if sample.name == "kiem_http_request_seconds_count"
    }
    assert ("GET", "/v1/faults/{name}", "409") in seen
    assert ("GET", "none", "404") in seen
    assert ("other", "none", "404") in seen
    assert not any(WORDS in str(labels) for labels in seen)
