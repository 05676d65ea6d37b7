"""What feedback hears of ideas and people becomes the right review, in whatever order it comes."""

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.feedback import ReviewClosed, ReviewCompleted, ReviewerAssigned, ReviewRequested
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaReopened,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotMeasured,
)
from contracts.outside import AbsencePlanned, PersonErased, PersonLeft
from contracts.vocabulary import Event, IdeaId, PersonId
from feedback.consumers.looking_again import LookingAgain
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.house import IN_A_MONTH, House, person, reviewer, submitted
from services.feedback.tests.stories import ANNA, BEA, DESK, RIK, SAM, TESS, day

pytestmark = pytest.mark.integration


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def reopened(idea: IdeaId, **changes: object) -> IdeaReopened:
    told = {"to": "submitted", "by": DESK, "accountable": DESK, "due": day(20), "at": day(12)}
    return IdeaReopened(idea=idea, author=ANNA, **told | changes)  # type: ignore[arg-type]


def answer() -> dict[str, object]:
    return {
        "outcome": "declined", "reason": "It costs more.", "next_step": "Find a cheaper way.",
        "marks": dict.fromkeys(RUBRIC.names, "met"),
        "sentences": {name: f"So it is with {name}." for name in RUBRIC.names},
    }  # fmt: skip


async def test_an_idea_is_given_to_a_named_person_with_criteria_and_a_date(house: House) -> None:
    await house.hear(reviewer(RIK, department="sales"), idea := submitted())
    requested, assigned = await house.told(idea.idea)
    assert isinstance(requested, ReviewRequested)
    assert (requested.co_authors, requested.department) == ((BEA,), "sales")
    assert isinstance(assigned, ReviewerAssigned)
    assert (assigned.reviewer, assigned.criteria, assigned.by) == (RIK, RUBRIC.names, None)
    assert assigned.due == datetime(2026, 2, 2, 16, tzinfo=UTC)  # twenty working days, 17:00 here


async def test_what_is_heard_twice_is_done_once(house: House) -> None:
    await house.hear(reviewer(RIK))
    heard = house.heard(idea := submitted())
    await house.hear_again(heard)
    await house.hear_again(heard)
    assert kinds(await house.told(idea.idea)) == ["ReviewRequested", "ReviewerAssigned"]


async def test_an_idea_that_came_before_the_directory_is_given_to_somebody_then(
    house: House,
) -> None:
    await house.hear(idea := submitted())
    assert kinds(await house.told(idea.idea)) == ["ReviewRequested"]
    await house.hear(person(SAM), reviewer(RIK, day(2)))
    assert await house.reviewer(idea.idea) == RIK
    await house.hear(reviewer(SAM, day(3)))
    assert await house.reviewer(idea.idea) == RIK


async def test_routing_does_not_replace_whom_the_desk_named_a_moment_ago(house: House) -> None:
    await house.hear(idea := submitted())
    named = await house.tell(f"/v1/reviews/{idea.idea}/reviewer", {"reviewer": SAM}, "desk:desk")
    assert named.status_code == 201
    # The queue does not know it yet.
    await house.hear(reviewer(RIK, day(2)))
    assert await house.reviewer(idea.idea) == SAM


async def test_facts_about_people_give_the_same_reviewer_in_every_order(house: House) -> None:
    # Of each person one fact; what is told of one person stays in its order.
    facts: list[Event] = [
        reviewer(RIK, department="sales"),
        reviewer(SAM, department="sales"),
        reviewer(TESS, department="sales"),
        AbsencePlanned(
            person=PersonId("uwe"), first=day(-1).date(), last=day(9).date(), at=day(-2)
        ),
        PersonLeft(person=RIK, at=day(0)),
        person(ANNA, lead=SAM),
    ]
    for order in itertools.islice(itertools.permutations(facts), 0, 720, 97):
        for table in ("person_v1", "absence_v1"):
            await house.parts.db.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        await house.hear(*order)
        await house.hear(idea := submitted(at=day(1)))
        assert await house.reviewer(idea.idea) == TESS


async def test_who_is_away_or_erased_is_not_asked(house: House) -> None:
    away = AbsencePlanned(person=RIK, first=day(0).date(), last=day(0).date(), at=day(-3))
    await house.hear(away, reviewer(RIK), reviewer(SAM), PersonErased(person=SAM, at=day(-1)))
    await house.hear(idea := submitted())
    assert await house.reviewer(idea.idea) is None
    await house.hear(another := submitted(at=day(1)))
    assert await house.reviewer(another.idea) == RIK


async def test_who_has_less_to_do_is_asked_first(house: House) -> None:
    await house.hear(reviewer(RIK), reviewer(SAM))
    ideas = [submitted() for _ in range(4)]
    await house.hear(*ideas)
    assert [await house.reviewer(idea.idea) for idea in ideas] == [RIK, SAM, RIK, SAM]


async def test_ideas_that_come_all_at_once_are_spread(house: House) -> None:
    await house.hear(reviewer(RIK), reviewer(SAM))
    ideas = [submitted() for _ in range(6)]
    await house.hear_at_once(*ideas)
    await house.follow()
    named = [await house.reviewer(idea.idea) for idea in ideas]
    assert sorted(filter(None, named)) == [RIK] * 3 + [SAM] * 3


async def test_an_idea_and_its_only_reviewer_who_came_at_the_same_time_find_each_other(
    house: House,
) -> None:
    await house.hear_at_once(idea := submitted())
    await house.hear_at_once(reviewer(RIK))  # the queue does not know the idea yet
    await house.follow()
    assert await house.reviewer(idea.idea) is None
    await house.look_again(day(1))
    assert await house.reviewer(idea.idea) == RIK
    await house.look_again(day(2))
    assert kinds(await house.told(idea.idea)) == ["ReviewRequested", "ReviewerAssigned"]


async def test_a_review_that_ended_a_moment_ago_keeps_no_other_from_being_given(
    house: House,
) -> None:
    await house.hear(over := submitted(), idea := submitted(at=day(0.1)))
    await house.hear_at_once(IdeaWithdrawn(idea=over.idea, author=ANNA, by=ANNA, at=day(1)))
    await house.hear_at_once(reviewer(RIK, day(2)))  # the queue still has both
    await house.follow()
    assert await house.reviewer(idea.idea) == RIK
    assert isinstance((await house.told(over.idea))[-1], ReviewClosed)


async def test_an_idea_waits_for_who_is_away(house: House) -> None:
    away = AbsencePlanned(person=RIK, first=day(0).date(), last=day(3).date(), at=day(-3))
    await house.hear(away, reviewer(RIK), idea := submitted())
    await house.look_again(day(3))
    assert await house.reviewer(idea.idea) is None
    await house.look_again(day(4))
    assert await house.reviewer(idea.idea) == RIK


async def test_feedback_looks_again_by_itself_and_whatever_came_between(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LookingAgain, "rests", 0.01)
    await house.hear_at_once(idea := submitted())
    await house.hear_at_once(reviewer(RIK))
    await house.follow()
    transaction, left = house.parts.db.transaction, iter([True])

    def broken_once() -> Any:
        if next(left, False):
            raise ConnectionResetError
        return transaction()

    monkeypatch.setattr(house.parts.db, "transaction", broken_once)
    looking, _ = house.service.background
    task = asyncio.ensure_future(looking.run())
    async with asyncio.timeout(20):
        while len(await house.told(idea.idea)) == 1:
            assert not task.done()
            await asyncio.sleep(0.01)
    task.cancel()
    assert kinds(await house.told(idea.idea)) == ["ReviewRequested", "ReviewerAssigned"]


async def test_imported_ideas_wait_for_the_desk_and_only_those_that_are_open(house: House) -> None:
    await house.hear(reviewer(RIK))
    await house.hear(over := submitted(origin="imported", accountable=None, due=None))
    assert await house.told(over.idea) == []
    await house.hear(idea := submitted(origin="imported"))
    assert kinds(await house.told(idea.idea)) == ["ReviewRequested"]
    await house.hear(reviewer(SAM, day(2)))
    assert await house.reviewer(idea.idea) is None


async def test_the_desk_can_not_give_an_imported_idea_to_its_co_author(house: House) -> None:
    born = submitted(origin="imported", accountable=None, due=None)
    taken = IdeaTakenUnderReview(
        idea=born.idea, author=ANNA, origin="imported", accountable=DESK, due=day(9), at=day(1)
    )
    await house.hear(born, taken)
    named = await house.tell(f"/v1/reviews/{born.idea}/reviewer", {"reviewer": BEA}, "desk:desk")
    assert named.json()["type"] == "urn:kiem:NobodyJudgesTheirOwnIdea"


async def test_a_history_that_tells_late_how_an_idea_went_on_ends_the_waiting(
    house: House,
) -> None:
    await house.hear(idea := submitted(origin="imported"))
    end = IdeaAccepted(idea=idea.idea, author=ANNA, origin="imported", at=day(1))
    await house.hear(end)
    assert kinds(await house.told(idea.idea)) == ["ReviewRequested", "ReviewClosed"]


async def test_an_end_before_the_review_was_asked_for_does_not_end_it(house: House) -> None:
    born = submitted(origin="imported", accountable=None, due=None)
    asked = reopened(born.idea, origin="imported", to="under_review", by=None)
    early = IdeaDeclined(idea=born.idea, author=ANNA, origin="imported", at=day(2))
    await house.hear(born, asked, early)
    assert kinds(await house.told(born.idea)) == ["ReviewRequested"]


async def test_a_measurement_asks_for_nothing(house: House) -> None:
    await house.hear(PilotMeasured(idea=(idea := IdeaId(uuid4())), author=ANNA, at=day(1)))
    assert await house.told(idea) == []


async def test_a_withdrawn_idea_needs_no_answer(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    await house.hear(IdeaWithdrawn(idea=idea.idea, author=ANNA, by=ANNA, at=day(1)))
    assert isinstance((await house.told(idea.idea))[-1], ReviewClosed)
    refused = await house.tell(f"/v1/reviews/{idea.idea}/decision", answer(), "rik:reviewer")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:NoReviewIsOpen")


async def test_a_reopened_idea_asks_again_and_not_its_co_authors(house: House) -> None:
    await house.hear(reviewer(RIK, department="sales"), idea := submitted())
    said = await house.tell(f"/v1/reviews/{idea.idea}/decision", answer(), "rik:reviewer")
    assert said.status_code == 201
    await house.hear(
        PersonLeft(person=RIK, at=day(8)), reviewer(BEA, day(9), department="sales"),
        reopened(idea.idea),
    )  # fmt: skip
    assert kinds(await house.told(idea.idea)) == [
        "ReviewRequested", "ReviewerAssigned", "ReviewCompleted", "ReviewRequested",
    ]  # fmt: skip
    shown = (await house.ask(f"/v1/reviews/{idea.idea}")).json()
    assert (shown["reviewer"], shown["due"][:10]) == (None, day(20).date().isoformat())
    await house.hear(reviewer(TESS, day(13)))
    assert await house.reviewer(idea.idea) == TESS


async def test_the_desk_begins_a_review_again_by_whoever_is_found_now(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    await house.hear(
        PersonLeft(person=RIK, at=day(8)), reviewer(TESS, day(9)), reopened(idea.idea, anew=True)
    )
    told = await house.told(idea.idea)
    assert kinds(told) == [
        "ReviewRequested", "ReviewerAssigned", "ReviewClosed", "ReviewRequested",
        "ReviewerAssigned",
    ]  # fmt: skip
    assert [e.requested for e in told if isinstance(e, ReviewerAssigned)] == [idea.at, day(12)]
    shown = (await house.ask(f"/v1/reviews/{idea.idea}")).json()
    assert shown["reviewer"] == TESS


async def test_an_idea_that_goes_back_to_its_yes_needs_no_answer(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    goes_on = {"accountable": RIK, "due": f"{IN_A_MONTH}T16:00:00Z"}
    yes = answer() | {"outcome": "accepted", **goes_on}
    said = await house.tell(f"/v1/reviews/{idea.idea}/decision", yes, "rik:reviewer")
    assert said.status_code == 201
    again, back = reopened(idea.idea), reopened(idea.idea, to="accepted", at=day(13))
    await house.hear(again)
    assert isinstance((await house.told(idea.idea))[-1], ReviewerAssigned)
    await house.hear(back)
    assert isinstance((await house.told(idea.idea))[-1], ReviewClosed)


async def test_an_erased_author_leaves_an_answer_without_words(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    await house.tell(f"/v1/reviews/{idea.idea}/decision", answer(), "rik:reviewer")
    await house.hear(PersonErased(person=ANNA, at=day(5)))
    shown = (await house.ask(f"/v1/reviews/{idea.idea}", "desk:desk")).json()
    assert (shown["outcome"], shown["reason"], shown["sentences"]) == ("declined", None, None)
    completed = (await house.told(idea.idea))[-1]
    assert isinstance(completed, ReviewCompleted)
    assert completed.marks == dict.fromkeys(RUBRIC.names, "met")
