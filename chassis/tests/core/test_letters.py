"""Dead letters: what waits behind a bad record, and the way back."""

import asyncio
from uuid import UUID, uuid4

import pytest

from chassis.consuming import Heard, Subscription, letters
from chassis.consuming.letters import LetterIsBehind, LetterIsSettled, Letters
from chassis.database import Tx
from chassis.decider import NotFound
from chassis.keyring import Keyring
from contracts.ideas import TOPIC

from .moody import Moody, broken, redrive
from .stage import Line, Stage, life, messages, revised, submitted, told

pytestmark = pytest.mark.integration


async def test_a_topic_made_anew_has_letters_of_its_own_at_the_places_of_the_old_one(
    line: Line,
) -> None:
    await line.hear([broken(told(submitted(uuid4()), 1))])
    line.log[TOPIC, 0] = messages([broken(told(submitted(uuid4()), 1))])
    await line.resume(offset=0)
    assert [offset for offset, *_ in await line.parked()] == [0, 0]
    await line.resume(offset=0)  # and what is kept already is not kept twice
    assert len(await line.parked()) == await line.parked_count() == 2


async def effects_of(stage: Stage, idea: UUID) -> list[int]:
    return [version for stream, version in await stage.effects() if stream == f"idea-{idea}"]


async def test_a_handler_that_fails_costs_the_offender_and_what_follows_of_its_key(
    stage: Stage, moody: Moody, line: Line
) -> None:
    """K1, C7: the offender is kept, its key waits in order, all other keys flow."""
    bad, good = uuid4(), uuid4()
    moody.hates.add((str(bad), 2))
    mixed = [record for pair in zip(life(bad, 4), life(good, 4), strict=True) for record in pair]
    claim = await line.hear(mixed)
    assert claim.position == 8
    assert await effects_of(stage, good) == [1, 2, 3, 4]
    assert await effects_of(stage, bad) == [1]
    reasons = await line.parked()
    assert reasons == [
        (2, "the handler failed: LookupError", False),
        (4, "an earlier one of its key waits", True),
        (6, "an earlier one of its key waits", True),
    ]
    assert await stage.count("journal") == 5
    assert "Zonnebloem" not in str(reasons)


async def test_later_batches_of_a_parked_key_wait_too(
    stage: Stage, moody: Moody, line: Line
) -> None:
    """C7: also after a restart, when nobody remembers why."""
    bad, good = uuid4(), uuid4()
    moody.hates.add((str(bad), 1))
    await line.hear(life(bad, 2))
    moody.hates.clear()
    again = Line(stage, Subscription(TOPIC, moody), owner="restarted")
    again.log = line.log
    await again.hear([told(revised(bad), 3), *life(good)])
    assert await effects_of(stage, bad) == []
    assert len(await effects_of(stage, good)) == 3
    assert [behind for _, _, behind in await line.parked()] == [False, True, True]
    assert await line.parked_count() == 3


async def test_an_unreadable_record_parks_its_key_and_counts_in_the_same_transaction(
    stage: Stage, moody: Moody, line: Line
) -> None:
    idea = uuid4()
    records = life(idea)
    await line.hear([records[0], broken(records[1]), records[2]])
    assert await effects_of(stage, idea) == [1]
    assert [behind for _, _, behind in await line.parked()] == [False, True]
    assert await line.parked_count() == 2


async def test_a_letter_that_is_heard_again_is_kept_once_and_counted_once(
    stage: Stage, line: Line
) -> None:
    records = life(uuid4(), 2)
    await line.hear([broken(records[0]), records[1]])
    await line.resume(offset=0)
    assert len(await line.parked()) == await line.parked_count() == 2


async def test_redriving_handles_a_key_in_order_and_lets_it_flow_again(
    stage: Stage, moody: Moody, line: Line
) -> None:
    """C5, C7: from the bytes that were kept, by the same handler, exactly once."""
    bad = uuid4()
    moody.hates.add((str(bad), 2))
    await line.hear(life(bad, 4))
    assert await redrive(line) == (0, 1, 2)
    assert await effects_of(stage, bad) == [1]
    moody.hates.clear()
    assert await redrive(line) == (3, 0, 0)
    assert await redrive(line) == (0, 0, 0)
    assert await effects_of(stage, bad) == [1, 2, 3, 4]
    assert await line.parked_count() == 0
    await line.hear([told(revised(bad), 5)])
    assert await effects_of(stage, bad) == [1, 2, 3, 4, 5]
    settled = await stage.owner.fetch("SELECT status, settled_by, attempts FROM dead_letter")
    assert {(row["status"], row["settled_by"]) for row in settled} == {("resolved", "p-op")}
    assert sorted(row["attempts"] for row in settled) == [0, 0, 1]


async def test_redriving_stops_at_the_first_of_a_key_that_fails_again(
    stage: Stage, moody: Moody, line: Line
) -> None:
    bad, other = uuid4(), uuid4()
    moody.hates |= {(str(bad), 1), (str(bad), 3), (str(other), 1)}
    await line.hear(life(bad, 4) + life(other, 2))
    moody.hates = {(str(bad), 3)}
    handled, failed, waiting = await redrive(line)
    assert (handled, failed, waiting) == (4, 1, 1)
    assert await effects_of(stage, bad) == [1, 2]
    assert await effects_of(stage, other) == [1, 2]


@pytest.mark.parametrize("portion", [1, 2, 3, 5])
async def test_many_letters_of_a_key_are_redriven_portion_by_portion(
    stage: Stage, moody: Moody, line: Line, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    """What a flood left would hold its partition, in one transaction, for as long as it takes."""
    monkeypatch.setattr(letters, "PORTION", portion)
    bad = uuid4()
    moody.hates.add((str(bad), 1))
    await line.hear(life(bad, 6))
    moody.hates = {(str(bad), 5)}
    assert await redrive(line) == (4, 1, 1)
    assert await effects_of(stage, bad) == [1, 2, 3, 4]
    moody.hates.clear()
    assert await redrive(line) == (2, 0, 0)
    assert await effects_of(stage, bad) == [1, 2, 3, 4, 5, 6]
    assert await line.parked_count() == 0


async def test_a_dry_run_says_what_would_be_tried_and_does_nothing(
    stage: Stage, moody: Moody, line: Line
) -> None:
    """C8: a redrive can be looked at before it is done."""
    bad = uuid4()
    moody.hates.add((str(bad), 1))
    await line.hear(life(bad))
    moody.hates.clear()
    assert await redrive(line, dry_run=True) == (0, 1, 2)
    assert await stage.effects() == []
    assert len(await line.parked()) == 3


async def test_a_redrive_takes_its_time(
    stage: Stage, moody: Moody, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8: at most so many a second, key by key."""
    ideas = [uuid4() for _ in range(3)]
    moody.hates = {(str(idea), 1) for idea in ideas}
    await line.hear([record for idea in ideas for record in life(idea)])
    moody.hates.clear()
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", rest)
    assert await redrive(line, rate=30) == (9, 0, 0)
    assert rests == [0.1, 0.1, 0.1]


async def test_letters_of_one_kind_can_be_redriven_alone(
    stage: Stage, moody: Moody, line: Line
) -> None:
    bad, unreadable = uuid4(), uuid4()
    moody.hates.add((str(bad), 1))
    await line.hear([*life(bad, 1), broken(life(unreadable)[0])])
    moody.hates.clear()
    letters = await line.desk.list("parked", 0, 10)
    kind = {letter["off"]: letter["fingerprint"] for letter in letters}
    assert kind[0] != kind[1]
    assert await redrive(line, fingerprint=kind[0]) == (1, 0, 0)
    assert await redrive(line, [letters[1]["id"]]) == (0, 1, 0)
    assert await effects_of(stage, bad) == [1]


async def test_while_a_key_is_redriven_nothing_of_it_overtakes(stage: Stage, moody: Moody) -> None:
    """C7: the consumer waits for the redrive, which holds the position."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    idea = uuid4()

    async def slowly(tx: Tx, heard: Heard) -> None:
        if heard.version == 1 and begun.is_set():
            await go_on.wait()
        await moody(tx, heard)

    line = Line(stage, Subscription(TOPIC, slowly))
    moody.hates.add((str(idea), 1))
    await line.hear(life(idea, 2))
    moody.hates.clear()
    begun.set()
    redriving = asyncio.create_task(redrive(line))
    await asyncio.sleep(0.05)
    hearing = asyncio.create_task(line.hear([told(revised(idea), 3)]))
    await asyncio.sleep(0.05)
    assert not hearing.done()
    go_on.set()
    assert await redriving == (2, 0, 0)
    await hearing
    assert await effects_of(stage, idea) == [1, 2, 3]


async def test_giving_a_letter_up_lets_its_stream_go_on_without_it(
    stage: Stage, moody: Moody, line: Line
) -> None:
    bad = uuid4()
    moody.hates.add((str(bad), 2))
    await line.hear(life(bad, 3))
    first, second = await line.desk.list("parked", 0, 10)
    await line.desk.discard(first["id"], by="p-op", why="a test of the publisher")
    assert await redrive(line, [second["id"]]) == (1, 0, 0)
    await line.hear([told(revised(bad), 4)])
    assert await effects_of(stage, bad) == [1, 3, 4]
    assert await line.parked_count() == 0
    kept = await line.desk.show(first["id"])
    assert (kept["status"], kept["settled_by"], kept["settled_why"]) == (
        "discarded", "p-op", "a test of the publisher",
    )  # fmt: skip


async def test_a_letter_behind_another_can_not_be_given_up_first(
    stage: Stage, moody: Moody, line: Line
) -> None:
    """C7: or its stream would be marked as heard, and the ones before it lost."""
    bad = uuid4()
    moody.hates.add((str(bad), 1))
    await line.hear(life(bad))
    moody.hates.clear()
    _, second, _ = await line.desk.list("parked", 0, 10)
    with pytest.raises(LetterIsBehind):
        await line.desk.discard(second["id"], by="p-op", why="no")
    assert await redrive(line) == (3, 0, 0)
    assert await effects_of(stage, bad) == [1, 2, 3]


async def test_a_letter_is_settled_once_by_whomever(stage: Stage, moody: Moody, line: Line) -> None:
    await line.hear([broken(life(uuid4())[0]), broken(life(uuid4())[0])])
    first, _ = await line.desk.list("parked", 0, 10)
    attempts = await asyncio.gather(
        *(line.desk.discard(first["id"], by="p-op", why="no") for _ in range(3)),
        return_exceptions=True,
    )
    assert sorted(type(a).__name__ for a in attempts) == [
        "LetterIsSettled", "LetterIsSettled", "NoneType",
    ]  # fmt: skip
    assert await line.parked_count() == len(await line.parked()) == 1
    with pytest.raises(LetterIsSettled):
        await line.desk.discard(first["id"], by="p-op", why="no")
    with pytest.raises(NotFound):
        await line.desk.discard(10**9, by="p-op", why="no")


async def test_an_operator_sees_where_and_why_and_nothing_of_what_it_says(
    stage: Stage, line: Line
) -> None:
    key, headers, _ = life(uuid4())[0]
    await line.hear([(key, [*headers, ("zonnebloem", b"Zonnebloem")], b"{Zonnebloem")])
    (letter,) = await line.desk.list("parked", 0, 10)
    shown = await line.desk.show(letter["id"])
    shape = shown.pop("record")
    assert shown == letter
    assert "onnebloem" not in f"{letter} {shape}"
    assert shape["value_bytes"] == len(b"{Zonnebloem")
    assert shape["version"] == 1


async def test_letters_stay_readable_when_the_key_of_the_service_is_rotated(
    stage: Stage, moody: Moody, line: Line
) -> None:
    bad = uuid4()
    moody.hates.add((str(bad), 1))
    await line.hear(life(bad, 1))
    row = await stage.owner.fetchrow("SELECT * FROM dead_letter")
    new = "k2:" + "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M="
    rotated = Letters(Keyring(stage.db, f"{new},k1:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="))
    assert rotated.open(row).offset == 0
    with pytest.raises(LookupError, match="KIEM_KEYS"):
        Letters(Keyring(stage.db, new)).open(row)
