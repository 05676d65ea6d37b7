"""What stays of a dead letter that is resolved or given up: which event it was, of nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.consuming import Subscription
from chassis.consuming.letters import Letters
from contracts.ideas import TOPIC
from contracts.outside import USAGE_TOPIC

from .moody import Moody, broken, redrive
from .stage import Line, Stage, life, told, used

pytestmark = pytest.mark.integration


async def opened(stage: Stage) -> list[Any]:
    rows = await stage.owner.fetch("SELECT * FROM dead_letter ORDER BY id")
    return [Letters(stage.keyring).open(row) for row in rows]


async def test_of_one_that_was_given_up_nothing_stays_of_anybody(stage: Stage) -> None:
    """Whoever is erased later would else stay in it, as the key and in the words."""
    line = Line(stage, Subscription(USAGE_TOPIC, stage.told, max_age=timedelta(days=30)))
    late = told(used("p-anna", datetime(2020, 1, 1, tzinfo=UTC)), id="1", source="urn:wiki")
    nothing = b"p-anna", [("ce_source", b"p-anna")], b"p-anna"
    await line.hear([late, broken(late), nothing], USAGE_TOPIC)
    letters = [row[0] for row in await stage.owner.fetch("SELECT id FROM dead_letter ORDER BY id")]
    for letter in letters:
        await line.desk.discard(letter, by="p-op", why="too late")
    kept = await opened(stage)
    assert "anna" not in repr(kept)
    ids = [dict(each.headers).get("ce_id") for each in kept]
    assert sorted(ids, key=str) == [None, b"1", b"1"]
    assert (await line.desk.show(letters[0]))["record"]["value_bytes"] is None


async def test_of_one_that_was_resolved_nothing_stays_but_of_those_that_wait(stage: Stage) -> None:
    moody, bad = Moody(stage), uuid4()
    line = Line(stage, Subscription(TOPIC, moody))
    moody.hates.add((str(bad), 1))
    await line.hear(life(bad))
    moody.hates = {(str(bad), 2)}
    assert await redrive(line) == (1, 1, 1)
    assert [each.value is None for each in await opened(stage)] == [True, False, False]
    moody.hates.clear()
    assert await redrive(line) == (2, 0, 0)
    assert len(await stage.effects()) == 3
