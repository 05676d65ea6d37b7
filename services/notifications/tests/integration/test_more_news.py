"""Questions, mergers and moved promises reach whom they are for, and other streams do no harm."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.feedback import QuestionAsked
from contracts.ideas import CoAuthorsChanged, IdeaMerged, PromiseMoved
from contracts.notifications import PromiseKept, PromiseMade
from contracts.room import BarrierRaised
from contracts.talk import IdeaSupported
from contracts.vocabulary import BarrierId, IdeaId, QuestionId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    DESK,
    LENA,
    RIK,
    submitted,
    under_review,
)

pytestmark = pytest.mark.integration


async def told(house: House, kind: str, idea: IdeaId) -> list[str]:
    rows = await house.parts.db.pool.fetch(
        "SELECT person FROM notice WHERE kind = $1 AND idea = $2 ORDER BY person", kind, idea
    )
    return [row["person"] for row in rows]


async def test_every_author_is_told_that_there_is_a_question(house: House, idea: IdeaId) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(review := await under_review(house, idea))
    at = await house.now()
    joined = CoAuthorsChanged(
        idea=idea, author=ANNA, by=ANNA, co_authors=(LENA,), at=at, accountable=RIK, due=review.due
    )
    await house.hear(joined, 3)
    asked = QuestionAsked(
        idea=idea, author=ANNA, question=QuestionId(uuid4()), by=RIK, at=at, asked_until=at,
        accountable=RIK, due=review.due,
    )  # fmt: skip
    await house.hear(asked)
    assert await told(house, "question_asked", idea) == [ANNA, LENA]


async def test_a_moved_promise_is_promised_anew_and_the_author_is_told(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(review := await under_review(house, idea), 2)
    assert review.due is not None
    later = review.due + timedelta(days=14)
    await house.hear(PromiseMoved(
        idea=idea, author=ANNA, by=RIK, at=await house.now(), accountable=RIK, due=later
    ), 3)  # fmt: skip
    made = [e for e in await house.events("loop", idea) if isinstance(e, PromiseMade)]
    assert (made[-1].accountable, made[-1].due) == (RIK, later)
    assert await told(house, "promise_moved", idea) == [ANNA]


async def test_a_merged_idea_is_owed_nothing_more_and_its_author_knows(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    merged = IdeaMerged(idea=idea, author=ANNA, by=DESK, into=IdeaId(uuid4()), at=await house.now())
    await house.hear(merged, 2)
    assert isinstance((await house.events("loop", idea))[-1], PromiseKept)
    assert await house.timers(idea) == {}
    assert await told(house, "merged", idea) == [ANNA]


async def test_what_lives_around_ideas_is_passed_over(house: House, idea: IdeaId) -> None:
    at = await house.now()
    await house.hear(IdeaSupported(idea=idea, author=ANNA, by=RIK, at=at))
    await house.hear(BarrierRaised(
        barrier=BarrierId(uuid4()), author=ANNA, kind="time", at=at, accountable=LENA, due=at,
    ))  # fmt: skip
    assert await house.events("loop", idea) == []
