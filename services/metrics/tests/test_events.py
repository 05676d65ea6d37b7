"""The doors for events of other systems: who may tell what, and what becomes of each event."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from uuid_utils.compat import uuid7

from metrics.domain.admission import (
    FEW_USES,
    NO_WEEK,
    WEEK_AHEAD,
    Admission,
    doubt,
    monday,
)  # fmt: skip
from metrics.projections.rejected import source_of
from services.metrics.tests.inlets import AGE, NOW, TYPE, Metrics, application

BATCH = "application/cloudevents-batch+json"


SINGLE = "application/cloudevents+json"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def door(metrics: Metrics) -> AsyncIterator[httpx2.AsyncClient]:
    app = application(metrics)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as client:
        yield client


def event(id: str = "", at: datetime = NOW, **changes: Any) -> dict[str, Any]:  # noqa: A002
    return {
        "specversion": "1.0", "id": id or str(uuid7()), "source": "wiki", "type": TYPE,
        "data": {"at": at.isoformat(), "person": "p-77", "tool": "wiki", "feature": "read"},
    } | changes  # fmt: skip


async def tell(
    door: httpx2.AsyncClient, told: Any, *, who: str = "crm:publisher", path: str = "/v1/events",
    media: str = BATCH, headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:  # fmt: skip
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    given = {"Authorization": f"Bearer {who}", "Content-Type": media} | (headers or {})
    found = await door.post(path, content=body, headers=given)
    return found.status_code, found.json()


PATHS = pytest.mark.parametrize(("path", "status"), [("/v1/events", 202), ("/v1/usage", 200)])


async def test_only_a_publisher_tells_events(door: httpx2.AsyncClient, metrics: Metrics) -> None:
    for path in ("/v1/events", "/v1/usage"):
        status, _ = await tell(door, [event()], who="crm:employee", path=path)
        assert (status, metrics.known) == (403, set())


@PATHS
async def test_what_is_told_twice_is_counted_once(
    door: httpx2.AsyncClient, path: str, status: int
) -> None:
    first, second = event("a"), event("b")
    assert (await tell(door, [first], path=path))[1]["accepted"] == 1
    found, told = await tell(door, [first, second, second], path=path)
    assert found == status
    assert told == {
        "accepted": 1, "repeated": 2, "refused": [], "items": ["repeated", "accepted", "repeated"],
    }  # fmt: skip


async def test_each_bad_event_is_refused_alone_and_without_quoting_it(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    secret = "p-secret"
    bad_data = {"at": NOW.isoformat(), "person": secret, "tool": 7, "feature": "read"}
    status, told = await tell(door, [
        event(), event(data=bad_data), event(type="com.example.other"), event(specversion="0.3"),
        event(at=NOW - AGE - timedelta(minutes=1)), "no event", {"id": "1"},
        event(at=NOW + timedelta(days=2)), event(subject="x" * 1_000), event(source="theirs"),
        event(source="nobodys"),
    ])  # fmt: skip
    assert status == 202
    assert told["items"] == ["accepted"] + ["refused"] * 10
    reasons = {each["index"]: each["reason"] for each in told["refused"]}
    assert "tool" in reasons[1]
    assert TYPE in reasons[2]
    assert "older than 30 days" in reasons[4]
    assert "a day ahead" in reasons[7]
    assert "1,000 are the most" in reasons[8]
    assert "this client may not tell" in reasons[9]
    assert reasons[10] == reasons[9]
    assert secret not in json.dumps(told)
    # What its publisher can look up: not what is of another type, or in another's name.
    assert [why for *_, why in metrics.kept] == [reasons[n] for n in (1, 3, 4, 7, 8)]


async def test_an_import_may_be_of_any_age_is_never_forgotten_and_leaves_no_letters(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    old, bad = event(at=datetime(2018, 1, 1, tzinfo=UTC)), event(data={})
    _, told = await tell(door, [old, bad], path="/v1/events?import=true")
    assert told["items"] == ["accepted", "refused"]
    await tell(door, [event()])
    assert (metrics.remembered, metrics.kept) == ([None, AGE], [])


async def test_a_single_event_comes_in_structured_mode(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    status, told = await tell(door, event("a"), media=f"{SINGLE}; charset=utf-8")
    assert (status, told["items"]) == (202, ["accepted"])
    status, told = await tell(door, event("b", data={}), media=SINGLE)
    assert (status, told["type"]) == (422, "urn:kiem:EventRefused")
    assert "at" in told["detail"]
    assert [e.id for e in metrics.heard] == ["a"]


async def test_a_single_event_comes_in_binary_mode_with_headers_percent_encoded(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    """The binding for HTTP says how: the one for Kafka has no percent signs."""
    headers = {
        "ce-specversion": "1.0", "ce-id": "caf%C3%A9%20%25", "ce-type": TYPE,
        "ce-source": "https://crm.example.org/nl",
    }  # fmt: skip
    data = event()["data"]
    status, told = await tell(door, data, media="application/json", headers=headers)
    assert (status, told["items"]) == (202, ["accepted"])
    (heard,) = metrics.heard
    assert (heard.id, heard.source) == ("café %", "https://crm.example.org/nl")
    status, told = await tell(door, data, media="text/plain", headers=headers)
    assert (status, "JSON only" in told["detail"]) == (422, True)


async def test_who_tells_more_than_the_pace_is_refused_whole_and_told_to_wait(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    some = [event() for _ in range(1_000)]
    assert (await tell(door, some))[0] == 202
    status, _ = await tell(door, some)
    assert (status, len(metrics.known)) == (429, 1_000)
    assert (await tell(door, [event(source="theirs")], who="other:publisher"))[0] == 202


@pytest.mark.parametrize(
    ("sent", "media", "status"),
    [
        (b"[]", "application/json", 415),
        (b"[]", "application/cloudevents-batch+avro", 415),
        (b"{", BATCH, 400),
        (b"{}", BATCH, 400),
        (b"[" + b"1," * 1000 + b"1]", BATCH, 413),
        (b'["' + b"x" * 1_048_576 + b'"]', BATCH, 413),
    ],
)
async def test_what_is_no_batch_or_too_much_is_refused_whole(
    door: httpx2.AsyncClient, metrics: Metrics, sent: bytes, media: str, status: int
) -> None:
    for path in ("/v1/events", "/v1/usage"):
        assert (await tell(door, sent, path=path, media=media))[0] == status
    assert not metrics.known


async def test_an_empty_batch_is_fine(door: httpx2.AsyncClient) -> None:
    status, told = await tell(door, [], media=f"{BATCH}; charset=utf-8")
    assert (status, told["items"]) == (202, [])


async def test_a_publisher_sees_what_of_its_own_source_was_refused_and_of_no_other(
    door: httpx2.AsyncClient,
) -> None:
    await tell(door, [event("a", data={}), event("b", specversion="0.3")])

    async def ask(who: str, source: str = "wiki", **params: int) -> tuple[int, Any]:
        found = await door.get(
            f"/v1/sources/{source}/rejected", params=params,
            headers={"Authorization": f"Bearer {who}"},
        )  # fmt: skip
        return found.status_code, found.json()

    status, told = await ask("crm:publisher", limit=1)
    assert (status, told["next"]) == (200, 1)
    assert "ToolUsageRecorded" in told["items"][0]["reason"]
    _, told = await ask("crm:publisher", after=1)
    assert [(each["id"], each["door"]) for each in told["items"]] == [("2", "http")]
    _, told = await ask("boss:operator")
    assert [(each["id"], each["type"]) for each in told["items"]] == [(None, None)] * 2
    for who in ("other:publisher", "crm:employee", "crm:hr"):
        assert (await ask(who))[0] == 403
    status, told = await ask("crm:publisher", "https%3A%2F%2Fcrm.example.org%2Fnl")
    assert (status, told["items"]) == (200, [])


def test_the_source_of_a_broken_record_is_found_where_it_can_be() -> None:
    binary = [("ce_source", b"wiki"), ("ce_id", b"1")]
    structured = [("content-type", SINGLE.encode())]
    assert source_of(binary, b"{}") == "wiki"
    assert source_of(structured, b'{"source": "wiki"}') == "wiki"
    for value in (b"{", b"[]", b'{"source": 1}', base64.b64decode("/////w=="), None):
        assert source_of(structured, value) is None
    assert source_of([("ce_source", b"\xff")], b"{}") is None


def test_who_may_tell_is_named_exactly_or_by_how_a_source_begins() -> None:
    admission = Admission((("crm", "a"), ("*", "b/*")), 10)
    assert admission.holds("crm", "a")
    assert not admission.holds("crm", "a/b")
    assert not admission.holds("other", "a")
    assert admission.holds("other", "b/c")
    assert not admission.holds("other", "b")
    assert [admission.is_held(source) for source in ("a", "b/", "c", "c")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert not Admission((), 10).is_held("a")


async def test_ready_counts_come_by_the_same_door_and_are_doubted_where_they_can_not_be(
    door: httpx2.AsyncClient, metrics: Metrics
) -> None:
    def report(**said: Any) -> dict[str, Any]:
        data = {"at": NOW.isoformat(), "tool": "wiki", "feature": "read", "week": "2025-W01"}
        return event(type="kiem.usage.ToolUsageReported.v1", data=data | {"users": 3} | said)

    _, told = await tell(door, [
        report(uses=7), report(uses=2), report(uses=7, week="2025-W54"), report(users=-1, uses=7),
    ])  # fmt: skip
    assert told["items"] == ["accepted"] + ["refused"] * 3
    assert told["refused"][0]["reason"] == FEW_USES
    (heard,) = metrics.heard
    assert (heard.key, heard.data.department) == ("organisation", "organisation")


def test_a_week_is_one_of_the_calendar_and_has_begun() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)  # a Sunday
    assert monday("2026-W01") == date(2025, 12, 29)
    assert monday("2026-W53") == date(2026, 12, 28)
    assert doubt("2025-W53", 1, 1, at) == NO_WEEK
    assert doubt("2026-W09", 1, 1, at) is None
    assert doubt("2026-W10", 1, 1, at) is None  # some clock has Monday already
    assert doubt("2026-W11", 1, 1, at) == WEEK_AHEAD
    assert doubt("2026-W09", 2, 1, at) == FEW_USES
