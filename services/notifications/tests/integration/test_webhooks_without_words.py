"""A webhook whose words are not to be had: refused ones are given up, others are waited for."""

import pytest

from contracts.vocabulary import IdeaId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import ANNA
from services.notifications.tests.integration.test_webhooks import Gateway, declined, register
from services.notifications.tests.integration.test_wishes import wish
from services.notifications.tests.neighbours import answering

pytestmark = pytest.mark.integration


async def tried(house: House, times: int) -> None:
    for _ in range(times):
        await house.hurry()
        await house.post_all()


async def state(house: House) -> str:
    found: str = await house.parts.db.pool.fetchval("SELECT state FROM webhook_call")
    return found


async def test_words_that_are_refused_do_not_keep_what_is_owed_out_of_the_app(
    house: House, idea: IdeaId
) -> None:
    gateway = Gateway()
    await house.introduce(ANNA, "Anna de Wit")
    await wish(house, "decision", app=False, mail="at_once")
    async with answering(gateway.application()) as url:
        await register(house, url)
        house.neighbours.status = 404
        await declined(house, idea)
        for _ in range(house.settings.mail_refusals):
            await house.hurry()
            await house.send_all()
        await tried(house, house.settings.webhook_tries)
    assert await state(house) == "failed"
    assert [(n["mail"], n["shown"]) for n in await house.notices()] == [("failed", True)]


async def test_to_wait_for_words_does_not_count_against_the_webhook(
    house: House, idea: IdeaId
) -> None:
    gateway = Gateway(status=503)
    await house.introduce(ANNA, "Anna de Wit")
    async with answering(gateway.application()) as url:
        await register(house, url)
        house.neighbours.status = 503
        await declined(house, idea)
        await tried(house, house.settings.webhook_tries + 1)
        assert (gateway.got, await state(house)) == ([], "waiting")
        house.neighbours.status = 200
        await tried(house, house.settings.webhook_tries - 1)
        assert await state(house) == "waiting"
        await tried(house, 1)
    assert (len(gateway.got), await state(house)) == (house.settings.webhook_tries, "failed")
