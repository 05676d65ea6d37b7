"""Each row runs on real servers, with little to do, and finds that everything was done once.

A row checks what it measured itself, and raises where anything is missing or was done twice. Time
is never checked here: the machine may be busy.
"""

import pytest

from benchmarks.__main__ import ROWS
from benchmarks.harness import feed
from benchmarks.harness.apart import installed
from benchmarks.harness.outcome import Row
from benchmarks.harness.servers import Servers
from chassis.database import Database
from chassis.restored import compare
from contracts import ideas

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]


async def tiny(measured: Servers, name: str) -> Row:
    steps: list[str] = []
    row = await ROWS[name](measured, "tiny", steps.append)
    assert steps, "progress is shown"
    assert row.name == name
    return row


async def test_a_new_database_is_not_taken_for_a_restored_one(measured: Servers) -> None:
    _, record, _ = next(feed.lives(1))
    await feed.publish(measured.bootstrap, ideas.TOPIC, iter([(0, record, True)]))
    database = await measured.database("ideas")
    store = Database(database.url)
    await store.open()
    await compare(store, measured.bootstrap, [ideas.TOPIC], "kiem/ideas")  # or StoreIsBehind
    await store.close()
    await measured.drop(database)


@pytest.mark.parametrize("name", ["append", "relay", "submitting", "rebuilding"])
async def test_a_contest_has_a_figure_of_everybody_and_everything_was_done(
    measured: Servers, name: str
) -> None:
    row = await tiny(measured, name)
    assert row.contests
    assert all(rate > 0 for c in row.contests for rates in c.figures.values() for rate in rates)


async def test_a_mistyped_title_finds_its_idea(measured: Servers) -> None:
    _, found = (await tiny(measured, "finding")).bars
    assert found.met


async def test_every_date_that_comes_is_noticed(measured: Servers) -> None:
    rest, late = (await tiny(measured, "guarding")).contests
    assert len(rest.figures) == 2
    assert late.figures["p50"] <= late.figures["p99"] <= late.figures["latest"]


async def test_every_edition_is_made_and_every_question_answered(measured: Servers) -> None:
    made, *told = (await tiny(measured, "asking")).contests
    assert len(made.figures) == 2
    assert all(0 < each.figures["p50"][0] <= each.figures["p99"][0] for each in told)


async def test_every_fact_counts_once_whoever_consumes(measured: Servers) -> None:
    row = await tiny(measured, "consuming")
    uses, facts = row.contests
    assert len(uses.figures) == len(facts.figures) == 3 + installed()


async def test_the_way_of_an_idea_is_followed_hop_by_hop(measured: Servers) -> None:
    half, most = (await tiny(measured, "reaction")).contests
    assert len(half.figures) == 6
    assert all(most.figures[hop] >= half.figures[hop] for hop in half.figures)


async def test_a_curve_has_a_point_for_each_mark(measured: Servers) -> None:
    row = await tiny(measured, "costing")
    assert [len(p) for curve in row.curves for p in curve.lines.values()] == [2] * 5


async def test_every_service_is_started_and_weighed(measured: Servers) -> None:
    start, ready, memory = (await tiny(measured, "standing")).contests
    assert len(start.figures) == len(ready.figures) == 4
    assert len(memory.figures) == 4 + 2 * 3
