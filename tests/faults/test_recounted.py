"""Every open number is counted a second time, and every edition: what differs is said."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.ideas import IdeaDeclined
from metrics.domain.definitions import REGISTER
from tests.faults import numbers
from tests.faults.checker import check
from tests.faults.recounted import OF_THE_DIRECTORY, OF_USE, OPEN
from tests.faults.story import DAY, START, Story

EDITION: dict[str, Any] = {
    "id": 1, "kpi": "active_users", "about": "tekst", "feature": "", "from": "2026-02-02",
    "to": "2026-02-09", "revision": 1, "outcome": "equal", "groups": [],
}  # fmt: skip


def said(story: Story) -> list[str]:
    return check(story.history, story.found)


def test_no_open_number_is_left_out() -> None:
    every = {kpi.id for kpi in REGISTER.values() if kpi.kind == "open"}
    assert every == {*OPEN, *numbers.refold([], START)}
    assert all(REGISTER[kpi].kind == "protected" for kpi in OF_USE)


@pytest.mark.parametrize("key", ["value", "n"])
@pytest.mark.parametrize("kpi", OPEN)
def test_a_number_that_is_not_what_is_counted_again_is_said(kpi: str, key: str) -> None:
    story = Story()
    story.found.numbers[kpi] = story.found.numbers[kpi] | {key: 0.123456}
    assert any(sentence.startswith(f"metrics says {kpi} is ") for sentence in said(story))


def test_what_stands_beside_a_number_is_compared_too() -> None:
    story = Story()
    told = story.found.numbers["first_response"]
    told["beside"] = dict.fromkeys(told["beside"], 7)
    (sentence,) = said(story)
    assert sentence.startswith("metrics says first_response is ")


@pytest.mark.parametrize("kpi", OPEN)
def test_a_number_that_nobody_asked_for_is_not_right(kpi: str) -> None:
    story = Story()
    del story.found.numbers[kpi]
    assert any(s.startswith(f"metrics was not asked for {kpi}, which ") for s in said(story))


@pytest.mark.parametrize("kpi", OF_THE_DIRECTORY)
def test_a_number_that_was_not_counted_again_is_not_right(kpi: str) -> None:
    story = Story()
    del story.found.again[kpi]
    assert said(story) == [f"metrics was not asked to count {kpi} again"]


def test_an_event_that_metrics_missed_is_found_by_the_logs() -> None:
    story = Story()
    last = story.found.log.pop()
    no = IdeaDeclined(idea=last.idea, author=last.author, at=last.at)
    story.found.log.append(no)
    wrong = said(story)
    assert any(sentence.startswith("metrics says realisation_b is ") for sentence in wrong)
    assert any(sentence.startswith("metrics says ideas_by_state is ") for sentence in wrong)


@pytest.mark.parametrize("outcome", ["different", "gone"])
def test_an_edition_that_is_not_the_same_again_is_named(outcome: str) -> None:
    story = Story()
    story.found.editions = [EDITION, EDITION | {"outcome": outcome, "groups": ["department dep"]}]
    (sentence,) = said(story)
    assert f"active_users tekst  from 2026-02-02 to 2026-02-09 is {outcome}" in sentence
    assert "department dep" in sentence


def test_of_use_in_a_week_that_is_closed_editions_are_owed() -> None:
    story = Story()
    long_ago = DAY - timedelta(days=15)
    story.found.uses["f1", long_ago] = story.found.users["f1", long_ago] = 1
    use = next(iter(story.history.uses.values()))
    use.at -= timedelta(days=15).total_seconds()
    del story.found.uses["f1", DAY], story.found.users["f1", DAY]
    assert said(story) == [f"no edition of {kpi} was made" for kpi in OF_USE]
    story.found.editions = [EDITION | {"kpi": kpi} for kpi in OF_USE]
    assert said(story) == []
