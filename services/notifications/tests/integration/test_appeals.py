"""Who owes the answer to an appeal, and who is told of it."""

from uuid import uuid4

import pytest

from contracts.feedback import AppealDecided, AppealLodged, ReviewerAssigned, ReviewerRecused
from contracts.ideas import IdeaAccepted, IdeaDeclined, IdeaReopened, IdeaRevived
from contracts.notifications import Escalated
from contracts.outside import PersonListed
from contracts.vocabulary import AppealId, IdeaId, PersonId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    DESK,
    HUGO,
    LENA,
    RIK,
    STAN,
    list_people,
    under_review,
)

pytestmark = pytest.mark.integration
APPEAL = AppealId(uuid4())


async def appealed(house: House, idea: IdeaId) -> None:
    """Let Anna appeal against what Lena answered."""
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 5)
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=LENA, at=at))
    lodged = AppealLodged(
        idea=idea, appeal=APPEAL, by=ANNA, against=LENA, at=at, author=ANNA, accountable=DESK,
        due=due,
    )  # fmt: skip
    await house.hear(lodged)
    opened = IdeaReopened(
        idea=idea, author=ANNA, by=ANNA, to="submitted", at=at, accountable=DESK, due=due
    )
    await house.hear(opened)


async def told(house: House) -> list[tuple[str, str]]:
    return [(n["kind"], n["person"]) for n in await house.notices()]


async def test_who_must_carry_out_an_answer_is_told_though_the_end_of_the_appeal_comes_later(
    house: House, idea: IdeaId
) -> None:
    await appealed(house, idea)
    assert ("promise_made", ANNA) not in await told(house)
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 20)
    await house.hear(IdeaAccepted(idea=idea, author=ANNA, by=RIK, accountable=HUGO, due=due, at=at))
    await house.hear(
        AppealDecided(idea=idea, author=ANNA, appeal=APPEAL, reviewer=RIK, granted=True, at=at)
    )
    assert (await told(house)).count(("entrusted", HUGO)) == 1


async def test_of_an_idea_that_is_open_again_the_loop_of_its_appeal_tells(
    house: House, idea: IdeaId
) -> None:
    await appealed(house, idea)
    before, at = await told(house), await house.now()
    due = house.parts.calendar.add_working_days(at, 20)
    await house.hear(IdeaRevived(idea=idea, author=ANNA, accountable=HUGO, due=due, at=at))
    assert await told(house) == before


async def test_no_appeal_goes_up_to_whom_it_is_against_or_who_recused_themselves(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    await house.hear(PersonListed(person=LENA, lead=HUGO, roles=("lead",), at=await house.now()))
    await house.hear(PersonListed(person=HUGO, lead=STAN, roles=("lead",), at=await house.now()))
    await appealed(house, idea)
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 10)
    recused = ReviewerRecused(
        idea=idea, author=ANNA, reviewer=HUGO, by=HUGO, accountable=DESK, due=due, at=at
    )
    await house.hear(recused)
    await house.hear(ReviewerAssigned(idea=idea, author=ANNA, reviewer=RIK, due=due, at=at))
    await house.pass_time(due)
    up = [e for e in await house.events("loop", APPEAL) if isinstance(e, Escalated)]
    assert [(e.previous, e.accountable) for e in up] == [(RIK, STAN)]


async def test_a_promise_under_an_alias_goes_to_the_desk_and_to_nobody_near(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    event = await under_review(house, idea, PersonId("alias-7"))
    await house.hear(event)
    assert event.due is not None
    await house.pass_time(event.due)
    up = [e for e in await house.events("loop", idea) if isinstance(e, Escalated)]
    assert [(e.accountable, e.rung) for e in up] == [(DESK, "desk")]
    assert ("escalated", LENA) not in await told(house)
