"""Imports of usage and of people that kill -9 ended in the middle go on, and count once."""

import csv
import json
import secrets
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from contracts.outside import PEOPLE_TOPIC
from tests.journeys.house import ROOT, House, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

ROWS, PEOPLE = 3_500, 600
# The command line, which the system ends as soon as it asks for one portion too many.
DYING = """
import os, signal
import {module} as work
whole = work.{cut}
def dying(*given, **more):
    for number, portion in enumerate(whole(*given, **more)):
        if number == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        yield portion
work.{cut} = dying
from cli.main import app
app()
"""


def killed(house: House, cut: tuple[str, str, int], *words: str) -> None:
    """Type a command that kill -9 ends before it sends the portion of that number."""
    module, name, after = cut
    code = DYING.format(module=module, cut=name, after=after)
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, text=True, check=False,
        env={**house.environment, **house.plan.client_environment(house.bootstrap)},
        capture_output=True, stdin=subprocess.DEVNULL, timeout=100,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def told(house: House, *words: str) -> Any:
    """Type a command that ends well; return what it prints for programs."""
    code, said, trouble = house.kiem(*words, "--json")
    assert code == 0, said + trouble
    return json.loads(said)


async def test_usage_that_was_killed_on_its_way_is_counted_once(
    house: House, tmp_path: Path
) -> None:
    tool = f"tool-{secrets.token_hex(4)}"
    file = tmp_path / f"{tool}.csv"
    lines = (f"2024-03-{n % 28 + 1:02}T09:00:00Z,p-{n % 50},plan\n" for n in range(ROWS))
    file.write_text("at,person,feature\n" + "".join(lines))
    words = ("import", "usage", str(file), "--tool", tool)

    async def counted() -> int:
        sql = "SELECT coalesce(sum(uses), 0) FROM usage_ledger JOIN usage_kind USING (kind)"
        ((uses,),) = await house.rows("metrics", f"{sql} WHERE tool = $1", tool)
        return int(uses)

    killed(house, ("cli.usage", "_batches", 3), *words)
    between = await counted()
    assert 2_000 <= between < ROWS
    rest = told(house, *words)
    assert rest["repeated"] >= between
    assert (rest["accepted"] + rest["repeated"], rest["refused"]) == (ROWS, {})
    assert await counted() == ROWS
    assert told(house, *words) == {"accepted": 0, "repeated": ROWS, "refused": {}}
    assert await counted() == ROWS


async def test_people_who_were_killed_on_their_way_are_listed_once(
    house: House, tmp_path: Path
) -> None:
    mark = f"t{secrets.token_hex(4)}"
    people = [f"{mark}-{n:03}" for n in range(PEOPLE)]
    file = tmp_path / "people.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "name", "mail", "department"))
        rows.writerows((who, f"Nn {who}", f"{who}@example.org", mark) for who in people)
    words = ("import", "people", str(file), "--yes")

    async def reachable() -> int:
        sql = "SELECT count(*) FROM contact WHERE person = ANY ($1)"
        ((known,),) = await house.rows("notifications", sql, people)
        return int(known)

    killed(house, ("cli.commands.import_people", "portions", 2), *words)
    assert 200 <= await reachable() < PEOPLE
    assert await published(house, mark) == {}
    killed(house, ("cli.outside", "_portions", 1), *words)
    assert await reachable() == PEOPLE
    assert await published(house, mark) == Counter(people[:500])
    rest = told(house, *words)
    assert (rest["new"], rest["changed"], rest["unchanged"]) == (people[500:], {}, 500)
    assert await published(house, mark) == Counter(people)
    again = told(house, *words)
    assert (again["new"], again["changed"], again["unchanged"]) == ([], {}, PEOPLE)
    assert await published(house, mark) == Counter(people)

    async def all_heard() -> bool:
        sql = "SELECT count(*) FROM person_v1 WHERE person = ANY ($1)"
        ((heard,),) = await house.rows("feedback", sql, people)
        return bool(heard == PEOPLE)

    await until("feedback knows each of them", all_heard)


async def published(house: House, mark: str) -> Counter[str]:
    """Return how often each person of a department was told of in Kafka."""
    found: Counter[str] = Counter()
    async with AIOKafkaConsumer(
        PEOPLE_TOPIC, bootstrap_servers=house.bootstrap, auto_offset_reset="earliest",
        enable_auto_commit=False,
    ) as consumer:  # fmt: skip
        parts = sorted(consumer.assignment())
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                keys = [record.key.decode() for record in records if record.key]
                found.update(key for key in keys if key.startswith(f"{mark}-"))
    return found
