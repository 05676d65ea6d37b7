"""Publishing to a real Kafka as an outsider, and reading back what is there."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from cli.outside import publish, read_latest
from cli.people import difference, read_people
from cli.tables import Columns
from contracts.outside import PEOPLE_TOPIC, PersonListed
from contracts.vocabulary import Event, PersonId

pytestmark = pytest.mark.integration


@pytest.fixture
async def bootstrap(kafka: Any) -> str:
    await kafka.declared_topics()
    address: str = kafka.bootstrap
    return address


def ours(prefix: str) -> Any:
    def key(event: Event) -> PersonId | None:
        known = isinstance(event, PersonListed) and event.person.startswith(prefix)
        return event.person if known else None  # type: ignore[attr-defined]

    return key


async def test_a_directory_is_published_once_however_often_it_is_imported(
    bootstrap: str, tmp_path: Path
) -> None:
    prefix = f"t{uuid.uuid4().hex[:8]}-"
    path = tmp_path / "people.csv"
    path.write_text(f"id,name,department\n{prefix}1,Ana,Kas\n{prefix}2,Bo,Kas\n")
    counts = []
    for text in (None, None, "Edam"):
        if text:
            path.write_text(path.read_text().replace("Bo,Kas", f"Bo,{text}"))
        now = datetime.now(UTC)
        known = await read_latest(bootstrap, PEOPLE_TOPIC, ours(prefix))
        found = difference(read_people(Columns(path), now), known, now, leavers=False)
        counts.append(len(found.events))
        await publish(bootstrap, "kiem/import/people", found.events, lambda _: None)

    assert counts == [2, 0, 1]
    latest = await read_latest(bootstrap, PEOPLE_TOPIC, ours(prefix))
    assert {p: last.event.department for p, last in latest.items()} == {  # type: ignore[attr-defined]
        f"{prefix}1": "Kas",
        f"{prefix}2": "Edam",
    }
    assert not any(b"Ana" in value for value in await values(bootstrap))


async def values(bootstrap: str) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        PEOPLE_TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        found = await consumer.getmany(timeout_ms=5000)
        return [record.value for records in found.values() for record in records]
    finally:
        await consumer.stop()
