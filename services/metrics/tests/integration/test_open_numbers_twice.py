"""The open numbers are what the logs come to, whatever happens to the facts on their way."""

import asyncio
import random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cli.truth import NUMBERS, Log, Question, recompute
from metrics.domain.numbers import rounded
from metrics.projections.persons import hashing
from services.metrics.tests.hearing import heard_of
from services.metrics.tests.histories import Heap
from services.metrics.tests.integration.conftest import Kept
from services.metrics.tests.integration.test_recount import House, empty
from services.metrics.tests.making import START, period
from services.metrics.tests.worlds import PEOPLE, World, world

pytestmark = pytest.mark.integration
SEED = 445  # of a house in which all of this happens
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
    "sla_attainment": "UPDATE promise_fact_v1 SET step = 'broken' WHERE step = 'kept'",
    "closed_loop": "DELETE FROM delivery_fact_v1",
    "barrier_resolution": "DELETE FROM doing_fact_v1 WHERE type = 'BarrierDeclined'",
    "time_granted": "UPDATE doing_fact_v1 SET amount = amount + 1 WHERE type = 'TimeGranted'",
    "pilot_outcomes": "UPDATE doing_fact_v1 SET kind = 'scaled' WHERE type = 'PilotConcluded'",
}  # fmt: skip


async def lived(kept: Kept, seed: int, *, rebuild: bool) -> World:
    """Let metrics hear a house: in portions, in disorder, some of it again, with an erasure."""
    await empty(kept)
    found = world(seed)
    house = House(kept, hashing(b"k" * 32), random.Random(seed))  # noqa: S311 - the same each time
    heap = Heap(facts=heard_of(found), erased=[PEOPLE[seed % 4]] if seed % 3 == 0 else [])
    await house.live(heap, rebuild=rebuild)
    return found


async def differing(kept: Kept, log: Log, since: int, until: int, at: int) -> set[str]:
    """Return which numbers are not what the log comes to."""
    window = period(since, until, at)
    asked = Question(window.since or START, window.until, window.at)
    found = set()
    for kpi in NUMBERS:
        told, counted = (await kept.ask(kpi, window)).number, recompute(kpi, log, asked)
        beside = {name: rounded(told.beside[name]) for name in counted.beside}
        if (rounded(told.value), told.n, beside) != (counted.value, counted.n, counted.beside):
            found.add(kpi)
    return found


async def test_each_open_number_is_what_the_logs_say(kept: Kept) -> None:
    """Duplicates, disorder, lateness, corrections, reopenings, erasures, a rebuild in between."""
    loop = asyncio.get_running_loop()

    async def story(seed: int, since: int, length: int, after: int, *, rebuild: bool) -> None:
        house = await lived(kept, seed, rebuild=rebuild)
        log = Log(house.events)
        assert await differing(kept, log, since, since + length, since + after) == set()

    # A seed can't be made simpler: nothing is gained by shrinking it.
    @settings(max_examples=15, deadline=None, database=None, phases=[Phase.generate])
    @given(st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 60), st.integers(1, 120),
           st.booleans())  # fmt: skip
    def check(seed: int, since: int, length: int, after: int, rebuild: bool) -> None:
        told: Any = story(seed, since, length, after, rebuild=rebuild)
        asyncio.run_coroutine_threadsafe(told, loop).result(120)

    await asyncio.to_thread(check)


async def test_whatever_is_changed_in_the_rows_is_noticed(kept: Kept) -> None:
    house = await lived(kept, SEED, rebuild=False)
    log = Log(house.events)
    assert await differing(kept, log, 0, 100, 100) == set()
    for kpi, change in TAMPERED.items():
        await lived(kept, SEED, rebuild=False)
        await kept.db.pool.execute(change)
        assert kpi in await differing(kept, log, 0, 100, 100), kpi
    assert set(TAMPERED) == set(NUMBERS)
