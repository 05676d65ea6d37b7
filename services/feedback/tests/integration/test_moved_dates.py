"""Reviews follow what becomes of their ideas: other dates, a wake-up, a merger."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.feedback import DueMoved, ReviewClosed, ReviewRequested
from contracts.ideas import IdeaMerged, IdeaRevived, PromiseMoved
from contracts.vocabulary import IdeaId
from services.feedback.tests.house import IN_A_YEAR, House, reviewer, submitted
from services.feedback.tests.stories import ANNA, DESK, RIK, day

pytestmark = pytest.mark.integration


async def test_a_promise_that_is_moved_moves_the_review_and_one_of_another_does_not(
    house: House,
) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    due = day(90)
    about: dict[str, Any] = {"idea": idea.idea, "author": ANNA, "at": day(3), "by": RIK}
    await house.hear(PromiseMoved(**about, accountable=DESK, due=due))
    assert not [e for e in await house.told(idea.idea) if isinstance(e, DueMoved)]
    await house.hear(PromiseMoved(**about, accountable=RIK, due=due))
    (moved,) = [e for e in await house.told(idea.idea) if isinstance(e, DueMoved)]
    assert (moved.accountable, moved.due) == (RIK, due)
    shown = await house.parts.db.pool.fetchval(
        "SELECT due FROM review_queue_v1 WHERE idea = $1", idea.idea
    )
    assert shown == due


async def test_a_move_that_feedback_itself_caused_is_no_news(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    moved = PromiseMoved(
        idea=idea.idea, author=ANNA, at=day(3), cause="question", accountable=RIK, due=day(90)
    )
    before = len(await house.told(idea.idea))
    await house.hear(moved)
    assert len(await house.told(idea.idea)) == before


async def test_a_woken_idea_asks_for_an_answer_again(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    answer = {
        "outcome": "parked", "reason": "Het budget is op tot mei.", "wake_on": IN_A_YEAR,
        "next_step": "Na de begroting kijken we weer.",
        "marks": dict.fromkeys(("value", "feasibility", "fit"), "met"),
        "sentences": {n: f"Over {n} is gesproken." for n in ("value", "feasibility", "fit")},
    }  # fmt: skip
    done = await house.tell(f"/v1/reviews/{idea.idea}/decision", answer, "rik:reviewer")
    assert done.status_code == 201, done.text
    await house.hear(IdeaRevived(
        idea=idea.idea, author=ANNA, at=house.parts.clock.now(), accountable=DESK,
        due=house.parts.clock.now() + timedelta(days=7),
    ))  # fmt: skip
    asked = [e for e in await house.told(idea.idea) if isinstance(e, ReviewRequested)]
    assert len(asked) == 2
    assert await house.reviewer(idea.idea) == RIK


async def test_a_merged_idea_waits_for_no_answer_of_its_own(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    merged = IdeaMerged(idea=idea.idea, author=ANNA, by=DESK, into=IdeaId(uuid4()), at=day(3))
    await house.hear(merged)
    assert isinstance((await house.told(idea.idea))[-1], ReviewClosed)
