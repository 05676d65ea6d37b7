"""The guarantee is judged from the logs alone: every way of falling silent is named."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from cli.guarantee import Entry, Verdict, judge
from contracts.feedback import AppealDecided, AppealLodged, ReviewClosed, ReviewerAssigned
from contracts.handed_up import BarrierHandedUp
from contracts.ideas import (
    IdeaDeclined,
    IdeaMerged,
    IdeaParked,
    IdeaReopened,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
)
from contracts.notifications import (
    Escalated,
    NoticeDelivered,
    PromiseBroken,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
)
from contracts.room import BarrierHandedOver, BarrierRaised, BarrierRemoved
from contracts.tools import HelpAsked
from contracts.vocabulary import (
    AppealId,
    BarrierId,
    Event,
    HelpId,
    IdeaId,
    NoticeId,
    PersonId,
    PilotId,
    ToolId,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDEA, OTHER = IdeaId(UUID(int=1)), IdeaId(UUID(int=2))
ABOUT: dict[str, Any] = {"matter": "idea", "subject": IDEA, "idea": IDEA}
PILOT = PilotId(UUID(int=3))
ANNA, RIK, LEAD, DESK = map(PersonId, ("anna", "rik", "lia", "desk"))


def day(number: float) -> datetime:
    return AT + timedelta(days=number)


def told(*events: Event) -> list[Entry]:
    return [Entry(event, event.at, event.at) for event in events]


def submitted(idea: IdeaId = IDEA, **more: Any) -> IdeaSubmitted:
    owed: dict[str, Any] = {"accountable": DESK, "due": day(7)}
    return IdeaSubmitted(idea=idea, author=ANNA, at=AT, **owed | more)


def made(who: PersonId = DESK, due: float = 7, at: float = 0) -> PromiseMade:
    return PromiseMade(**ABOUT, author=ANNA, accountable=who, due=day(due), at=day(at))


def kept(at: float = 1) -> PromiseKept:
    return PromiseKept(**ABOUT, author=ANNA, accountable=DESK, due=day(7), at=day(at))


def broken(due: float = 7) -> PromiseBroken:
    return PromiseBroken(**ABOUT, author=ANNA, accountable=DESK, due=day(due), at=day(due))


def escalated(due: float = 14, at: float = 7) -> Escalated:
    return Escalated(
        **ABOUT, author=ANNA, previous=DESK, accountable=LEAD, due=day(due), at=day(at),
        rung="lead",
    )  # fmt: skip


def extended(due: float = 9, was: float = 7) -> PromiseExtended:
    return PromiseExtended(
        **ABOUT, author=ANNA, accountable=DESK, was=day(was), due=day(due), at=day(8)
    )


def declined(at: float = 3, **more: Any) -> IdeaDeclined:
    return IdeaDeclined(idea=IDEA, author=ANNA, by=RIK, at=day(at), **more)


def delivered(kind: str = "decision", at: float = 3.1) -> NoticeDelivered:
    return NoticeDelivered(
        notice=NoticeId(UUID(int=9)), **ABOUT, person=ANNA, kind=kind, channel="mail",
        owed=True, attempts=1, proof="250 Ok", at=day(at),
    )  # fmt: skip


def why(verdict: Verdict) -> str:
    return verdict.silent[0].why if verdict.silent else ""


@pytest.mark.parametrize(
    ("ideas", "loops", "at", "expected"),
    [
        ([submitted()], [made()], 1, ""),
        ([submitted()], [], 0.0005, ""),
        ([submitted()], [], 1, "never taken over"),
        ([submitted()], [made(due=8)], 1, "never taken over"),
        ([submitted(accountable=None, due=None)], [], 1, "nobody is accountable"),
        ([submitted()], [made()], 7.02, ""),
        ([submitted()], [made()], 7.1, "its date passed"),
        ([submitted()], [made(), broken(), escalated()], 7.1, ""),
        ([submitted()], [made(), broken(), escalated()], 14.1, "its date passed"),
        ([submitted()], [made(), extended()], 9, ""),
        ([submitted()], [made(), extended()], 9.1, "its date passed"),
        ([submitted(due=day(9))], [made(), extended()], 9, ""),
        ([submitted()], [made(), kept()], 2, "nothing was promised since"),
        ([submitted(), declined()], [made(), kept()], 3.5, ""),
        ([submitted(), declined()], [made(), kept()], 5, "never delivered"),
        ([submitted(), declined()], [made(), kept(), delivered()], 5, ""),
        ([submitted(), declined()], [made(), kept(), delivered("reminder")], 5, "never delivered"),
        ([submitted(), declined()], [delivered(at=2), made(), kept()], 5, "never delivered"),
        ([submitted(), declined(origin="imported")], [made(), kept()], 5, ""),
        ([submitted(), IdeaWithdrawn(idea=IDEA, author=ANNA, by=ANNA, at=day(2))],
         [made(), kept()], 5, ""),
        ([submitted(), PilotConcluded(idea=IDEA, author=ANNA, pilot=PILOT, at=day(2),
                                      outcome="stopped")], [made(), kept()], 5,
         "never delivered"),
        ([submitted(), PilotConcluded(idea=IDEA, author=ANNA, pilot=PILOT, at=day(2),
                                      outcome="stopped")],
         [made(), kept(), delivered("pilot_concluded")], 5, ""),
        ([submitted(), IdeaMerged(idea=IDEA, author=ANNA, by=RIK, into=OTHER, at=day(2))],
         [made(), kept(), delivered()], 5, "never delivered"),
        ([submitted(), IdeaMerged(idea=IDEA, author=ANNA, by=RIK, into=OTHER, at=day(2))],
         [made(), kept(), delivered("merged")], 5, ""),
        ([submitted(), declined(), IdeaReopened(idea=IDEA, author=ANNA, to="submitted", at=day(4),
                                                accountable=DESK, due=day(9))],
         [made(), kept(), delivered()], 5, "never taken over"),
        ([submitted(), IdeaParked(idea=IDEA, author=ANNA, at=day(2), accountable=DESK,
                                  due=day(90))],
         [made(), kept(), made(due=90, at=2)], 60, ""),
        ([submitted(), IdeaTakenUnderReview(idea=IDEA, author=ANNA, at=day(1), reviewer=RIK,
                                            accountable=RIK, due=day(28))],
         [made()], 5, "never taken over"),
    ],
)  # fmt: skip
def test_each_way_of_falling_silent_is_named(
    ideas: list[Any], loops: list[Any], at: float, expected: str
) -> None:
    said = why(judge(told(*ideas), told(*loops), day(at)))
    assert (expected in said) if expected else said == ""


def test_news_behind_a_dead_letter_is_no_news() -> None:
    verdict = judge(told(submitted()), told(made()), day(1), {IDEA: "feedback and metrics"})
    assert why(verdict) == "its news waits behind a dead letter of feedback and metrics"


def test_without_the_loops_every_open_idea_is_named() -> None:
    others = [submitted(IdeaId(UUID(int=n))) for n in range(1, 50)]
    verdict = judge(told(*others, declined(at=0.5)), [], day(1))
    assert (verdict.ideas, verdict.open, len(verdict.silent)) == (49, 48, 48)
    assert IDEA not in {silent.subject for silent in verdict.silent}


def test_it_counts_what_is_open_and_what_was_broken() -> None:
    verdict = judge(
        told(submitted(), submitted(OTHER)), told(made(), broken(), escalated()), day(7.1)
    )
    assert (verdict.ideas, verdict.open, verdict.broken, verdict.unanswered) == (2, 2, 1, 1)


def test_what_was_said_to_be_broken_and_kept_in_time_is_not_counted() -> None:
    climbed = [made(), broken(), escalated()]
    again = [*climbed, broken(14), escalated(due=21, at=14)]
    by_lead = replace(kept(12), accountable=LEAD, due=day(14))
    for loops, expected in (
        ([*climbed, kept(6)], 0),
        ([*again, kept(6)], 0),
        ([*again, by_lead], 1),
        ([*climbed, by_lead], 1),
    ):
        assert judge(told(submitted(), declined()), told(*loops), day(15)).broken == expected


def test_a_broken_promise_is_answered_by_a_word_and_not_by_the_next_name() -> None:
    climbed_ = [made(), broken(), escalated(), made(RIK, due=20, at=8)]
    for loops, expected in ((climbed_, 1), ([*climbed_, kept(at=9)], 0), ([made(), kept()], 0)):
        assert judge(told(submitted()), told(*loops), day(10)).unanswered == expected


BARRIER, HELP, APPEAL = BarrierId(UUID(int=4)), HelpId(UUID(int=5)), AppealId(UUID(int=6))


def about(matter: str, subject: UUID) -> dict[str, Any]:
    return {"matter": matter, "subject": subject}


def owed(**more: Any) -> dict[str, Any]:
    return {"author": ANNA, "accountable": RIK, "due": day(7), "at": AT, **more}


def raised() -> BarrierRaised:
    return BarrierRaised(barrier=BARRIER, kind="budget", **owed())


def handed_up() -> BarrierHandedUp:
    up = owed(accountable=LEAD, due=day(14)) | {"at": day(7)}
    return BarrierHandedUp(barrier=BARRIER, previous=RIK, **up)


def climbed() -> Escalated:
    up = owed(accountable=LEAD, due=day(14)) | {"at": day(7)}
    return Escalated(**about("barrier", BARRIER), previous=RIK, rung="lead", **up)


def asked() -> HelpAsked:
    return HelpAsked(help=HELP, tool=ToolId(UUID(int=8)), **owed())


def lodged() -> AppealLodged:
    return AppealLodged(idea=IDEA, appeal=APPEAL, by=ANNA, against=LEAD, **owed())


def promised(matter: str, subject: UUID, **more: Any) -> PromiseMade:
    return PromiseMade(**about(matter, subject), **owed(**more))


def arrived(matter: str, subject: UUID) -> NoticeDelivered:
    return NoticeDelivered(
        notice=NoticeId(UUID(int=9)), **about(matter, subject), person=ANNA, kind="decision",
        channel="mail", owed=True, attempts=1, proof="250 Ok", at=day(3),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "loops", "at", "expected"),
    [
        ([raised()], [promised("barrier", BARRIER)], 1, ""),
        ([raised()], [], 1, "never taken over"),
        ([raised()], [promised("barrier", BARRIER)], 8, "its date passed"),
        ([raised(), BarrierHandedOver(barrier=BARRIER, by=RIK,
                                      **owed(accountable=LEAD, due=day(14)))],
         [promised("barrier", BARRIER)], 1, "never taken over"),
        ([raised(), BarrierRemoved(barrier=BARRIER, author=ANNA, by=RIK, at=day(2))],
         [promised("barrier", BARRIER)], 4, "never delivered"),
        ([raised(), BarrierRemoved(barrier=BARRIER, author=ANNA, by=RIK, at=day(2))],
         [promised("barrier", BARRIER), arrived("barrier", BARRIER)], 4, ""),
        ([raised(), handed_up()], [promised("barrier", BARRIER), climbed()], 8, ""),
        ([raised(), handed_up()], [promised("barrier", BARRIER)], 8, "never taken over"),
        ([raised(), handed_up()], [promised("barrier", BARRIER), climbed()], 15, "its date passed"),
        ([asked()], [promised("help", HELP)], 1, ""),
        ([asked()], [promised("idea", HELP)], 8, "its date passed"),
        ([lodged()], [promised("appeal", APPEAL)], 1, ""),
        ([lodged()], [], 1, "never taken over"),
        ([lodged(), ReviewerAssigned(idea=IDEA, author=ANNA, reviewer=LEAD, due=day(20), at=AT)],
         [promised("appeal", APPEAL)], 1, "never taken over"),
        ([lodged(), ReviewerAssigned(idea=IDEA, author=ANNA, reviewer=LEAD, due=day(20), at=AT)],
         [promised("appeal", APPEAL, accountable=LEAD, due=day(20))], 1, ""),
        ([lodged(), AppealDecided(idea=IDEA, author=ANNA, appeal=APPEAL, reviewer=RIK,
                                  granted=False, at=day(2))],
         [promised("appeal", APPEAL)], 30, ""),
        ([lodged(), ReviewClosed(idea=IDEA, author=ANNA, at=day(2))], [], 30, ""),
    ],
)  # fmt: skip
def test_whatever_else_is_owed_an_answer_is_judged_by_the_same_rules(
    facts: list[Any], loops: list[Any], at: float, expected: str
) -> None:
    verdict = judge(told(*facts), told(*loops), day(at))
    assert (expected in why(verdict)) if expected else why(verdict) == ""
    assert (verdict.ideas, verdict.besides) == (0, 1)


def test_what_is_promised_on_a_barrier_is_no_promise_on_its_idea() -> None:
    facts = told(submitted(), raised())
    promises = [
        promised("barrier", BARRIER),
        PromiseBroken(**about("barrier", BARRIER), idea=IDEA, **owed(at=day(7))),
    ]
    verdict = judge(facts, told(*promises), day(1))
    assert [(s.matter, s.subject) for s in verdict.silent] == [("idea", IDEA)]
    assert verdict.broken == 0
