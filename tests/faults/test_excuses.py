"""What a fault excuses is excused, and nothing more, and not for longer than it lasts."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.attacks import TABLE, deliveries
from tests.faults.checker import Allowed, check
from tests.faults.evidence import TELLS, USAGE
from tests.faults.outsiders import SOURCE
from tests.faults.story import TAKEN, Story

IDEAS, FEEDBACK = TELLS["ideas"], TELLS["feedback"]


def wrong(story: Story, allowed: Allowed | None = None) -> str:
    return "\n".join(check(story.history, story.found, allowed))


def out_of_order(story: Story) -> None:
    """Let versions 1, 3 and 2 lie at the first three offsets."""
    first, second, third = story.found.topics[IDEAS]
    story.found.topics[IDEAS] = [first, replace(third, offset=1), replace(second, offset=2)]


def test_what_a_fault_put_there_itself_is_not_blamed_on_the_relay() -> None:
    story = Story()
    records = story.found.topics[IDEAS]
    early = replace(max(records, key=lambda r: r.version), offset=-1)
    records.append(early)
    assert "stands behind" in wrong(story)
    planted = {(IDEAS, early.part, early.offset)}
    allowed = Allowed(planted=planted)
    assert wrong(story, allowed=allowed) == ""
    allowed.made_anew(IDEAS)
    assert wrong(story, allowed=allowed) != "", (
        "in a topic made anew the offset is another record's"
    )


def test_what_an_operation_excuses_is_excused_and_no_more() -> None:
    story = Story()
    story.found.topics[IDEAS] = [replace(r, part=r.version) for r in story.found.topics[IDEAS]]
    assert "stands behind version 0" in wrong(story)
    assert wrong(story, allowed=Allowed(moved_keys={IDEAS})) == ""
    story.found.used.clear()
    assert USAGE in wrong(story, allowed=Allowed(moved_keys={IDEAS}))


def test_a_use_is_lost_with_kafka_only_where_kafka_had_it_before() -> None:
    story = Story()
    story.found.used.clear()
    after = Allowed(lost_at=TAKEN + 1)
    assert wrong(story, allowed=after) == ""
    story.found.uses.clear()
    assert wrong(story, allowed=after) == "", "nobody may have heard it"
    assert "an acknowledged use is not in Kafka" in wrong(story, allowed=Allowed(lost_at=TAKEN - 1))
    story.history.uses[SOURCE, "u1"].taken = TAKEN + 2
    assert "an acknowledged use is not in Kafka" in wrong(story, allowed=after), "it came again"


def test_a_use_that_came_by_the_door_counts_although_kafka_was_lost() -> None:
    story = Story()
    story.found.used.clear()
    story.history.uses[SOURCE, "u1"].way = "door"
    assert wrong(story, allowed=Allowed(lost_at=TAKEN + 1)) == ""
    story.found.uses.clear()
    assert "and the ledger says 0" in wrong(story, allowed=Allowed(lost_at=TAKEN + 1))


def test_order_is_excused_until_all_was_told_again_and_not_after() -> None:
    story = Story()
    out_of_order(story)  # 1, 3, 2
    assert wrong(story, allowed=Allowed(anew={(IDEAS, 0): 2})) == ""
    for other in ({(IDEAS, 0): 1}, {(IDEAS, 1): 2}, {(FEEDBACK, 0): 2}):
        assert "stands behind version 1" in wrong(story, allowed=Allowed(anew=other))


def test_what_was_told_before_the_owner_noticed_counts_for_what_comes_after() -> None:
    """Version 2 came first; then, from the beginning, 1 and 2; and 3, after all was told again."""
    story = Story()
    one, two, three = story.found.topics[IDEAS]
    again = [two, one, two, three]
    story.found.topics[IDEAS] = [replace(r, offset=n) for n, r in enumerate(again)]
    assert wrong(story, allowed=Allowed(anew={(IDEAS, 0): 3})) == ""
    assert "stands behind version 0" in wrong(story)


def test_a_topic_that_is_made_anew_once_more_has_no_excuse_yet() -> None:
    story = Story()
    out_of_order(story)
    allowed = Allowed(anew={(IDEAS, 0): 2, (FEEDBACK, 0): 2})
    allowed.made_anew(IDEAS)
    assert allowed.anew == {(FEEDBACK, 0): 2}
    assert "stands behind version 1" in wrong(story, allowed=allowed)


class Wide:
    """A topic that got a partition, into which a producer's records go."""

    def __init__(self, records: list[Any]) -> None:
        self.records, self.taken = records, list[Any]()

    async def records_of(self, *_: str) -> list[Any]:
        return self.records

    @asynccontextmanager
    async def writer(self, _: str) -> AsyncIterator[Any]:
        yield self

    async def send(self, topic: str, **_: Any) -> "asyncio.Future[Any]":
        self.taken.append(SimpleNamespace(topic=topic, partition=9, offset=len(self.taken)))
        done = asyncio.get_running_loop().create_future()
        done.set_result(self.taken[-1])
        return done


async def test_what_comes_twice_may_be_the_first_of_its_key_in_a_partition_that_was_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = Story()
    wide = Wide([SimpleNamespace(key=b"k", value=b"", headers=[])] * 3)
    monkeypatch.setattr(deliveries, "records_of", wide.records_of)
    monkeypatch.setattr(deliveries, "writer", wide.writer)
    monkeypatch.setattr(deliveries, "TELLS", {"ideas": IDEAS})
    monkeypatch.setattr(deliveries, "USAGE", IDEAS)
    allowed = Allowed(moved_keys={IDEAS})
    kafka = SimpleNamespace(bootstrap="")
    run: Any = SimpleNamespace(town=SimpleNamespace(kafka=kafka), allowed=allowed)
    async with TABLE["records come twice"].attack(run, random.Random(1)):  # noqa: S311
        pass
    one, _, three = story.found.topics[IDEAS]
    again = [replace(one, part=9, offset=0), replace(three, part=9, offset=1)]
    story.found.topics[IDEAS] += again
    assert "stands behind version 1" in wrong(story, Allowed(moved_keys={IDEAS}))
    assert wrong(story, allowed) == ""
    assert len(allowed.planted) == len(wide.taken) == 3
