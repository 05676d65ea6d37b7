"""One trace id leads from the request through relay and Kafka to every effect, and to the mail."""

from typing import Any

import pytest

from tests.journeys.house import House, until
from tests.journeys.tracing import spans

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

POST = ("ideas", "POST /v1/ideas")
ROUTED = ("feedback", "process kiem.ideas.events")
TAKEN = ("ideas", "process kiem.feedback.events")
PROMISED = ("notifications", "process kiem.ideas.events")
ASSIGNED = ("notifications", "process kiem.feedback.events")
DELIVERED = ("notifications", "deliver mail")
# Who causes whom: parent and child, each with its service.
EDGES = {
    (POST, ROUTED),
    (POST, ("metrics", "process kiem.ideas.events")),
    (POST, PROMISED),
    (ROUTED, TAKEN),
    (ROUTED, ASSIGNED),
    (TAKEN, ("metrics", "process kiem.ideas.events")),
    (TAKEN, PROMISED),
    (PROMISED, ("metrics", "process kiem.notifications.events")),
    (PROMISED, DELIVERED),
    (ASSIGNED, DELIVERED),
    (DELIVERED, ("notifications", "send mail")),
    (DELIVERED, ("metrics", "process kiem.notifications.events")),
}
# A relay sends what many requests caused, so it is linked to each of them instead of below one.
LINKS = {
    (("ideas", "send kiem.ideas.events"), POST),
    (("ideas", "send kiem.ideas.events"), TAKEN),
    (("feedback", "send kiem.feedback.events"), ROUTED),
    (("notifications", "send kiem.notifications.events"), PROMISED),
    (("notifications", "send kiem.notifications.events"), DELIVERED),
}
Name = tuple[str, str]


class Trace:
    """The spans of one trace, and those that are linked to it."""

    def __init__(self, every: list[dict[str, Any]], trace: str) -> None:
        self.own = {s["spanId"]: s for s in every if s["traceId"] == trace}
        self.linked = [
            (s, link["spanId"])
            for s in every
            for link in s.get("links", ())
            if link["traceId"] == trace
        ]

    def edges(self) -> set[tuple[Name, Name]]:
        return {
            (_name(self.own[s["parentSpanId"]]), _name(s))
            for s in self.own.values()
            if s.get("parentSpanId") in self.own
        }

    def links(self) -> set[tuple[Name, Name]]:
        return {(_name(s), _name(self.own[to])) for s, to in self.linked if to in self.own}

    def missing(self) -> set[tuple[Name, Name]]:
        return (EDGES - self.edges()) | (LINKS - self.links())

    def up_from(self, span: dict[str, Any]) -> list[Name]:
        """Return the way from a span to the root of the trace."""
        way = [_name(span)]
        while span.get("parentSpanId") in self.own:
            span = self.own[span["parentSpanId"]]
            way.append(_name(span))
        return way


def _name(span: dict[str, Any]) -> Name:
    return span["service"], span["name"]


@pytest.fixture(scope="module")
async def trace(house: House) -> Trace:
    """The trace of a submission, by the id that the idea's timeline tells."""
    cast = await house.cast()
    body = {"title": "Volg mij", "body": "Tot aan de brievenbus."}
    idea = (await house.done("ideas", "/v1/ideas", body, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    told = await house.get("ideas", f"/v1/ideas/{idea}/timeline", cast.author)
    ids = {step["trace"] for step in told["steps"]}
    assert len(ids) == 1, "the second step was caused by the request of the first"

    latest: list[Trace] = []

    async def look() -> Trace | None:
        latest[:] = [Trace(spans(house.traces), *ids)]
        return None if latest[0].missing() else latest[0]

    try:
        return await until("every edge", look, patience=45)
    except AssertionError:
        pytest.fail(
            f"missing: {sorted(latest[0].missing())}; there is: {sorted(latest[0].edges())}"
        )


def test_every_effect_is_below_its_cause(trace: Trace) -> None:
    assert trace.missing() == set()


def test_every_mail_leads_up_to_the_request(trace: Trace) -> None:
    sent = [trace.up_from(s) for s in trace.own.values() if s["name"] == "send mail"]
    assert [("notifications", "send mail"), DELIVERED, PROMISED, POST] in sent or [
        ("notifications", "send mail"), DELIVERED, PROMISED, TAKEN, ROUTED, POST,
    ] in sent  # fmt: skip
    assert [("notifications", "send mail"), DELIVERED, ASSIGNED, ROUTED, POST] in sent
    assert all(way[-1] == POST for way in sent)


def test_what_a_mail_asks_of_the_owner_is_in_the_trace(trace: Trace) -> None:
    asked = [s for s in trace.own.values() if s["name"] == "GET /v1/ideas/{idea}/words"]
    assert asked
    assert all(DELIVERED in trace.up_from(s) for s in asked)


def test_every_service_worked_in_it(trace: Trace) -> None:
    services = {s["service"] for s in trace.own.values()}
    assert services == {"ideas", "feedback", "metrics", "notifications"}
