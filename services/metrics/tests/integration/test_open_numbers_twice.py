"""The open numbers are what the logs come to, whatever happens to the facts on their way."""

import asyncio
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cli.truth import NUMBERS, Log, Question, recompute
from metrics.domain.numbers import rounded
from metrics.domain.periods import window
from metrics.domain.working import weekday
from metrics.projections.persons import hashing
from metrics.projections.recounting import Recounting
from services.metrics.tests.hearing import heard_of
from services.metrics.tests.histories import Heap
from services.metrics.tests.integration.conftest import Kept
from services.metrics.tests.integration.test_recount import House, empty
from services.metrics.tests.making import ZONE
from services.metrics.tests.worlds import PEOPLE, World, world

pytestmark = pytest.mark.integration
HASHED = hashing(b"k" * 32)
OF_THE_DIRECTORY = ("idea_rate", "cross_department")
ALL = (*NUMBERS, *OF_THE_DIRECTORY)
SEED = 31  # of a house in which all of this happens
TAMPERED = {
    "ideas_submitted": "DELETE FROM idea_fact_v1 WHERE type = 'IdeaSubmitted'",
    "ideas_by_state": "UPDATE idea_fact_v1 SET state = 'parked'",
    "realisation_a": "DELETE FROM idea_fact_v1 WHERE type = 'IdeaRealised'",
    "realisation_b": "UPDATE idea_fact_v1 SET type = 'IdeaDeclined' WHERE type = 'IdeaAccepted'",
    "processing_time_a": "UPDATE idea_fact_v1 SET occurred_at = occurred_at - interval '1 hour' "
                         "WHERE type = 'IdeaSubmitted'",
    "processing_time_b": "UPDATE idea_fact_v1 SET occurred_at = occurred_at - interval '1 hour' "
                         "WHERE type = 'IdeaSubmitted'",
    "lead_time_to_pilot": "DELETE FROM idea_fact_v1 WHERE type = 'PilotStarted'",
    "throughput": "DELETE FROM idea_fact_v1 WHERE type = 'PilotStarted'",
    "wip": "UPDATE idea_fact_v1 SET state = 'stopped'",
    "age": "UPDATE idea_fact_v1 SET occurred_at = occurred_at - interval '1 hour' "
           "WHERE type = 'IdeaSubmitted'",
    "idea_diversity": "UPDATE idea_fact_v1 SET category = idea::text WHERE category IS NOT NULL",
    "first_response": "DELETE FROM doing_fact_v1 WHERE type = 'ReviewCompleted'",
    "sla_attainment": "DELETE FROM promise_fact_v1 WHERE step = 'made'",
    "closed_loop": "DELETE FROM delivery_fact_v1",
    "barrier_resolution": "DELETE FROM doing_fact_v1 WHERE type = 'BarrierDeclined'",
    "time_granted": "UPDATE doing_fact_v1 SET amount = amount + 1 WHERE type = 'TimeGranted'",
    "idea_rate": "DELETE FROM standing_fact_v1 WHERE NOT present",
    "cross_department": "DELETE FROM doing_fact_v1 WHERE type = 'IdeaSupported'",
    "pilot_outcomes": "UPDATE doing_fact_v1 SET kind = 'scaled' WHERE type = 'PilotConcluded'",
}  # fmt: skip


async def lived(kept: Kept, seed: int, *, rebuild: bool, rich: bool = False) -> World:
    """Let metrics hear a house: in portions, in disorder, some of it again, with an erasure."""
    await empty(kept)
    found = world(seed, rich=rich)
    house = House(kept, HASHED, random.Random(seed))  # noqa: S311 - the same each time
    heap = Heap(facts=heard_of(found), erased=[PEOPLE[seed % 4]] if seed % 3 == 0 else [])
    await house.live(heap, rebuild=rebuild)
    return found


async def differing(
    kept: Kept, log: Log, days: tuple[int, int, int], only: Sequence[str] = ALL
) -> set[str]:
    """Return which numbers are not what the logs come to; days of 2025: from, to, judged at."""
    first, after, judged = (date(2025, 1, 1) + timedelta(days=n) for n in days)
    meant = window(ZONE, kept.clock.now(), since=first, until=after, at=judged)
    asked = Question(meant.since or meant.until, meant.until, meant.at)
    again = Recounting(kept.db, HASHED, ZONE, weekday)
    found = set()
    for kpi in only:
        told: Any = (await kept.ask(kpi, meant)).number
        if kpi in NUMBERS:
            counted: Any = recompute(kpi, log, asked)
        else:
            counted = await again.number(kpi, first, after, judged)
        beside = {name: rounded(told.beside[name]) for name in counted.beside}
        other = {name: rounded(value) for name, value in counted.beside.items()}
        if (rounded(told.value), told.n, beside) != (rounded(counted.value), counted.n, other):
            found.add(kpi)
    return found


async def test_each_open_number_is_what_the_logs_say(kept: Kept) -> None:
    """Duplicates, disorder, lateness, corrections, reopenings, erasures, a rebuild in between."""
    loop = asyncio.get_running_loop()

    async def story(seed: int, since: int, length: int, after: int, *, rebuild: bool) -> None:
        house = await lived(kept, seed, rebuild=rebuild)
        log = Log(house.events)
        assert await differing(kept, log, (since, since + length, since + after)) == set()

    # A seed can't be made simpler: nothing is gained by shrinking it.
    @settings(max_examples=15, deadline=None, database=None, phases=[Phase.generate])
    @given(st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 60), st.integers(1, 120),
           st.booleans())  # fmt: skip
    def check(seed: int, since: int, length: int, after: int, rebuild: bool) -> None:
        told: Any = story(seed, since, length, after, rebuild=rebuild)
        asyncio.run_coroutine_threadsafe(told, loop).result(120)

    await asyncio.to_thread(check)


async def test_whatever_is_changed_in_the_rows_is_noticed(kept: Kept) -> None:
    house = await lived(kept, SEED, rebuild=False, rich=True)
    log = Log(house.events)
    assert await differing(kept, log, (0, 100, 100)) == set()
    async with kept.db.pool.acquire() as raw:
        for kpi, change in TAMPERED.items():
            table = change.replace("DELETE FROM ", "UPDATE ").split()[1]
            rows = await kept.rows(table)
            await raw.execute(change)
            assert await differing(kept, log, (0, 100, 100), only=[kpi]) == {kpi}
            await raw.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            await raw.copy_records_to_table(table, records=rows)
    assert set(TAMPERED) == set(ALL)
