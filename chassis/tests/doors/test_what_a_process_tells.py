"""What a service tells those who run it: its log of events, its traces and its numbers."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

pytestmark = pytest.mark.integration


Start = Callable[..., Any]


async def test_the_log_shows_operators_what_was_published_and_nothing_sealed(
    *, start: Start, migrated: None, until: Any, database: Any, web: httpx2.AsyncClient,
    token: Callable[..., str],
) -> None:  # fmt: skip
    owner = await asyncpg.connect(database.migration_url, ssl=False)
    await owner.execute("TRUNCATE event, event_position")
    for number in (1, 2, 3):
        await owner.execute(
            "INSERT INTO event (event_id, stream, version, type, data, personal, actor, "
            "occurred_at, recorded_at) VALUES (gen_random_uuid(), 'room-1', $1, "
            "'kiem.house.Painted.v1', '{\"colour\": \"red\"}', 'sealed', 'p-1', now(), now())",
            number,
        )
    await owner.execute(
        "INSERT INTO event_position SELECT version + 10, event_id FROM event WHERE version < 3"
    )
    # What one person answered is counted among others and shown by itself to nobody.
    await owner.execute(
        "WITH answered AS (INSERT INTO event (event_id, stream, version, type, data, occurred_at, "
        "recorded_at) VALUES (gen_random_uuid(), 'answer-1', 1, 'kiem.feedback.PulseAnswered.v1', "
        "'{}', now(), now()) RETURNING event_id) "
        "INSERT INTO event_position SELECT 13, event_id FROM answered"
    )
    await owner.close()
    running = await start()
    await until(f"{running.url}/readyz", 200)

    def ask(roles: list[str], **params: Any) -> Any:
        headers = {"authorization": f"Bearer {token(roles=roles)}"}
        return web.get(f"{running.url}/v1/log", headers=headers, params=params)

    assert (await ask(["employee"])).status_code == 403
    whole = (await ask(["operator"])).json()
    assert [item["position"] for item in whole["items"]] == [11, 12]
    assert whole["next"] is None
    assert whole["items"][0]["data"] == {"colour": "red"}
    assert whole["items"][0]["source"] == "kiem/house"
    assert not {"personal", "actor"} & set(whole["items"][0])
    page = (await ask(["operator"], after=0, limit=1)).json()
    assert (page["next"], len(page["items"])) == (11, 1)
    rest = (await ask(["operator"], after=11)).json()
    assert [item["position"] for item in rest["items"]] == [12]


async def test_one_request_is_one_trace_down_to_the_database_and_names_nobody(
    *, start: Start, migrated: None, until: Any, web: httpx2.AsyncClient, house: Path,
    token: Callable[..., str],
) -> None:  # fmt: skip
    traces = house / "traces.jsonl"
    running = await start(KIEM_TRACES_FILE=str(traces), KIEM_DRAIN_SECONDS="0")
    await until(f"{running.url}/readyz", 200)
    headers = {
        "authorization": f"Bearer {token(roles=['operator'], sub='Xanthippe')}",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "user-agent": "Xanthippe",
    }
    await web.get(f"{running.url}/v1/log?limit=7&who=Xanthippe", headers=headers)
    running.process.send_signal(signal.SIGTERM)
    await running.ended()

    text = traces.read_text()
    spans = [
        span
        for line in text.splitlines()
        for resource in json.loads(line)["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
    assert {span["traceId"] for span in spans} == {"0af7651916cd43dd8448eb211c80319c"}
    by_name = {span["name"]: span for span in spans}
    request = by_name["GET /v1/log"]
    assert request["parentSpanId"] == "b7ad6b7169203331"
    assert by_name["SELECT"]["parentSpanId"] == request["spanId"]
    assert by_name["GET"]["parentSpanId"] == request["spanId"]  # the issuer's keys
    statement = {a["key"]: a["value"] for a in by_name["SELECT"]["attributes"]}["db.query.text"]
    assert "$2" in statement["stringValue"]
    assert "Xanthippe" not in text
    assert '"service.name"' in text


async def test_numbers_are_there_for_everybody(
    start: Start, migrated: None, until: Any, web: httpx2.AsyncClient
) -> None:
    running = await start()
    await until(f"{running.url}/readyz", 200)
    await web.get(f"{running.url}/v1/nowhere")
    answer = await web.get(f"{running.url}/metrics")

    assert "kiem_relay_lag" in answer.text
    assert 'kiem_http_request_seconds_count{method="GET",route="none",status="404"} 1.0' in (
        answer.text
    )
