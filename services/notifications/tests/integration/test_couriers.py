"""Couriers share a queue: who took a mail, how long each waits, and what stops none of them."""

from datetime import datetime, timedelta

import pytest

from contracts.vocabulary import IdeaId
from notifications.delivery.courier import Courier
from services.notifications.tests.house import House
from services.notifications.tests.integration.mailing import ANNA, declined, told

pytestmark = pytest.mark.integration


async def test_a_mail_that_two_workers_sent_counts_once_with_one_message_id(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await declined(house, idea)
    await house.send_all()
    # As after a crash between the server's 250 and our commit, or a lease that ended too soon.
    await house.parts.db.pool.execute("UPDATE notice SET mail = 'waiting'")
    await house.hurry()
    await house.send_all()
    notice, events = await told(house)
    assert notice["mail"] == "delivered"
    assert [e.channel for e in events] == ["in_app", "mail"]
    assert len({mail["Message-ID"] for mail in house.office.got}) == 1
    assert len(house.office.got) == 2


async def test_a_mail_that_somebody_has_taken_is_left_alone_until_the_lease_ends(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await declined(house, idea)
    await house.parts.db.pool.execute("UPDATE notice SET lease_until = now() + interval '20 s'")
    assert await house.courier.step() == 0
    await house.parts.db.pool.execute("UPDATE notice SET lease_until = now() - interval '1 s'")
    assert await house.courier.step() == 1
    assert len(house.office.got) == 1


async def test_each_wait_is_longer_and_none_is_endless(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.neighbours.status = 503
    await declined(house, idea)
    waits: list[timedelta] = []
    for _ in range(12):
        await house.hurry()
        await house.send_all()
        wait: timedelta = await house.parts.db.pool.fetchval(
            "SELECT next_attempt_at - now() FROM notice"
        )
        waits.append(wait)
    longest = timedelta(seconds=house.settings.retry_longest_seconds)
    assert waits[0] < timedelta(seconds=house.settings.retry_seconds)
    assert longest / 2 - timedelta(seconds=5) < waits[-1] <= longest


async def test_a_courier_that_meets_a_database_in_trouble_looks_again_later(
    house: House, idea: IdeaId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await declined(house, idea)
    rounds: list[datetime] = []
    whole_step = Courier.step

    async def shaken(courier: Courier) -> int:
        rounds.append(await house.now())
        if len(rounds) == 1:
            raise ConnectionResetError
        if len(rounds) > 2:
            raise _EnoughError
        return await whole_step(courier)

    monkeypatch.setattr(Courier, "step", shaken)
    with pytest.raises(_EnoughError):
        await house.courier.run()
    assert len(house.office.got) == 1


class _EnoughError(Exception):
    pass


@pytest.mark.parametrize(
    "ahead",
    [
        "UPDATE notice SET next_attempt_at = now() + interval '1 hour'",
        "UPDATE notice SET lease_until = now() + interval '1 hour'",
    ],
)
async def test_a_mail_that_was_queued_or_taken_while_the_clock_was_ahead_goes_out_now(
    house: House, idea: IdeaId, ahead: str
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await declined(house, idea)
    await house.parts.db.pool.execute(ahead)
    assert await house.courier.step() == 1
