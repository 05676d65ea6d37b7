"""The report of a challenge and what an experiment taught are judged from the logs like answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from cli.guarantee import Entry, judge
from contracts.challenges import ChallengeClosed, ChallengeLaunched
from contracts.notifications import PromiseKeptV2, PromiseMadeV2
from contracts.room import ExperimentReported, ExperimentStarted
from contracts.vocabulary import ChallengeId, Event, ExperimentId, PersonId, SubjectId

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = AT + timedelta(days=7)
LENA, WHICH = PersonId("lena"), UUID(int=1)
LAUNCHED = ChallengeLaunched(
    at=AT, challenge=ChallengeId(WHICH), by=LENA, first=AT.date(), last=DUE.date(),
    criteria=("nut",), accountable=LENA, due=DUE,
)  # fmt: skip
CLOSED = ChallengeClosed(at=AT + timedelta(days=6), challenge=LAUNCHED.challenge, by=LENA)
STARTED = ExperimentStarted(
    at=AT, experiment=ExperimentId(WHICH), by=LENA, ends_on=DUE.date(), accountable=LENA, due=DUE
)
REPORTED = ExperimentReported(
    at=AT + timedelta(days=6), experiment=STARTED.experiment, by=LENA, went="well"
)
KINDS = [("challenge", LAUNCHED, CLOSED), ("experiment", STARTED, REPORTED)]


def told(*events: Event) -> list[Entry]:
    return [Entry(event, event.at, event.at) for event in events]


@pytest.mark.parametrize(("matter", "began", "ended"), KINDS)
def test_a_report_that_nobody_watches_or_says_to_be_late_is_named(
    matter: str, began: Any, ended: Any
) -> None:
    owed: dict[str, Any] = {
        "matter": matter, "subject": SubjectId(WHICH), "author": LENA, "accountable": LENA,
        "due": DUE,
    }  # fmt: skip
    made, kept = PromiseMadeV2(**owed, at=AT), PromiseKeptV2(**owed, at=ended.at)
    (alone,) = judge(told(began), [], AT + timedelta(days=1)).silent
    assert (alone.matter, alone.why) == (
        matter, "its promise was never taken over by notifications",
    )  # fmt: skip
    assert not judge(told(began), told(made), AT + timedelta(days=1)).silent
    (late,) = judge(told(began), told(made), DUE + timedelta(days=1)).silent
    assert (late.since, late.why) == (DUE, "its date passed, and nobody was told")
    done = judge(told(began, ended), told(made, kept), DUE + timedelta(days=1))
    assert (done.silent, done.besides, done.besides_open) == ([], 1, 0)


@pytest.mark.parametrize(("matter", "began", "ended"), KINDS)
def test_what_began_before_reports_were_owed_is_not_judged(
    matter: str, began: Any, ended: Any
) -> None:
    older = replace(began, accountable=None, due=None)
    verdict = judge(told(older), [], DUE + timedelta(days=9))
    assert (verdict.silent, verdict.besides) == ([], 0), matter
    assert not judge(told(older, ended), [], DUE + timedelta(days=9)).silent
