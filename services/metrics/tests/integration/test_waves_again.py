"""Waves of a pulse in a database are what their answers come to, whatever comes twice or late."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chassis.consuming import Heard
from contracts.pulse import PulseAnswered, PulseQuestion, WaveClosed, WaveOpened
from contracts.vocabulary import AnswerId, PersonId, WaveId
from metrics.projections.doings import NAME, VERSION
from metrics.projections.persons import hashing
from metrics.projections.pulse import find_wave
from metrics.projections.recounting_waves import Waves
from services.metrics.tests.histories import Heap
from services.metrics.tests.integration.conftest import Kept, agreed, told
from services.metrics.tests.integration.test_recount import House, empty
from services.metrics.tests.making import day

pytestmark = pytest.mark.integration
WAVE = WaveId(UUID(int=70))
QUESTIONS = tuple(
    PulseQuestion(
        name=name, instrument="enps" if name == "enps" else "safety", least=int(name != "enps"),
        most=10 if name == "enps" else 7, reversed=name == "b", question={"nl": "?", "en": "?"},
    )
    for name in ("enps", "a", "b")
)  # fmt: skip


def a_wave(draw: random.Random) -> list[Heard]:
    opened = WaveOpened(
        at=day(1), pulse="house", wave=WAVE, by=PersonId("p-hr"), closes=day(9), invited=60,
        questions=QUESTIONS, departments={"care": 30, "it": 20, "lab": 6},
    )  # fmt: skip
    answers = [
        PulseAnswered(
            at=day(1), answer=AnswerId(UUID(int=n)), wave=WAVE,
            department=draw.choice(["care", "care", "it", "lab", None]),
            answers={q.name: draw.randint(q.least, q.most) for q in QUESTIONS
                     if draw.random() < 0.8},
        )
        for n in range(draw.choice([3, 12, 40]))
    ]  # fmt: skip
    closed = WaveClosed(at=day(9), pulse="house", wave=WAVE, answered=len(answers))
    return [told(opened, 1), told(closed, 2), *map(told, answers)]


async def heard(kept: Kept, seed: int, *, rebuild: bool) -> Waves:
    await empty(kept)
    draw = random.Random(seed)  # noqa: S311 - the same each time
    house = House(kept, hashing(b"k" * 32), draw)
    await house.live(Heap(facts=a_wave(draw)), rebuild=rebuild)

    async def read(wave: UUID) -> Any:
        return await find_wave(kept.db, NAME, wave, VERSION)

    return Waves(kept.db, read, agreed)


async def outcomes(waves: Waves) -> dict[str, str]:
    return {each["instrument"]: each["outcome"] for each in await waves.again()}


async def test_a_wave_is_what_its_answers_come_to(kept: Kept) -> None:
    loop = asyncio.get_running_loop()

    async def story(seed: int, *, rebuild: bool) -> None:
        waves = await heard(kept, seed, rebuild=rebuild)
        assert await outcomes(waves) == {"enps": "equal", "safety": "equal"}

    # A seed can't be made simpler: nothing is gained by shrinking it.
    @settings(max_examples=10, deadline=None, database=None, phases=[Phase.generate])
    @given(st.integers(0, 2**32), st.booleans())
    def check(seed: int, rebuild: bool) -> None:
        asyncio.run_coroutine_threadsafe(story(seed, rebuild=rebuild), loop).result(120)

    await asyncio.to_thread(check)


@pytest.mark.parametrize(
    ("change", "differ"),
    [
        ("UPDATE answer_fact_v1 SET answers = replace(answers, '\"enps\":9', '\"enps\":2')",
         {"enps": "different", "safety": "equal"}),
        ("UPDATE answer_fact_v1 SET department = 'care' WHERE department = 'it'",
         {"enps": "different", "safety": "different"}),
        ("DELETE FROM answer_fact_v1 WHERE answer = '00000000-0000-0000-0000-000000000000'",
         {"enps": "different", "safety": "different"}),
    ],
)  # fmt: skip
async def test_an_answer_that_was_changed_is_noticed_and_no_number_is_told(
    kept: Kept, change: str, differ: dict[str, str]
) -> None:
    waves = await heard(kept, 5, rebuild=False)
    await kept.db.pool.execute(change)
    assert await outcomes(waves) == differ
    assert all(
        set(each) == {"wave", "opened", "instrument", "outcome", "groups"}
        for each in await waves.again()
    )


async def test_a_wave_that_is_not_over_is_not_counted_again(kept: Kept) -> None:
    waves = await heard(kept, 5, rebuild=False)
    await kept.db.pool.execute("DELETE FROM wave_fact_v1 WHERE NOT opened")
    await kept.db.pool.execute("DELETE FROM journal WHERE type LIKE '%WaveClosed%'")
    assert await waves.again() == []
