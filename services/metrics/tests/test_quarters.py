"""What a quarter tells of a month that is hidden: minus the two others, never a small group."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.domain import freezing
from metrics.domain.editions import Edition, Known
from metrics.domain.facts import Report
from metrics.domain.families import ALL, Draft
from metrics.domain.families.workforce import of_outcomes, of_workforce
from metrics.domain.numbers import Number, count
from metrics.domain.series import Span
from services.metrics.tests.making import day

THRESHOLD = 10
MONTHS = [Span(date(2025, m, 1), date(2025, m + 1, 1)) for m in (1, 2, 3)]
QUARTER = Span(date(2025, 1, 1), date(2025, 4, 1))
Told = dict[tuple[str, Span], list[Number]]
"""What was told of the organisation, first to last, of each number and span."""


class House:
    """Freezes drafts one after the other, as metrics does, and keeps what is told."""

    def __init__(self, threshold: int = THRESHOLD) -> None:
        self.known, self.latest = Known(), dict[tuple[str, Span], Edition]()
        self.told: Told = {}
        self._threshold = threshold

    def freeze(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            latest = self.latest.get((draft.kpi, draft.basis))
            if latest is None:
                if freezing.waits(draft, self.known):
                    continue
                cells = freezing.first(draft, self._threshold, self.known)
            else:
                cells = freezing.revised(draft, self._threshold, self.known, latest)
                if cells == latest.cells:
                    continue
            self._keep(draft, cells, latest.revision + 1 if latest else 1)

    def _keep(self, draft: Draft, cells: Any, revision: int) -> None:
        edition = Edition(
            kpi=draft.kpi, version=1, family="family", feature="", span=draft.basis,
            basis=draft.basis, revision=revision, threshold=self._threshold, made_at=day(0),
            cells=cells,
        )  # fmt: skip
        self.latest[draft.kpi, draft.basis] = edition
        self.known.add(edition)
        if not cells[ALL].hidden:
            self.told.setdefault((draft.kpi, draft.basis), []).append(cells[ALL].number)


def month(number: int, persons: int, sick: float, at: float = 0) -> Report:
    """Report a department for a month: who is sick is sick for all of its days."""
    length = (MONTHS[number - 1].until - MONTHS[number - 1].since).days
    said = {"sick_days": sick, "available_days": float(persons * length), "leavers": 0.0}
    return Report(
        id=f"{number} {at}".encode(), type="WorkforceReported", department="organisation",
        period=f"2025-0{number}", persons=persons, amounts=said, occurred_at=day(at),
        recorded_at=day(at),
    )  # fmt: skip


def all_spans(reports: Sequence[Report]) -> list[Draft]:
    return [draft for span in (*MONTHS, QUARTER) for draft in of_workforce(reports, span)]


def rest(told: Told, kpi: str, what: str) -> Fraction | None:
    """Take the last that is told of two months from the last of the quarter: the third month."""
    whole = told.get((kpi, QUARTER))
    shown = [told[kpi, span][-1] for span in MONTHS if (kpi, span) in told]
    if not whole or len(shown) != 2:
        return None
    return Fraction(whole[-1].beside[what] or 0) - sum(Fraction(n.beside[what] or 0) for n in shown)


def test_a_small_month_hides_the_quarter_around_it() -> None:
    house = House()
    house.freeze(all_spans([month(1, 40, 31), month(2, 40, 28), month(3, 4, 31)]))
    assert ("absence", MONTHS[2]) not in house.told
    assert rest(house.told, "absence", "sick_days") is None


def test_a_month_that_a_correction_made_small_is_not_told_by_its_quarter() -> None:
    house = House()
    reports = [month(1, 40, 31), month(2, 40, 28), month(3, 40, 62)]
    house.freeze(all_spans(reports))
    assert ("absence", QUARTER) in house.told
    house.freeze(all_spans([*reports, month(3, 3, 31, at=1)]))
    # March keeps its old number; the quarter would say what became of it.
    assert len(house.told["absence", MONTHS[2]]) == 1
    assert len(house.told["absence", QUARTER]) == 1


def test_one_person_fewer_in_a_month_is_not_told_by_a_quarter_of_the_same_rounded_size() -> None:
    house = House()
    reports = [month(1, 41, 62), month(2, 40, 28), month(3, 40, 31)]
    house.freeze(all_spans(reports))
    house.freeze(all_spans([*reports, month(1, 40, 31, at=1)]))  # on average 40 before and after
    assert len(house.told["absence", MONTHS[0]]) == 1
    assert len(house.told["absence", QUARTER]) == 1


def test_a_correction_that_is_told_of_its_month_is_told_of_the_quarter_too() -> None:
    house = House()
    reports = [month(1, 40, 31), month(2, 40, 28), month(3, 40, 62)]
    house.freeze(all_spans(reports))
    house.freeze(all_spans([*reports, month(3, 40, 93, at=1)]))
    assert len(house.told["absence", MONTHS[2]]) == 2
    assert len(house.told["absence", QUARTER]) == 2


def test_a_quarter_of_a_correction_that_its_month_does_not_tell_waits() -> None:
    house = House()
    reports = [month(1, 41, 62), month(2, 40, 28)]
    house.freeze(all_spans(reports))
    house.freeze(all_spans([*reports, month(1, 40, 31, at=1), month(3, 40, 31)]))
    assert ("absence", MONTHS[2]) in house.told
    assert ("absence", QUARTER) not in house.told


def test_a_month_of_the_whole_and_a_month_of_departments_add_up() -> None:
    told = [month(1, 40, 31), month(2, 40, 28)]
    parts = [
        Report(
            id=name.encode(), type="WorkforceReported", department=name, period="2025-03",
            persons=20, amounts={"sick_days": 31.0, "available_days": 620.0},
            occurred_at=day(0), recorded_at=day(0),
        )
        for name in ("care", "it")
    ]  # fmt: skip
    absence, *_ = of_workforce([*told, *parts], QUARTER)
    assert absence.numbers[ALL].beside == {"sick_days": 121, "available_days": 40 * 90}
    assert absence.persons == {ALL: 40}


def outcome(period: str, n: int | None) -> Report:
    return Report(
        id=period.encode(), type="OutcomeReported", measure="mood", department="organisation",
        period=period, persons=n, amounts={"value": 7.5}, occurred_at=day(0), recorded_at=day(0),
    )  # fmt: skip


def outcomes(*reports: Report) -> list[Draft]:
    spans = (*MONTHS, QUARTER)
    return [draft for span in spans for draft in of_outcomes(reports, "mood", span)]


def test_of_a_quarter_that_was_told_first_no_months_are_told() -> None:
    house = House()
    quarter = outcome("2025-Q1", 60)
    house.freeze(outcomes(quarter))
    house.freeze(outcomes(quarter, *(outcome(f"2025-0{m}", n) for m, n in ((1, 28), (2, 28)))))
    house.freeze(outcomes(quarter, outcome("2025-03", 4)))
    assert set(house.told) == {("outcome", QUARTER)}


def test_a_quarter_of_which_a_month_is_missing_waits_until_it_comes() -> None:
    house = House()
    months = [outcome("2025-01", 20), outcome("2025-02", 20)]
    house.freeze(outcomes(*months, outcome("2025-Q1", 60)))
    assert ("outcome", QUARTER) not in house.latest
    house.freeze(outcomes(*months, outcome("2025-Q1", 60), outcome("2025-03", 20)))
    assert ("outcome", QUARTER) in house.told


def test_what_is_about_no_persons_is_told_whatever_else_is() -> None:
    house = House()
    house.freeze(outcomes(outcome("2025-01", None), outcome("2025-Q1", None)))
    house.freeze(outcomes(outcome("2025-02", None)))
    assert len(house.told) == 3


def users(span: Span, active: Iterable[int]) -> Draft:
    persons = frozenset(bytes([n]) for n in active)
    return Draft(
        kpi="active_users", basis=span, numbers={ALL: count(len(persons))},
        persons={ALL: len(persons)}, members={ALL: persons},
    )  # fmt: skip


def test_a_quarter_minus_two_months_of_other_persons_is_not_the_small_third() -> None:
    house = House(threshold=5)
    months = [range(10), range(10, 20), range(20, 24)]
    house.freeze(users(span, active) for span, active in zip(MONTHS, months, strict=True))
    house.freeze([users(QUARTER, range(24))])
    assert set(house.told) == {("active_users", span) for span in MONTHS[:2]}


def test_the_last_month_but_one_is_not_told_where_the_quarter_was_and_would_tell_the_last() -> None:
    house = House(threshold=5)
    house.freeze([users(QUARTER, range(24)), users(MONTHS[0], range(10))])
    house.freeze([users(MONTHS[1], range(10, 20)), users(MONTHS[2], range(20, 24))])
    assert set(house.told) == {("active_users", QUARTER), ("active_users", MONTHS[0])}


some = st.frozensets(st.integers(0, 30), max_size=20)


@settings(max_examples=200, deadline=None)
@given(st.tuples(some, some, some), st.permutations([*MONTHS, QUARTER]))
def test_in_whatever_order_spans_are_told_no_rest_of_a_quarter_is_small(
    active: tuple[frozenset[int], ...], order: list[Span]
) -> None:
    by_span = dict(zip(MONTHS, active, strict=True)) | {QUARTER: frozenset[int]().union(*active)}
    house = House(threshold=5)
    house.freeze(users(span, by_span[span]) for span in order if by_span[span])
    told = {span: numbers[-1].n or 0 for (_, span), numbers in house.told.items()}
    if QUARTER in told:
        parts = [told[span] for span in MONTHS if span in told]
        assert not parts or not 0 < told[QUARTER] - sum(parts) < 5


sent = st.lists(
    st.builds(
        month, st.integers(1, 3), st.sampled_from([3, 9, 39, 40, 41, 60]),
        st.sampled_from([0.0, 31.0, 62.0]), st.integers(0, 9),
    ),
    max_size=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(sent, min_size=1, max_size=4))
def test_whatever_is_corrected_a_quarter_minus_its_months_tells_no_few(
    batches: list[list[Report]],
) -> None:
    house, heard, quarters = House(), list[Report](), list[dict[Span, Number]]()
    for batch in batches:
        heard += batch
        drafts = [draft for draft in all_spans(heard) if draft.kpi == "absence"]
        before = len(house.told.get(("absence", QUARTER), []))
        house.freeze(drafts)
        if len(house.told.get(("absence", QUARTER), [])) > before:
            quarters.append({d.basis: d.numbers[ALL] for d in drafts if d.basis != QUARTER})
    for made_of in quarters:
        untold = [
            span for span, number in made_of.items()
            if number not in house.told.get(("absence", span), [])
        ]  # fmt: skip
        assert len(untold) != 1, "the quarter minus the two others is what was not told"
