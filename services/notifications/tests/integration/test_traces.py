"""One trace leads from the fact to the mail, and tells nobody's words on its way."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.ideas import IdeaDeclined
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House, one_round

pytestmark = pytest.mark.integration

TRACE, FACT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def spans(file: Path) -> list[dict[str, Any]]:
    return [
        span
        for line in file.read_text("utf-8").splitlines()
        for resource in json.loads(line)["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


async def test_the_mail_is_in_the_trace_of_the_fact_that_caused_it(
    house: House, idea: IdeaId, tmp_path: Path
) -> None:
    await house.introduce("anna", "Anna de Wit")
    at = await house.now()
    event = IdeaDeclined(idea=idea, author=PersonId("anna"), by=PersonId("rik"), at=at)
    await house.hear(event, traceparent=f"00-{TRACE}-{FACT}-01")
    file = tmp_path / "traces.json"
    assert await one_round(house, KIEM_TRACES_FILE=str(file)) == 0
    found = spans(file)
    (delivery,) = [span for span in found if span["name"] == "deliver mail"]
    assert (delivery["traceId"], delivery["parentSpanId"]) == (TRACE, FACT)
    within = {span["name"] for span in found if span.get("parentSpanId") == delivery["spanId"]}
    assert "send mail" in within
    assert any(name.startswith("GET") for name in within)
    assert TRACE in house.neighbours.traces[0]
    written = file.read_text("utf-8")
    for words in ("Anna de Wit", "anna@example.org", "Fietsen"):
        assert words not in written
