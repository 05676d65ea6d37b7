"""An idea that whoever finds reviewers never heard of: the desk is told, and it is silent."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.feedback import ReviewRequested
from contracts.ideas import IdeaRevived, IdeaWithdrawn
from contracts.vocabulary import IdeaId
from notifications.consumers.unheard import Watch
from services.notifications.tests.house import House, worker
from services.notifications.tests.integration.promising import ANNA, DESK, submitted

pytestmark = pytest.mark.integration
LONG = timedelta(hours=1)


async def look(house: House, *, later: bool = True) -> None:
    """Let the watch look, as if everything had been heard an hour ago."""
    if later:
        await house.parts.db.pool.execute(
            "UPDATE review_wait SET heard = heard - $1::interval", LONG
        )
    await worker(house.service, Watch).step()


async def told(house: House) -> list[str]:
    return [notice["person"] for notice in await house.notices(kind="unheard")]


async def guarantee(house: House) -> Any:
    return (await house.client.get("/v1/guarantee", headers=house.as_("bo"))).json()


async def asked(house: House, idea: IdeaId, **more: Any) -> ReviewRequested:
    return ReviewRequested(
        idea=idea, author=ANNA, accountable=DESK, due=await house.now() + LONG,
        **{"at": await house.now()} | more,
    )  # fmt: skip


async def test_an_idea_that_nobody_heard_of_is_told_to_the_desk_once_and_counts_as_silent(
    house: House, idea: IdeaId
) -> None:
    await house.hear(event := await submitted(house, idea))
    await look(house, later=False)
    assert await told(house) == []
    for _ in range(2):
        await look(house)
        assert await told(house) == [DESK]
    counted = await guarantee(house)
    assert (counted["held_up"], counted["silent"]) == (1, 1)
    numbers = (await house.client.get("/metrics")).text
    assert "kiem_ideas_unheard 1.0" in numbers
    assert 'kiem_silent{matter="idea"} 1.0' in numbers
    await house.hear(await asked(house, idea, at=event.at))
    await look(house)
    counted = await guarantee(house)
    assert (counted["held_up"], counted["silent"]) == (0, 0)
    numbers = (await house.client.get("/metrics")).text
    assert "kiem_ideas_unheard 0.0" in numbers
    assert 'kiem_silent{matter="idea"} 0.0' in numbers


@pytest.mark.parametrize("first", ["idea", "review"])
async def test_an_idea_whose_review_was_asked_for_is_nobodys_news_in_either_order(
    house: House, idea: IdeaId, first: str
) -> None:
    event = await submitted(house, idea)
    request = await asked(house, idea, at=event.at)
    for each in (event, request) if first == "idea" else (request, event):
        await house.hear(each)
    await look(house)
    assert await told(house) == []
    assert await house.parts.db.pool.fetchval("SELECT count(*) FROM review_wait") == 0


async def test_an_idea_that_wakes_up_is_waited_for_anew(house: House, idea: IdeaId) -> None:
    await house.hear(event := await submitted(house, idea))
    await house.hear(await asked(house, idea, at=event.at))
    at = event.at + LONG
    await house.hear(IdeaRevived(
        idea=idea, author=ANNA, at=at, accountable=DESK, due=at + 24 * LONG
    ))  # fmt: skip
    await look(house)
    assert await told(house) == [DESK]


async def test_what_is_taken_back_meanwhile_waits_for_nobody(house: House, idea: IdeaId) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(IdeaWithdrawn(idea=idea, author=ANNA, by=ANNA, at=await house.now()))
    await look(house)
    assert await told(house) == []
    assert (await guarantee(house))["held_up"] == 0
