"""The real history, decided by the domain, is what reading the file by its README gives."""

import json
import os
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.ideas import IdeaEvent, PilotMeasured
from contracts.vocabulary import IdeaId, PersonId, PilotId
from ideas.domain import Imported, RecordPastStep, import_history
from services.ideas.tests.making import CUTOVER, LEAD, PROMISE
from tests.real_data import straight
from tests.real_data.files import STATUS

KINDS = {
    "IdeaSubmitted": "submitted", "IdeaTakenUnderReview": "under_review",
    "IdeaAccepted": "accepted", "IdeaDeclined": "declined", "IdeaParked": "parked",
    "IdeaWithdrawn": "withdrawn", "PilotStarted": "in_pilot", "IdeaRealised": "realised",
    "IdeaReopened": "reopened",
}  # fmt: skip
STAGES = {"alpha": "pilot_started", "beta": "measured", "stable": "realised"}
NOT_UNDERSTOOD = {"", "tbd"}


@pytest.fixture(scope="module")
def folder() -> Path:
    found = os.environ.get("KIEM_REAL_DATA")
    if not found:
        pytest.skip("KIEM_REAL_DATA names no folder with the real history")
    return Path(found)


@pytest.fixture(scope="module")
def steps(folder: Path) -> dict[int, list[RecordPastStep]]:
    """What the lines say, by idea; who was named as a reviewer is another service's."""
    found: dict[int, list[RecordPastStep]] = defaultdict(list)
    for line in (folder / "idea_history.jsonl").read_text("utf-8").splitlines():
        fact = json.loads(line)
        found[fact["idea"]] += [_step(fact, kind, more) for kind, more in _named(fact)]
    return found


@pytest.fixture(scope="module")
def decided(steps: dict[int, list[RecordPastStep]]) -> dict[int, Imported]:
    return {idea: import_history(None, told, PROMISE) for idea, told in steps.items()}


def _named(fact: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    match fact:
        case {"fact": "proposed", "status": status}:
            return [("submitted", {}), *_status(status)]
        case {"fact": "status_changed", "status": status}:
            return _status(status)
        case {"fact": "stage_reached", "stage": "beta", "was": "stable"}:
            return [("reopened", {"to": "in_pilot"})]
        case {"fact": "stage_reached", "stage": stage}:
            return [(STAGES[stage], {})]
        case {"fact": "reviewers_assigned"}:
            return []
    raise AssertionError(fact)


def _status(status: str) -> list[tuple[str, dict[str, Any]]]:
    if status in NOT_UNDERSTOOD:
        return []
    named = STATUS[status]
    return [("pilot_started" if named == "in_pilot" else named, {})]


def _step(fact: dict[str, Any], kind: Any, more: dict[str, Any]) -> RecordPastStep:
    author = next(iter(fact.get("authors") or ()), None) or fact.get("by")
    return RecordPastStep(
        idea=IdeaId(UUID(int=fact["idea"])), kind=kind, at=datetime.fromisoformat(fact["at"]),
        told_at=CUTOVER,
        pilot=PilotId(UUID(int=fact["idea"])), author=PersonId(author) if author else None, **more,
    )  # fmt: skip


def _as_counted(event: IdeaEvent) -> tuple[int, str, str]:
    kind = KINDS[type(event).__name__]
    return int(event.at.timestamp()), kind, getattr(event, "to", kind)


def test_every_idea_takes_the_steps_that_the_file_tells(
    folder: Path, decided: dict[int, Imported]
) -> None:
    history = straight.history(folder)
    assert len(history) == 677
    for told in history:
        happened = decided[told.number].events
        assert [_as_counted(e) for e in happened if not isinstance(e, PilotMeasured)] == [
            tuple(step) for step in told.steps
        ], told.number
        idea = decided[told.number].idea
        assert idea is not None
        assert idea.state == told.steps[-1].state, told.number


def test_no_line_is_refused_and_hundreds_are_repeated(decided: dict[int, Imported]) -> None:
    verdicts = Counter(result.verdict for done in decided.values() for result in done.results)
    # Of 2,380 lines 167 name reviewers; the 677 births tell a status too; 3 words mean nothing.
    assert verdicts.total() == 2_380 - 167 + 677 - 3
    assert verdicts["recorded"] + verdicts["repeated"] == verdicts.total()
    assert verdicts["repeated"] > 300


def test_every_open_idea_is_promised_something_and_no_finished_one(
    decided: dict[int, Imported],
) -> None:
    for number, done in decided.items():
        assert done.idea is not None
        promised = [e for e in done.events if getattr(e, "accountable", None)]
        assert len(promised) == (0 if done.idea.finished else 1), number
        assert done.idea.finished or done.idea.accountable in {LEAD, PROMISE.desk}
        assert done.idea.finished or promised[0].at == max(e.at for e in done.events)


@pytest.mark.parametrize(
    "cut", [datetime(2019, 6, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)]
)
def test_what_is_imported_in_two_parts_takes_the_same_steps(
    steps: dict[int, list[RecordPastStep]], decided: dict[int, Imported], cut: datetime
) -> None:
    for number, told in steps.items():
        early = import_history(None, [s for s in told if s.at < cut], PROMISE)
        late = import_history(early.idea, [s for s in told if s.at >= cut], PROMISE)
        kinds = [type(e) for e in (*early.events, *late.events)]
        assert kinds == [type(e) for e in decided[number].events], number
