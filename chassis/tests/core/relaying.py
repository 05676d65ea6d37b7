"""What tests ask about a relay: whether all is in Kafka, and in which order."""

from collections import defaultdict
from typing import Any

from .stage import Stage


async def published(stage: Stage) -> bool:
    """Tell whether everything that is committed is in Kafka."""
    state = await stage.owner.fetchrow("SELECT * FROM relay_state")
    waiting = await stage.count("outbox")
    total = await stage.count("event")
    return bool(not waiting and state["published_gpos"] == state["last_gpos"] == total)


def versions(records: list[Any]) -> dict[str, list[int]]:
    """Return the versions of each stream, in the order in which Kafka has them."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        headers = dict(record.headers)
        found[headers["ce_subject"].decode()].append(int(headers["ce_sequence"]))
    return found
