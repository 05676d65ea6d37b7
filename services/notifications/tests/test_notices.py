"""Who is told what, and only once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.catalog import DECLARED
from contracts.feedback import ReviewerAssigned
from contracts.ideas import (
    AuthorRevealed,
    CoAuthorsChanged,
    IdeaAbsorbed,
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaReopened,
    IdeaRevised,
    IdeaSeparated,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotStarted,
)
from contracts.notifications import OUTCOME_NOTICES, LoopEvent
from contracts.vocabulary import BarrierId, HelpId, IdeaId, PersonId, PilotId, RequestId, SubjectId
from notifications.domain import notices, reviewing
from notifications.domain.ladder import Ladder
from notifications.domain.loop import BreakPromise, Owed, decider
from notifications.domain.standing_in import reminder
from notifications.domain.steps import Following, after, follow, parted
from notifications.domain.subjects import of_idea

IDEA, OTHER, PILOT = IdeaId(UUID(int=7)), IdeaId(UUID(int=9)), PilotId(UUID(int=8))
ANNA, BO, RIK, LENA, DESK = map(PersonId, ("anna", "bo", "rik", "lena", "desk"))
ABOUT = of_idea(IDEA)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOON, LATER = NOON + timedelta(days=7), NOON + timedelta(days=28)
SUBMITTED = IdeaSubmitted(
    idea=IDEA, author=ANNA, co_authors=(BO,), accountable=DESK, due=SOON, at=NOON
)
UNDER_REVIEW = IdeaTakenUnderReview(
    idea=IDEA, author=ANNA, reviewer=RIK, accountable=RIK, due=LATER, at=NOON
)


def told(*life: IdeaEvent) -> list[tuple[str, str]]:
    """Return kind and person of what the last step of a life of an idea tells."""
    log: list[LoopEvent] = []
    known = Following()
    found: list[notices.Notice] = []
    for version, event in enumerate(life, start=1):
        made = decider.decide(decider.replay(log), follow(event, ABOUT, version, known))
        gone, known = parted(event, known), after(event, version, known)
        found = notices.about_step(
            notices.Step(event, ABOUT, f"event {version}", parted=gone), known.authors, made, DESK
        )
        log += made
    return [(notice.kind, notice.person) for notice in found]


def whose(*life: IdeaEvent) -> tuple[PersonId, ...]:
    """Return whose idea it is after these steps."""
    known = Following()
    for version, event in enumerate(life, start=1):
        known = after(event, version, known)
    return known.authors


def test_everybody_who_submitted_an_idea_is_told_that_it_arrived() -> None:
    assert told(SUBMITTED) == [("acknowledgement", ANNA), ("acknowledgement", BO)]


def test_the_authors_are_told_who_looks_and_until_when() -> None:
    assert told(SUBMITTED, UNDER_REVIEW) == [("promise_made", ANNA), ("promise_made", BO)]


def test_hearing_of_the_same_promise_again_tells_nobody_anything() -> None:
    assert told(SUBMITTED, UNDER_REVIEW, UNDER_REVIEW) == []
    revised = IdeaRevised(idea=IDEA, author=ANNA, accountable=RIK, due=LATER, at=NOON)
    assert told(SUBMITTED, UNDER_REVIEW, revised) == []


def test_a_decision_goes_to_the_authors_and_to_whoever_has_to_do_something() -> None:
    accepted = IdeaAccepted(idea=IDEA, author=ANNA, by=RIK, accountable=LENA, due=LATER, at=NOON)
    assert told(SUBMITTED, UNDER_REVIEW, accepted) == [
        ("decision", ANNA),
        ("decision", BO),
        ("entrusted", LENA),
    ]


def test_who_took_it_upon_themselves_is_not_told_so() -> None:
    accepted = IdeaAccepted(idea=IDEA, author=ANNA, by=RIK, accountable=RIK, due=SOON, at=NOON)
    assert ("entrusted", RIK) not in told(SUBMITTED, UNDER_REVIEW, accepted)


def test_a_refusal_tells_the_authors_alone() -> None:
    declined = IdeaDeclined(idea=IDEA, author=ANNA, by=RIK, at=NOON)
    assert told(SUBMITTED, declined) == [("decision", ANNA), ("decision", BO)]


def test_an_author_who_takes_the_idea_back_is_told_nothing() -> None:
    withdrawn = IdeaWithdrawn(idea=IDEA, author=ANNA, by=ANNA, at=NOON)
    assert told(SUBMITTED, withdrawn) == []


def test_an_author_who_starts_the_pilot_hears_nothing_of_it_and_the_other_does() -> None:
    pilot = PilotStarted(
        idea=IDEA, author=ANNA, pilot=PILOT, by=ANNA, accountable=ANNA, due=LATER, at=NOON
    )
    assert told(SUBMITTED, pilot) == [("pilot_started", BO)]


def test_a_stopped_pilot_is_owed_to_the_authors() -> None:
    stopped = PilotConcluded(
        idea=IDEA, author=ANNA, pilot=PILOT, by=RIK, outcome="stopped", at=NOON
    )
    assert told(SUBMITTED, stopped) == [("pilot_concluded", ANNA), ("pilot_concluded", BO)]


def test_a_reopened_idea_names_a_date_to_its_authors_and_to_the_person() -> None:
    reopened = IdeaReopened(
        idea=IDEA, author=ANNA, by=DESK, to="under_review", accountable=RIK, due=LATER, at=NOON
    )
    assert told(SUBMITTED, reopened) == [
        ("promise_made", ANNA),
        ("promise_made", BO),
        ("entrusted", RIK),
    ]


def test_a_broken_promise_is_told_to_the_authors_and_to_who_takes_over() -> None:
    owed = Owed(ABOUT, ANNA, SOON, (RIK,))
    events = decider.decide(owed, BreakPromise(SOON, LATER, Ladder({}, DESK, {ANNA})))
    found = notices.about_escalation(events, "loop@3", (ANNA, BO))
    assert [(notice.kind, notice.person) for notice in found] == [
        ("promise_broken", ANNA),
        ("promise_broken", BO),
        ("escalated", DESK),
    ]
    assert {notice.facts for notice in found} == {notices.Facts(DESK, LATER, RIK)}
    assert all(notice.owed for notice in found)


ABSORBED = IdeaAbsorbed(
    idea=IDEA, author=ANNA, by=DESK, absorbed=OTHER, authors=(LENA, BO), at=NOON,
    accountable=DESK, due=SOON,
)  # fmt: skip
SEPARATED = IdeaSeparated(
    idea=IDEA, author=ANNA, by=DESK, separated=OTHER, at=NOON, accountable=DESK, due=SOON
)


def co_authors(*others: PersonId) -> CoAuthorsChanged:
    return CoAuthorsChanged(
        idea=IDEA, author=ANNA, by=ANNA, co_authors=others, at=NOON, accountable=DESK, due=SOON
    )


def test_who_has_the_idea_that_takes_another_one_in_is_told_and_who_came_is_told_with_theirs() -> (
    None
):
    third = also_absorbed(IdeaId(UUID(int=10)))
    assert told(SUBMITTED, ABSORBED) == [("absorbed", ANNA)]  # Bo had the other one too
    assert told(SUBMITTED, third, ABSORBED) == [("absorbed", ANNA)]
    assert told(SUBMITTED, third) == [("absorbed", ANNA), ("absorbed", BO)]


def test_both_sides_are_told_that_a_merger_was_undone_each_person_once() -> None:
    step = notices.Step(SEPARATED, ABOUT, "x", parted=(LENA, BO))
    found = notices.about_step(step, (ANNA, BO), (), DESK)
    assert {(n.person, n.about.id, n.facts.other) for n in found} == {
        (LENA, SubjectId(OTHER), IDEA), (BO, SubjectId(OTHER), IDEA),
        (ANNA, SubjectId(IDEA), OTHER),
    }  # fmt: skip
    assert {(n.kind, n.owed) for n in found} == {("separated", True)}
    assert sorted(told(SUBMITTED, ABSORBED, SEPARATED)) == sorted(
        ("separated", person) for person in (ANNA, BO, LENA)
    )


def test_who_came_with_another_idea_stays_when_the_co_authors_change() -> None:
    assert whose(SUBMITTED, ABSORBED) == (ANNA, BO, LENA)
    assert whose(SUBMITTED, ABSORBED, co_authors(RIK)) == (ANNA, RIK, LENA, BO)


def test_once_a_merger_is_undone_only_who_came_with_it_goes() -> None:
    assert whose(SUBMITTED, ABSORBED, SEPARATED) == (ANNA, BO)
    assert whose(SUBMITTED, ABSORBED, co_authors(), SEPARATED) == (ANNA,)
    third = IdeaId(UUID(int=10))
    again = also_absorbed(third)
    assert whose(SUBMITTED, ABSORBED, again, SEPARATED) == (ANNA, BO, LENA)


def also_absorbed(other: IdeaId) -> IdeaAbsorbed:
    return IdeaAbsorbed(
        idea=IDEA, author=ANNA, by=DESK, absorbed=other, authors=(LENA,), at=NOON,
        accountable=DESK, due=SOON,
    )  # fmt: skip


def test_who_said_that_it_is_theirs_stays_when_the_co_authors_change() -> None:
    alias = PersonId("alias-7")
    hidden = IdeaSubmitted(
        idea=IDEA, author=alias, co_authors=(BO,), way="confidential", accountable=DESK, due=SOON,
        at=NOON,
    )  # fmt: skip
    revealed = AuthorRevealed(idea=IDEA, author=alias, by=ANNA, at=NOON, accountable=DESK, due=SOON)
    left = CoAuthorsChanged(
        idea=IDEA, author=alias, by=BO, co_authors=(), at=NOON, accountable=DESK, due=SOON
    )
    assert whose(hidden, revealed, left) == (alias, ANNA)


def test_a_reviewer_is_told_by_when_an_answer_is_promised() -> None:
    assigned = ReviewerAssigned(idea=IDEA, author=ANNA, reviewer=RIK, due=LATER, at=NOON)
    notice = reviewing.about_assignment(assigned, "event 9")
    assert (notice.person, notice.facts.due, notice.owed) == (RIK, LATER, True)


def test_a_promise_that_stands_is_reminded_of_once() -> None:
    owed = Owed(ABOUT, ANNA, SOON, (RIK,))
    first = reminder(owed, SOON, NOON)
    again = reminder(owed, SOON, NOON + timedelta(hours=3))
    assert first is not None
    assert again is not None
    assert (first.person, first.id) == (RIK, again.id)


def test_a_promise_that_is_gone_moved_or_broken_is_not_reminded_of() -> None:
    owed = Owed(ABOUT, ANNA, LATER, (RIK,))
    assert reminder(None, SOON, NOON) is None
    assert reminder(owed, SOON, NOON) is None
    assert reminder(owed, LATER, LATER) is None


def test_one_cause_gives_a_person_one_notice_of_a_kind() -> None:
    def notice(kind: notices.Kind, person: PersonId, cause: str) -> notices.Notice:
        return notices.Notice(kind, person, ABOUT, cause, NOON, notices.Facts())

    same = {notice("decision", ANNA, "e1").id, notice("decision", ANNA, "e1").id}
    other = {
        notice("decision", BO, "e1").id,
        notice("realised", ANNA, "e1").id,
        notice("decision", ANNA, "e2").id,
    }
    assert len(same) == 1
    assert len(same | other) == 4
    assert notice("realised", ANNA, "e1").owed is False


def test_whoever_judges_the_guarantee_waits_for_the_notice_that_is_told() -> None:
    whole: dict[str, Any] = {
        "at": NOON, "idea": IDEA, "author": ANNA, "by": RIK, "into": IDEA, "outcome": "stopped",
        "pilot": PilotId(UUID(int=5)), "barrier": BarrierId(UUID(int=6)), "hours": 8.0,
        "request": RequestId(UUID(int=7)), "help": HelpId(UUID(int=8)),
    }  # fmt: skip
    events = {kind.event.__name__: kind.event for kind in DECLARED.values()}
    for name, expected in OUTCOME_NOTICES.items():
        fields = events[name].__struct_fields__
        event = events[name](**{n: value for n, value in whole.items() if n in fields})
        told = notices.about_step(notices.Step(event, ABOUT, "x"), (ANNA,), (), DESK)
        assert [(n.kind, n.owed) for n in told] == [(expected, True)], name
