"""The report of a challenge and what an experiment taught are promises like any other."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from contracts.challenges import ChallengeClosed, ChallengeLaunched
from contracts.notifications import EscalatedV2, PromiseBrokenV2, PromiseKeptV2, PromiseMadeV2
from contracts.room import ExperimentEnded, ExperimentReported, ExperimentStarted
from contracts.vocabulary import ChallengeId, ExperimentId, NoticeId, PersonId
from notifications.domain import loop, notices, proofs
from notifications.domain.ladder import Ladder, Listed
from notifications.domain.steps import Following, after, follow
from notifications.domain.subjects import Subject, subject_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = NOON + timedelta(days=30)
ANNA, BO, LENA, HUGO, DESK = map(PersonId, ("anna", "bo", "lena", "hugo", "desk"))
LAUNCHED = ChallengeLaunched(
    at=NOON, challenge=ChallengeId(UUID(int=1)), by=LENA, first=NOON.date(),
    last=(NOON + timedelta(days=14)).date(), criteria=("nut",), accountable=LENA, due=DUE,
)  # fmt: skip
CLOSED = ChallengeClosed(at=NOON, challenge=LAUNCHED.challenge, by=DESK)
STARTED = ExperimentStarted(
    at=NOON, experiment=ExperimentId(UUID(int=2)), by=ANNA, team=(BO,), ends_on=LAUNCHED.last,
    accountable=ANNA, due=DUE,
)  # fmt: skip
ENDED = ExperimentEnded(
    at=NOON, experiment=STARTED.experiment, author=ANNA, accountable=ANNA, due=DUE
)
REPORTED = ExperimentReported(at=NOON, experiment=STARTED.experiment, by=BO, went="nowhere")


def about(event: Any) -> Subject:
    found = subject_of(event)
    assert found is not None
    return found


def lived(*life: Any) -> tuple[list[Any], Following, list[tuple[str, str]]]:
    """Return what the loop decided in all, what is known, and what the last step tells whom."""
    log: list[Any] = []
    known = Following()
    told: list[tuple[str, str]] = []
    for version, event in enumerate(life, start=1):
        step = follow(event, about(event), version, known)
        made = loop.decider.decide(loop.decider.replay(log), step)
        known = after(event, version, known)
        fact = notices.Step(event, about(event), f"e{version}")
        told = [(n.kind, n.person) for n in notices.about_step(fact, known.authors, made, DESK)]
        log += made
    return log, known, told


def test_the_leader_owes_the_report_from_the_first_and_is_told_nothing_that_they_know() -> None:
    log, known, told = lived(LAUNCHED)
    (made,) = log
    assert isinstance(made, PromiseMadeV2)
    assert (made.matter, made.accountable, made.due) == ("challenge", LENA, DUE)
    assert (known.authors, told) == ((LENA,), [])


def test_a_report_keeps_the_promise_whoever_gives_it() -> None:
    log, _, told = lived(LAUNCHED, CLOSED)
    assert [type(event) for event in log] == [PromiseMadeV2, PromiseKeptV2]
    assert told == [], "those who took part are told as an audience"


def test_a_report_that_does_not_come_goes_one_step_up() -> None:
    log, known, _ = lived(LAUNCHED)
    ladder = Ladder({LENA: Listed(lead=HUGO), HUGO: Listed()}, DESK, frozenset(known.authors))
    late = loop.BreakPromise(DUE, DUE + timedelta(days=7), ladder)
    made = loop.decider.decide(loop.decider.replay(log), late)
    assert [type(event) for event in made] == [PromiseBrokenV2, EscalatedV2]
    found = notices.about_escalation(made, "e", known.authors)
    assert [(n.kind, n.person) for n in found] == [("promise_broken", LENA), ("escalated", HUGO)]


def test_the_whole_team_is_asked_on_the_last_day_and_the_promise_stands() -> None:
    log, known, told = lived(STARTED, ENDED)
    assert known.authors == (ANNA, BO)
    assert told == [("learning_asked", ANNA), ("learning_asked", BO)]
    assert [type(event) for event in log] == [PromiseMadeV2], "its date was promised at the start"
    assert type(lived(STARTED, ENDED, REPORTED)[0][-1]) is PromiseKeptV2


def test_nobody_of_the_team_is_asked_as_the_next_one_up() -> None:
    log, known, _ = lived(STARTED)
    ladder = Ladder({ANNA: Listed(lead=BO), BO: Listed(lead=HUGO), HUGO: Listed()}, DESK,
                    frozenset(known.authors))  # fmt: skip
    late = loop.BreakPromise(DUE, DUE + timedelta(days=7), ladder)
    made = loop.decider.decide(loop.decider.replay(log), late)
    assert [event.accountable for event in made] == [ANNA, HUGO]


def test_what_began_before_reports_were_owed_owes_none() -> None:
    assert subject_of(replace(LAUNCHED, accountable=None, due=None)) is None
    assert subject_of(replace(STARTED, accountable=None, due=None)) is None


def test_a_notice_about_a_later_matter_is_told_in_the_version_that_knows_it() -> None:
    which = proofs.About(NoticeId(UUID(int=9)), about(LAUNCHED), LENA, "reminder", owed=True)
    for channel in ("in_app", "mail", "webhook"):
        arrived = proofs.RecordDelivery(which, channel, 1, "inbox", NOON)
        failed = proofs.RecordFailure(which, channel, 1, "550", NOON)
        found = [proofs.decide(frozenset(), command)[0] for command in (arrived, failed)]
        assert [type(event).__name__ for event in found] == ["NoticeDeliveredV3", "NoticeFailedV3"]
