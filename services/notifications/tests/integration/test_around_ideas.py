"""What is owed around ideas: barriers, time, help and appeals are promised and handed up too."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.feedback import (
    AppealDecided,
    AppealLodged,
    QuestionAsked,
    ReviewClosed,
    ReviewCompleted,
    ReviewerAssigned,
)
from contracts.ideas import IdeaDeclined, IdeaReopened, IdeaTakenUnderReview
from contracts.notifications import Escalated, PromiseBroken, PromiseKept, PromiseMade
from contracts.outside import PersonListed
from contracts.room import (
    BarrierDeclined,
    BarrierHandedOver,
    BarrierRaised,
    BarrierRemoved,
    TimeAsked,
    TimeGranted,
    TimeRefused,
)
from contracts.tools import HelpAnswered, HelpAsked
from contracts.vocabulary import (
    AppealId,
    BarrierId,
    Event,
    HelpId,
    IdeaId,
    PersonId,
    QuestionId,
    RequestId,
    SubjectId,
    ToolId,
)
from services.notifications.tests.house import House

pytestmark = pytest.mark.integration

ANNA, RIK, LENA, HUGO, DESK = map(PersonId, ("anna", "rik", "lena", "hugo", "desk"))
BARRIER, REQUEST, QUESTION = BarrierId(uuid4()), RequestId(uuid4()), HelpId(uuid4())


@pytest.fixture
async def owed(house: House) -> dict[str, Any]:
    """Rik answers, Lena leads him, Hugo directs her."""
    at = await house.now()
    await house.hear(PersonListed(person=RIK, lead=LENA, at=at))
    await house.hear(PersonListed(person=LENA, lead=HUGO, at=at))
    await house.hear(PersonListed(person=HUGO, roles=("director",), at=at))
    due = house.parts.calendar.add_working_days(at, 5)
    return {"at": at, "author": ANNA, "accountable": RIK, "due": due}


def opening(owed: dict[str, Any], idea: IdeaId) -> list[tuple[Event, str, SubjectId]]:
    return [
        (BarrierRaised(barrier=BARRIER, kind="access", idea=idea, **owed), "barrier",
         SubjectId(BARRIER)),
        (TimeAsked(request=REQUEST, purpose="idea", hours=8, idea=idea, **owed), "time",
         SubjectId(REQUEST)),
        (HelpAsked(help=QUESTION, tool=ToolId(uuid4()), **owed), "help", SubjectId(QUESTION)),
    ]  # fmt: skip


async def told(house: House) -> list[tuple[str, str, str]]:
    return [(n["matter"], n["kind"], n["person"]) for n in await house.notices()]


@pytest.mark.parametrize("which", range(3))
async def test_whatever_is_asked_is_promised_reminded_and_handed_up(
    house: House, owed: dict[str, Any], idea: IdeaId, which: int
) -> None:
    event, matter, subject = opening(owed, idea)[which]
    await house.hear(event)
    (made,) = await house.events("loop", subject)
    about: dict[str, Any] = {
        "matter": matter,
        "subject": subject,
        "idea": getattr(event, "idea", None),
    }
    assert made == PromiseMade(**about, **owed)
    assert await told(house) == [
        (matter, "acknowledgement", ANNA),
        (matter, "entrusted", RIK),
    ]
    await house.pass_time((await house.timers(subject))["remind"])
    await house.pass_time(owed["due"])
    assert (await told(house))[2:] == [
        (matter, "reminder", RIK),
        (matter, "promise_broken", ANNA),
        (matter, "escalated", LENA),
    ]
    for _ in range(3):
        await house.pass_time((await house.timers(subject))["due"])
    events = await house.events("loop", subject)
    climbed = [e.accountable for e in events if isinstance(e, Escalated)]
    assert climbed == [LENA, HUGO, DESK, DESK]
    assert [e.rung for e in events if isinstance(e, Escalated)] == [
        "lead", "director", "desk", "desk",
    ]  # fmt: skip
    assert sum(isinstance(e, PromiseBroken) for e in events) == 4


@pytest.mark.parametrize("which", range(3))
async def test_an_answer_keeps_the_promise_and_is_told(
    house: House, owed: dict[str, Any], idea: IdeaId, which: int
) -> None:
    event, matter, subject = opening(owed, idea)[which]
    await house.hear(event)
    done: dict[str, Any] = {"at": owed["at"], "author": ANNA, "by": RIK}
    answer: list[Event] = [
        BarrierRemoved(barrier=BARRIER, **done),
        TimeGranted(request=REQUEST, hours=8, **done),
        HelpAnswered(help=QUESTION, **done),
    ]
    await house.hear(answer[which])
    kept = (await house.events("loop", subject))[-1]
    assert isinstance(kept, PromiseKept)
    assert (kept.matter, kept.accountable) == (matter, RIK)
    assert (await told(house))[-1] == (matter, "decision", ANNA)
    assert await house.timers(subject) == {}
    counted = (await house.client.get("/v1/guarantee", headers=house.as_("bo"))).json()
    assert counted["besides"][matter] == {
        "unfinished": 0, "promised": 0, "silent": 0, "broken": 0, "kept": 1,
        "unanswered": 0,
    }  # fmt: skip
    assert (counted["unfinished"], counted["kept"]) == (0, 0)


async def test_a_no_is_an_answer_as_well(house: House, owed: dict[str, Any]) -> None:
    done: dict[str, Any] = {"at": owed["at"], "author": ANNA, "by": RIK}
    await house.hear(BarrierRaised(barrier=BARRIER, kind="budget", **owed))
    await house.hear(BarrierDeclined(barrier=BARRIER, **done))
    await house.hear(TimeAsked(request=REQUEST, purpose="reflection", hours=4, **owed))
    await house.hear(TimeRefused(request=REQUEST, barrier=BarrierId(uuid4()), **done))
    outcomes = [n["outcome"] for n in await house.notices(kind="decision")]
    assert outcomes == ["declined", "refused"]


async def test_a_barrier_that_is_handed_over_is_promised_by_another_leader(
    house: House, owed: dict[str, Any], idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await house.hear(BarrierRaised(barrier=BARRIER, kind="silo", idea=idea, **owed))
    await house.send_all()
    later = owed["due"] + timedelta(days=7)
    await house.hear(
        BarrierHandedOver(
            barrier=BARRIER, author=ANNA, by=RIK, at=owed["at"], accountable=HUGO, due=later
        )
    )
    made = (await house.events("loop", BARRIER))[-1]
    assert (made.accountable, made.due, made.idea) == (HUGO, later, idea)
    assert (await told(house))[-2:] == [
        ("barrier", "promise_made", ANNA),
        ("barrier", "entrusted", HUGO),
    ]


async def test_the_letter_says_what_was_asked_and_what_was_answered(
    house: House, owed: dict[str, Any]
) -> None:
    await house.introduce(ANNA, "Anna de Wit", "en")
    house.neighbours.matter = {
        "author": "anna", "asked": "How do I share my screen?", "tool": "Teams",
        "reason": "With the button at the top.", "recipient": "anna", "next_step": None,
    }  # fmt: skip
    await house.hear(HelpAsked(help=QUESTION, tool=ToolId(uuid4()), **owed))
    await house.send_all()
    await house.hear(HelpAnswered(help=QUESTION, author=ANNA, by=RIK, at=owed["at"]))
    await house.send_all()
    asked, answered = house.office.got
    assert asked["Subject"] == "It has arrived: your question for help with Teams"
    body = answered.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "> How do I share my screen?" in text
    assert "> With the button at the top." in text
    assert f"https://kiem.example/help/{QUESTION}" in text
    assert house.neighbours.asked == [f"help {QUESTION} for anna"] * 2


class _Appeal:
    """An appeal as its two owners tell it, in the order that a test wants."""

    def __init__(self, owed: dict[str, Any], idea: IdeaId) -> None:
        self.idea, self.owed = idea, owed | {"accountable": DESK}
        self.id = AppealId(uuid4())
        self.lodged = AppealLodged(idea=idea, appeal=self.id, by=ANNA, against=LENA, **self.owed)
        self.reopened = IdeaReopened(idea=idea, by=ANNA, to="under_review", **self.owed)
        later = owed["due"] + timedelta(days=14)
        self.assigned = ReviewerAssigned(
            idea=idea, author=ANNA, reviewer=RIK, due=later, at=owed["at"]
        )
        self.taken = IdeaTakenUnderReview(
            idea=idea, author=ANNA, reviewer=RIK, accountable=RIK, due=later, at=owed["at"]
        )


async def test_an_appeal_has_a_promise_of_its_own_and_people_are_told_once(
    house: House, owed: dict[str, Any], idea: IdeaId
) -> None:
    appeal = _Appeal(owed, idea)
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=LENA, at=owed["at"]))
    for event in (appeal.lodged, appeal.reopened, appeal.assigned, appeal.taken):
        await house.hear(event)
    made = [e for e in await house.events("loop", appeal.id) if isinstance(e, PromiseMade)]
    assert [(e.accountable, e.due) for e in made] == [
        (DESK, owed["due"]),
        (RIK, appeal.assigned.due),
    ]
    assert {(e.matter, e.idea) for e in made} == {("appeal", idea)}
    # The reviewer's name has joined the acknowledgement, and the idea's own loop is quiet.
    assert (await told(house))[1:] == [
        ("appeal", "acknowledgement", ANNA),
        ("idea", "review_assigned", RIK),
    ]
    assert (await house.notices(kind="acknowledgement"))[0]["accountable"] == RIK
    assert appeal.assigned.due is not None
    await house.pass_time(appeal.assigned.due)
    assert (await told(house))[3:] == [
        ("appeal", "promise_broken", ANNA),
        ("appeal", "escalated", HUGO),
    ]
    assert isinstance((await house.events("loop", idea))[-1], Escalated)


async def test_an_appeal_that_is_decided_is_kept_and_a_question_moves_it(
    house: House, owed: dict[str, Any], idea: IdeaId
) -> None:
    appeal = _Appeal(owed, idea)
    at, later = owed["at"], owed["due"] + timedelta(days=30)
    asked = QuestionAsked(
        idea=idea, author=ANNA, question=QuestionId(uuid4()), by=RIK, asked_until=later,
        accountable=RIK, due=later, at=at,
    )  # fmt: skip
    completed = ReviewCompleted(
        idea=idea, author=ANNA, reviewer=RIK, outcome="declined", appeal=appeal.id, at=at
    )
    decided = AppealDecided(
        idea=idea, author=ANNA, appeal=appeal.id, reviewer=RIK, granted=False, at=at
    )
    for event in (appeal.lodged, appeal.assigned, asked, completed, decided):
        await house.hear(event)
    *_, moved, kept = await house.events("loop", appeal.id)
    assert (moved.accountable, moved.due) == (RIK, later)
    assert isinstance(kept, PromiseKept)
    assert await house.timers(appeal.id) == {}


async def test_an_appeal_about_an_idea_that_was_taken_back_is_owed_nothing(
    house: House, owed: dict[str, Any], idea: IdeaId
) -> None:
    appeal = _Appeal(owed, idea)
    await house.hear(appeal.lodged)
    await house.hear(ReviewClosed(idea=idea, author=ANNA, at=owed["at"]))
    assert isinstance((await house.events("loop", appeal.id))[-1], PromiseKept)


async def test_a_step_of_a_review_without_an_appeal_begins_no_loop(
    house: House, owed: dict[str, Any], idea: IdeaId
) -> None:
    await house.hear(_Appeal(owed, idea).assigned)
    assert await house.parts.db.pool.fetchval("SELECT count(*) FROM loop") == 0
