"""The numbers about ideas, each on a handful of lives made by hand."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.facts import Facts, IdeaFact, ListingFact
from services.metrics.tests.making import BEN, ask, day, life, period

SUBMITTED, TAKEN = "IdeaSubmitted", "IdeaTakenUnderReview"
ACCEPTED, DECLINED, PARKED = "IdeaAccepted", "IdeaDeclined", "IdeaParked"
PILOT, REALISED, WITHDRAWN = "PilotStarted", "IdeaRealised", "IdeaWithdrawn"
REOPENED = "IdeaReopened"


@dataclass(frozen=True)
class Told:
    value: Any
    n: int | None
    numerator: int | None = None
    denominator: int | None = None
    reason: str | None = None


def number(kpi: str, facts: list[IdeaFact], *window: float | None, **question: Any) -> Told:
    found = ask(kpi, period(*window), Facts(ideas=tuple(facts)), **question).number  # type: ignore[arg-type]
    return Told(found.value, found.n, found.numerator, found.denominator, found.reason)


def beside(kpi: str, facts: list[IdeaFact], *window: float | None) -> dict[str, Any]:
    return dict(ask(kpi, period(*window), Facts(ideas=tuple(facts))).number.beside)  # type: ignore[arg-type]


def test_ideas_submitted_in_a_period_are_counted_withdrawn_ones_included() -> None:
    facts = [
        *life(1, (0, SUBMITTED)), *life(2, (9.999, SUBMITTED), (11, WITHDRAWN)),
        *life(3, (10, SUBMITTED)), *life(4, (-1, SUBMITTED)),
    ]  # fmt: skip
    assert number("ideas_submitted", facts, 0, 10, 20) == Told(2, 2, 2)


def test_no_idea_in_a_period_that_is_over_is_zero_not_unknown() -> None:
    assert number("ideas_submitted", [], 0, 10) == Told(0, 0, 0)


def test_of_a_period_that_lies_ahead_the_number_is_unknown() -> None:
    assert number("ideas_submitted", life(1, (1, SUBMITTED)), 30, 40, 20).reason == "no_data"


def test_the_state_is_the_one_after_the_last_fact_of_a_moment_in_order_of_versions() -> None:
    facts = [
        *life(1, (0, SUBMITTED), (0, TAKEN), (0, ACCEPTED)),
        *life(2, (1, SUBMITTED), (2, PILOT), (3, "PilotConcluded", "in_pilot")),
        *life(3, (1, SUBMITTED), (2, PILOT), (3, "PilotConcluded", "stopped")),
        *life(4, (1, SUBMITTED), (2, "IdeaRevised"), (3, "PilotMeasured")),
        *life(5, (1, SUBMITTED), (2, REALISED), (4, REOPENED, "under_review")),
        *life(6, (6, SUBMITTED)),
    ]
    states = beside("ideas_by_state", facts, None, 5, 50)
    assert {state: count for state, count in states.items() if count} == {
        "accepted": 1, "in_pilot": 1, "stopped": 1, "submitted": 1, "under_review": 1,
    }  # fmt: skip
    assert number("ideas_by_state", facts, None, 5, 50).value == 5


def test_realisation_a_counts_realised_ones_of_those_submitted_whatever_came_later() -> None:
    facts = [
        *life(1, (0, SUBMITTED), (30, REALISED), (31, REOPENED, "in_pilot")),
        *life(2, (1, SUBMITTED)),
        *life(3, (2, SUBMITTED), (90, REALISED)),  # after the instant of judging
        *life(4, (-5, SUBMITTED), (1, REALISED)),  # submitted before the period
    ]
    assert number("realisation_a", facts, 0, 10, 60) == Told(Fraction(1, 3), 3, 1, 3)


def test_realisation_b_looks_at_the_first_final_judgement() -> None:
    facts = [
        *life(1, (-50, SUBMITTED), (1, ACCEPTED)),
        *life(2, (0, SUBMITTED), (2, PARKED), (3, DECLINED), (40, REOPENED, "accepted"),
              (40, ACCEPTED)),
        *life(3, (-9, SUBMITTED), (-1, DECLINED), (5, ACCEPTED)),  # judged first before the period
        *life(4, (0, SUBMITTED), (5, PARKED)),  # parked is not final
        *life(5, (0, SUBMITTED), (5, REOPENED, "accepted")),  # a reopening is no judgement
    ]  # fmt: skip
    assert number("realisation_b", facts, 0, 10, 60) == Told(Fraction(1, 2), 2, 1, 2)
    assert beside("realisation_b", facts, 0, 10, 60) == {"revised": 1}
    assert beside("realisation_b", facts, 0, 10, 30) == {"revised": 0}


def test_without_a_judgement_the_share_is_unknown() -> None:
    told = number("realisation_b", life(1, (0, SUBMITTED)), 0, 10)
    assert told == Told(None, 0, reason="no_data")


def test_processing_time_is_the_median_of_first_judgements_zeros_included() -> None:
    facts = [
        *life(1, (0, SUBMITTED), (0, ACCEPTED)),
        *life(2, (0, SUBMITTED), (3, DECLINED), (9, ACCEPTED)),
        *life(3, (0, SUBMITTED), (4, PARKED), (8, ACCEPTED)),
        *life(4, (0, SUBMITTED), (30, ACCEPTED)),  # judged after the period
    ]
    assert number("processing_time_a", facts, 0, 10, 60) == Told(3, 3)
    assert beside("processing_time_a", facts, 0, 10, 60) == {"p90": 8}


def test_processing_time_b_ends_with_the_first_realisation() -> None:
    facts = [
        *life(1, (0, SUBMITTED), (5, REALISED), (6, REOPENED, "in_pilot"), (9, REALISED)),
        *life(2, (0, SUBMITTED), (6.5, REALISED)),
    ]
    assert number("processing_time_b", facts, 0, 10) == Told(Fraction(23, 4), 2)


def test_lead_time_counts_those_that_wait_and_those_that_left() -> None:
    # The durations 3, 5+, 7, 7, 9+, 12 of the definition.
    facts = [
        *life(1, (0, SUBMITTED), (3, PILOT)),
        *life(2, (0, SUBMITTED), (5, DECLINED)),
        *life(3, (1, SUBMITTED), (8, PILOT)),
        *life(4, (2, SUBMITTED), (4, WITHDRAWN), (6, REOPENED, "in_pilot"), (9, PILOT)),
        *life(5, (11, SUBMITTED), (12, DECLINED), (13, REOPENED, "under_review")),
        *life(6, (0, SUBMITTED), (12, PILOT)),
    ]
    assert number("lead_time_to_pilot", facts, 0, 12, 20) == Told(7, 6)
    assert beside("lead_time_to_pilot", facts, 0, 12, 20) == {
        "p85": 12, "pilots": 4, "exits": 1, "open": 1,
    }  # fmt: skip


def test_a_lead_time_that_few_reach_is_not_reached() -> None:
    facts = [
        *life(1, (0, SUBMITTED), (1, PILOT)),
        *life(2, (0, SUBMITTED)),
        *life(3, (0, SUBMITTED)),
    ]
    assert number("lead_time_to_pilot", facts, 0, 12, 20) == Told(None, 3, reason="not_reached")
    assert number("lead_time_to_pilot", [], 0, 12, 20) == Told(None, 0, reason="no_data")


def test_an_idea_realised_without_a_pilot_left_the_queue_for_pilots() -> None:
    facts = [*life(1, (0, SUBMITTED), (2, REALISED)), *life(2, (0, SUBMITTED), (5, PILOT))]
    assert number("lead_time_to_pilot", facts, 0, 1, 20) == Told(5, 2)


def test_throughput_counts_first_pilots_and_first_realisations_of_the_period() -> None:
    facts = [
        *life(1, (0, SUBMITTED), (1, PILOT), (2, REOPENED, "accepted"), (12, PILOT)),
        *life(2, (0, SUBMITTED), (11, PILOT), (13, REALISED)),
    ]
    assert number("throughput", facts, 10, 20) == Told(1, 1, 1)
    assert beside("throughput", facts, 10, 20) == {"first_pilots": 1, "first_realisations": 1}


def test_what_is_under_way_and_how_old_it_is_is_seen_at_the_end_of_the_period() -> None:
    facts = [
        *life(1, (0, SUBMITTED)), *life(2, (4, SUBMITTED), (5, PARKED)),
        *life(3, (0, SUBMITTED), (5, DECLINED)), *life(4, (0, SUBMITTED), (12, WITHDRAWN)),
        *life(5, (11, SUBMITTED)),
    ]  # fmt: skip
    assert number("wip", facts, None, 10, 50) == Told(3, 3, 3)
    assert number("age", facts, None, 10, 50) == Told(10, 3)
    assert number("age", facts, None, -9, 50) == Told(None, 0, reason="no_data")


def test_what_happened_after_the_instant_of_judging_did_not_happen() -> None:
    facts = life(1, (0, SUBMITTED), (5, REALISED))
    assert number("realisation_a", facts, 0, 10, 5).value == 0
    assert number("realisation_a", facts, 0, 10, 5.001).value == 1


def test_a_cut_gives_each_group_its_own_number() -> None:
    facts = Facts(
        ideas=(
            *life(1, (0, SUBMITTED), (1, REALISED), department="care", category="tools"),
            *life(2, (0, SUBMITTED), department="care"),
            *life(3, (0, SUBMITTED), origin="imported"),
        )
    )  # fmt: skip
    window = period(0, 10)
    cells = ask("realisation_a", window, facts, by="department").cells or {}
    assert {k: (c.numerator, c.n) for k, c in cells.items()} == {"care": (1, 2), "unknown": (0, 1)}
    for cut, keys in {
        "category": {"tools", "unknown"}, "origin": {"live", "imported"},
        "state": {"realised", "submitted"},
    }.items():  # fmt: skip
        assert set(ask("realisation_a", window, facts, by=cut).cells or {}) == keys
    assert ask("ideas_submitted", window, facts, origin="imported").number.value == 1


def test_the_category_is_the_latest_that_was_told() -> None:
    told = [
        IdeaFact(idea=f.idea, version=f.version, type=f.type, state=f.state, author=f.author,
                 occurred_at=f.occurred_at, recorded_at=f.recorded_at,
                 category=[None, "care", None, "tools"][f.version - 1])
        for f in life(1, (0, SUBMITTED), (1, "IdeaRevised"), (2, "IdeaRevised"), (3, "IdeaRevised"))
    ]  # fmt: skip
    facts = Facts(ideas=tuple(told))
    assert list(ask("ideas_submitted", period(0, 1, 2.5), facts, by="category").cells or {}) == [
        "care"
    ]
    assert list(ask("ideas_submitted", period(0, 1, 9), facts, by="category").cells or {}) == [
        "tools"
    ]


def test_the_department_is_the_directorys_at_the_submission_and_stays_it() -> None:
    def listed(at: float, department: str | None) -> ListingFact:
        return ListingFact(person=BEN, id=str(at).encode(), department=department,
                           occurred_at=day(at), recorded_at=day(at))  # fmt: skip

    facts = Facts(
        ideas=(
            *life(1, (-1, SUBMITTED), author=BEN), *life(2, (1, SUBMITTED), author=BEN),
            *life(3, (5, SUBMITTED), author=BEN),
            *life(4, (5, SUBMITTED), author=BEN, department="it"),
        ),
        listings=(listed(4, "home"), listed(0, "care")),
    )  # fmt: skip
    cells = ask("ideas_submitted", period(None, 10), facts, by="department").cells or {}
    assert {k: c.value for k, c in cells.items()} == {"care": 1, "home": 1, "it": 1, "unknown": 1}


def test_an_idea_whose_birth_is_not_known_yet_is_not_counted() -> None:
    assert number("wip", life(1, (0, ACCEPTED)), None, 10) == Told(0, 0, 0)


@pytest.mark.parametrize("known", [5, None])
def test_what_was_recorded_later_was_not_known(known: float | None) -> None:
    window = period(0, 10)
    if known is not None:
        window = type(window)(
            since=window.since, until=window.until, at=window.at, known=day(known)
        )
    facts = Facts(ideas=tuple(life(1, (0, SUBMITTED), recorded_at=day(6))))
    assert ask("ideas_submitted", window, facts).number.value == (0 if known else 1)


TYPES = [ACCEPTED, DECLINED, PARKED, PILOT, REALISED, WITHDRAWN, TAKEN, "IdeaRevised"]
Past = tuple[int, list[tuple[int, str]]]
histories = st.lists(
    st.tuples(st.integers(0, 9), st.lists(st.tuples(st.integers(9, 20), st.sampled_from(TYPES)))),
    max_size=6,
)
KPIS = [
    "ideas_submitted", "ideas_by_state", "realisation_a", "realisation_b", "processing_time_a",
    "processing_time_b", "lead_time_to_pilot", "throughput", "wip", "age",
]  # fmt: skip


def facts_of(told: list[Past]) -> list[IdeaFact]:
    return [
        fact
        for number, (birth, steps) in enumerate(told)
        for fact in life(number, (birth, SUBMITTED), *steps, department=f"d{number % 2}")
    ]


@given(histories, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_facts_changes_a_number(
    told: list[Past], random: Any
) -> None:
    facts = facts_of(told)
    shuffled = facts + random.sample(facts, k=len(facts) // 2)
    random.shuffle(shuffled)
    for kpi in KPIS:
        window = period(2, 15, 18)
        assert ask(kpi, window, Facts(ideas=tuple(facts)), by="state") == ask(
            kpi, window, Facts(ideas=tuple(shuffled)), by="state"
        )


@given(histories)
def test_the_cells_of_a_cut_add_up_to_the_whole(
    told: list[Past],
) -> None:
    facts = Facts(ideas=tuple(facts_of(told)))
    for kpi in KPIS:
        found = ask(kpi, period(2, 15, 18), facts, by="department")
        assert sum(cell.n or 0 for cell in (found.cells or {}).values()) == found.number.n


@given(histories)
def test_every_idea_is_in_exactly_one_state(told: list[Past]) -> None:
    found = ask("ideas_by_state", period(None, 15), Facts(ideas=tuple(facts_of(told)))).number
    assert sum(int(count or 0) for count in found.beside.values()) == found.value == len(told)
