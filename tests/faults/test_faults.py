"""The short selection: attacks one after the other on one town, and one judgement over all of it.

The seed stands in the name of each test that fails; `KIEM_FAULTS_SEED` plays it again, and
`python -m tests.faults.chaos --seed … --only "…"` plays one attack alone.
"""

import os
import random
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.faults import loss
from tests.faults.attacks import TABLE, NotPossible
from tests.faults.checker import shown
from tests.faults.run import Run
from tests.faults.suffering import suffer

REAL = (pytest.mark.attacks, pytest.mark.timeout(400))

SEED = int(os.environ.get("KIEM_FAULTS_SEED") or secrets.randbelow(10**6))
QUICK = [name for name, fault in TABLE.items() if fault.quick]
LONGEST = 1.0  # seconds that an attack is kept up here
SHORT = {
    "kill -9 ideas", "kill -9 feedback", "kill -9 metrics", "kill -9 notifications",
    "kill -9 identity", "kill -9 mailbox", "kill -9 portal", "kill -9 PostgreSQL",
    "kill -9 Kafka",
    "Kafka's data are lost", "PostgreSQL is restored to an older copy",
    "all connections are ended", "the wire to PostgreSQL is cut", "the database's disk is full",
    "a zombie consumer", "a zombie relay", "a flood of poison on one key",
    "records come twice", "records come before those they follow",
}  # fmt: skip
ATTACKS = SHORT | {
    "kill -9 of all services at once", "a service is stopped in order", "a service sleeps",
    "a rebalance storm", "a service is down while 100,000 events arrive",
    "Kafka is restarted", "a topic is deleted", "partitions are added", "a slow broker",
    "the wire to Kafka is cut", "PostgreSQL is restarted", "a slow database",
    "a transaction is held open", "the relay's row is held",
    "the clock jumps an hour forward, and back", "the clock jumps an hour back, and forward",
    "a flood of poison on many keys", "records come an hour late",
}  # fmt: skip


@pytest.fixture(scope="module")
async def run() -> AsyncIterator[Run]:
    """A town with people at work; when all tests are over, no process of it may be left."""
    made = Run(SEED)
    try:
        await made.begin()
        yield made
    finally:
        left = await made.end()
    assert not left


@pytest.mark.parametrize("name", [pytest.param(name, marks=REAL) for name in QUICK])
async def test_everything_is_well_again_after(run: Run, name: str) -> None:
    chance = random.Random(f"{SEED}/{name}")  # noqa: S311 - to be replayed
    try:
        await suffer(run, TABLE[name], chance, most=LONGEST)
    except NotPossible as reason:
        not_tried(name, reason)
    except AssertionError as error:
        raise AssertionError(f"seed {SEED}: {error}\n{run.last_words()}") from None


def not_tried(name: str, reason: NotPossible) -> NoReturn:
    """Say why an attack was not made; where everything must be there, that is a failure."""
    told = f"not tried: {name}: {reason}"
    if os.environ.get("KIEM_REQUIRE_INFRA") == "1":
        pytest.fail(told)
    pytest.skip(told)


@pytest.mark.attacks
@pytest.mark.timeout(400)
async def test_nothing_was_lost_nothing_done_twice_and_every_number_is_right(
    run: Run, tmp_path: Path
) -> None:
    wrong = await run.judge()
    if wrong:
        run.keep(tmp_path)
    assert not wrong, f"seed {SEED}, history and logs in {tmp_path}:\n{shown(wrong)}"
    assert run.history.counts()["acknowledged"] > 0


@pytest.mark.attacks
@pytest.mark.timeout(400)
async def test_a_loss_that_is_accepted_is_what_the_list_says_and_all_else_goes_on(
    run: Run, tmp_path: Path
) -> None:
    """The store of ideas is restored to an older copy and stays so: the runbook's second best.

    The last of all, as what the lost events did in other services stays.
    """
    await run.settle()
    await loss.copied(run)
    run.work()
    await run.probe()
    await run.settle()
    before = await run.witness().tell()
    listed = await loss.restored(run)
    assert not list(loss.unlisted(before, await run.witness().tell(), listed))
    assert listed
    lost = [event for event in before.stores["ideas"] if event.id in listed]
    await loss.accepted(run, lost)
    run.work()
    await run.probe()
    await run.settle()
    found = await run.witness().tell()
    wrong = loss.check_after(run.history, found, lost, run.allowed)
    if wrong:
        run.keep(tmp_path)
    assert not wrong, f"seed {SEED}, history and logs in {tmp_path}:\n{shown(wrong)}"


def test_no_attack_has_gone_from_the_table() -> None:
    gone, new = ATTACKS - TABLE.keys(), TABLE.keys() - ATTACKS
    assert not gone, f"these attacks are made no more: {sorted(gone)}"
    assert not new, f"write these down here as well, so that they stay: {sorted(new)}"
    assert all(fault.promise for fault in TABLE.values())
    assert set(QUICK) >= SHORT, f"in no short selection any more: {sorted(SHORT - set(QUICK))}"


def test_the_page_on_reliability_promises_what_the_table_does_and_no_more() -> None:
    page = (Path(__file__).parents[2] / "docs/reliability.md").read_text("utf-8")
    below = page.partition("| fault | what is promised |\n| --- | --- |\n")[2]
    rows = [tuple(row[2:-2].split(" | ")) for row in below.partition("\n\n")[0].splitlines()]
    promised = {(name, fault.promise) for name, fault in TABLE.items()}
    assert promised - set(rows) == set(), "add these rows to docs/reliability.md"
    assert set(rows) - promised == set(), "take these rows out of docs/reliability.md"
    assert len(rows) == len(TABLE), "a row of docs/reliability.md stands there twice"
