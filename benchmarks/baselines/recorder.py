"""The PostgreSQL recorder of the library `eventsourcing`, with a thread for each writer."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

STREAM = 10  # events a stream
STATE = (
    b'{"at":"2026-01-05T10:00:00Z","idea":"019b8e9c-0000-7000-8000-000000000000","author":"p-17",'
    b'"accountable":"desk","due":"2026-01-12T10:00:00Z","department":"care","language":"nl"}'
)


def main(url: str, writers: int, seconds: float) -> dict[str, Any]:
    """Write for so long with so many; return how many events were recorded."""
    recorder = PostgresApplicationRecorder(datastore(url, writers), events_table_name="stored")
    recorder.create_table()
    before = recorder.max_notification_id() or 0
    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        counts = [
            done.result()
            for done in [pool.submit(write, recorder, began + seconds) for _ in range(writers)]
        ]
    took = time.perf_counter() - began
    recorded = (recorder.max_notification_id() or 0) - before
    if recorded != sum(counts):
        raise AssertionError(f"{sum(counts)} were acknowledged and {recorded} are there")
    recorder.datastore.close()
    return {"events": sum(counts), "seconds": took}


def datastore(url: str, writers: int) -> PostgresDatastore:
    found = urlsplit(url)
    return PostgresDatastore(
        dbname=found.path[1:], host=found.hostname or "", port=found.port or 5432,
        user=found.username or "", password=unquote(found.password or ""), pool_size=writers,
        max_overflow=writers, enable_db_functions=True,
    )  # fmt: skip


def write(recorder: PostgresApplicationRecorder, until: float) -> int:
    """Write one event after the other, ten to a stream."""
    written = 0
    while time.perf_counter() < until:
        if written % STREAM == 0:
            stream = uuid4()
        event = StoredEvent(stream, written % STREAM + 1, "IdeaSubmitted", STATE)
        recorder.insert_events([event])
        written += 1
    return written


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
