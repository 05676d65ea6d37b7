"""Quix Streams with its own PostgreSQL sink: a row an event, the id as primary key."""

import json
import logging
import sys
import time
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from quixstreams import Application
from quixstreams.sinks.community.postgresql import PostgreSQLSink

COMMIT_EVERY = 5_000  # records


class Seen:
    """Makes a row of a record, and notes when the first came and which ids there were."""

    def __init__(self) -> None:
        self.began = 0.0
        self.ids: set[str] = set()

    def row(self, fact: dict[str, Any], _key: Any, _at: int, headers: Any) -> dict[str, Any]:
        self.began = self.began or time.perf_counter()
        attributes = dict(headers)
        found = attributes["ce_id"].decode()
        self.ids.add(found)
        return {
            "id": found, "what": fact.get("feature") or str(fact.get("idea")),
            "who": fact.get("person") or fact.get("author"), "day": fact["at"][:10],
        }  # fmt: skip


def main(bootstrap: str, topic: str, url: str, records: int, group: str) -> dict[str, Any]:
    """Consume so many records from the beginning of a topic; all of them are written then."""
    with TemporaryDirectory() as folder:  # it keeps state beside whoever starts it, if not told
        app = Application(
            broker_address=bootstrap, consumer_group=group, auto_offset_reset="earliest",
            commit_every=COMMIT_EVERY, loglevel=logging.ERROR, auto_create_topics=False,
            state_dir=folder,
        )  # fmt: skip
        seen = Seen()
        frame = app.dataframe(app.topic(topic, value_deserializer="json"))
        frame.apply(seen.row, metadata=True).sink(_sink(url))
        app.run(count=records, timeout=60)
    took = time.perf_counter() - seen.began
    return {"records": records, "seconds": took, "events": len(seen.ids)}


def _sink(url: str) -> PostgreSQLSink:
    found = urlsplit(url)
    return PostgreSQLSink(
        host=found.hostname or "", port=found.port or 5432, dbname=found.path[1:],
        user=found.username or "", password=unquote(found.password or ""), table_name="seen",
        primary_key_columns="id", upsert_on_primary_key=True, include_metadata=False,
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
