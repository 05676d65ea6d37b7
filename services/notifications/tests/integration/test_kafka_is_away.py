"""While Kafka is away nobody is said to be late; at its return it is judged."""

from datetime import datetime, timedelta

import pytest

from contracts.ideas import IdeaDeclined
from contracts.notifications import (
    PromiseKept,
    PromiseMade,
)
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import (
    House,
)
from services.notifications.tests.integration.promising import list_people, under_review

pytestmark = pytest.mark.integration


ANNA, RIK, LENA = map(PersonId, ("anna", "rik", "lena"))


async def until_fired(house: House) -> None:
    """Let whatever was put off be due, and fire it."""
    await house.parts.db.pool.execute("UPDATE timer SET not_before = NULL")
    await house.pass_time(await house.now())


async def promised_as_kafka_goes(house: House, idea: IdeaId) -> datetime:
    """Promise an answer, let Kafka fall silent, and return until when it is promised."""
    await list_people(house)
    await house.hear(event := await under_review(house, idea))
    assert event.due is not None
    house.ears._silent("KafkaConnectionError")
    return event.due


async def test_while_kafka_is_away_no_promise_is_broken_and_a_word_in_time_keeps_it(
    house: House, idea: IdeaId
) -> None:
    due = await promised_as_kafka_goes(house, idea)
    await house.pass_time(due)
    assert [type(e) for e in await house.events("loop", idea)] == [PromiseMade]
    assert (await house.timers(idea))["due"] == due  # it waits, and is overdue for all to see
    late = IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=due - timedelta(hours=1))
    house.ears.answered()
    await house.hear(late)
    await until_fired(house)
    assert [type(e) for e in await house.events("loop", idea)] == [PromiseMade, PromiseKept]
    assert "promise_broken" not in {n["kind"] for n in await house.notices()}


async def test_what_nobody_answered_while_kafka_was_away_is_broken_at_its_return(
    house: House, idea: IdeaId
) -> None:
    due = await promised_as_kafka_goes(house, idea)
    await house.pass_time(due + timedelta(hours=5))
    await until_fired(house)
    assert len(await house.events("loop", idea)) == 1
    house.ears.answered()
    await until_fired(house)
    _, broken, escalated = await house.events("loop", idea)
    assert (broken.due, escalated.missed) == (due, due)
    assert escalated.due > await house.now()
