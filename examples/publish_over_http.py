"""Tells Kiem that a person used a tool, over HTTP, with the CloudEvents SDK."""

import os
from datetime import UTC, datetime
from urllib.request import Request, urlopen
from uuid import uuid4

from cloudevents.core.bindings.http import to_binary_event
from cloudevents.core.v1.event import CloudEvent

used = {"person": "p-1042", "tool": "crm", "feature": "search"}
about = {
    "id": str(uuid4()),  # keep it, and send the same again when no answer comes
    "type": "kiem.usage.ToolUsageRecorded.v1",
    "source": "https://crm.example.org",
    "datacontenttype": "application/json",
}
event = to_binary_event(CloudEvent(about, {"at": datetime.now(UTC).isoformat(), **used}))
address = f"{os.environ['KIEM_METRICS_URL']}/v1/events"
bearer = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
with urlopen(Request(address, event.body, {**event.headers, **bearer})) as answer:  # noqa: S310
    print(answer.status, answer.read().decode())
