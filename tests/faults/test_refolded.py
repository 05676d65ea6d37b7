"""Numbers are folded a second time, by hand, and each that is told otherwise is said."""

from datetime import timedelta
from typing import Any

import pytest

from tests.faults import numbers
from tests.faults.checker import check
from tests.faults.evidence import Stored
from tests.faults.story import START, Story


def of(story: Story, **changes: Any) -> str:
    return "\n".join(check(story.history, story.found, **changes))


KPIS = numbers.refold(Story().found.stores["ideas"], START)


@pytest.mark.parametrize(("kpi", "key"), [(kpi, key) for kpi in KPIS for key in KPIS[kpi]])
def test_each_number_that_is_wrong_is_said(kpi: str, key: str) -> None:
    story = Story()
    told = story.found.numbers[kpi] = dict(story.found.numbers[kpi])
    told[key] = dict.fromkeys(told[key], 7) if key == "beside" else 0.123456
    (said,) = numbers.differences(story.found)
    assert said.startswith(f"metrics says {kpi}.{key} = ")
    assert said in of(story)


@pytest.mark.parametrize("kpi", KPIS)
def test_a_number_that_nobody_asked_for_is_not_right(kpi: str) -> None:
    story = Story()
    del story.found.numbers[kpi]
    assert f"metrics was not asked for {kpi}" in of(story).splitlines()


def test_who_wants_no_numbers_says_so() -> None:
    story = Story()
    story.found.numbers.clear()
    assert of(story) == "metrics was asked for no KPI at all"
    assert of(story, kpis=False) == ""


def test_numbers_are_refolded_by_hand() -> None:
    story = Story()
    told = numbers.refold(story.found.stores["ideas"], START + timedelta(days=1))
    assert told["ideas_by_state"]["beside"]["accepted"] == 1
    assert told["realisation_b"] == {"value": 1.0, "numerator": 1, "denominator": 1}
    assert told["processing_time_a"] == {"value": 0.083333, "n": 1}
    assert told["lead_time_to_pilot"] == {"value": None, "beside": {"pilots": 0}}


def lived(idea: str, *steps: tuple[int, str]) -> list[Stored]:
    """Return the events of an idea, each with the day on which it happened."""
    return [
        Stored(f"{idea}{n}", f"idea-{idea}", n, kind, START + timedelta(days=day))
        for n, (day, kind) in enumerate(steps, start=1)
    ]


def test_four_lives_are_refolded_by_hand() -> None:
    told = numbers.refold(
        [
            *lived("a", (0, "IdeaSubmitted"), (1, "IdeaAccepted"), (2, "PilotStarted"),
                   (4, "IdeaRealised")),
            *lived("b", (0, "IdeaSubmitted"), (3, "IdeaDeclined")),
            *lived("c", (0, "IdeaSubmitted"), (1, "IdeaWithdrawn")),
            *lived("d", (0, "IdeaSubmitted"), (5, "PilotStarted")),
        ],
        START + timedelta(days=10),
    )  # fmt: skip
    states = told.pop("ideas_by_state")
    assert states["value"] == sum(states["beside"].values()) == 4
    assert {name for name, count in states["beside"].items() if count == 1} == {
        "realised", "declined", "withdrawn", "in_pilot",
    }  # fmt: skip
    assert told == {
        "ideas_submitted": {"value": 4, "n": 4},
        "realisation_a": {"value": 0.25, "numerator": 1, "denominator": 4},
        "realisation_b": {"value": 0.5, "numerator": 1, "denominator": 2},
        "throughput": {"value": 2, "beside": {"first_pilots": 2, "first_realisations": 1}},
        "wip": {"value": 1},
        "processing_time_a": {"value": 2.0, "n": 2},
        "processing_time_b": {"value": 4.0, "n": 1},
        "lead_time_to_pilot": {"value": 5.0, "beside": {"pilots": 2}},
        "silent_ideas": {"value": 0},
    }
