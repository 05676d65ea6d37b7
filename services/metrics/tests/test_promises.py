"""Silent ideas: every way to leave an author without a word, and the ways that are none."""

from collections.abc import Sequence

import pytest

from contracts.vocabulary import State
from metrics.domain.facts import DeliveryFact, Facts, IdeaFact, Owed, PromiseFact, PromiseStep
from services.metrics.tests.making import ANNA, BEN, DESK, ask, day, idea, life, owed, period

MINUTE, HOUR = 1 / 1440, 1 / 24
PROMISED = owed(DESK, 5)


def promise(step: PromiseStep, at: float, what: Owed = PROMISED, version: int = 1) -> PromiseFact:
    return PromiseFact(
        idea=idea(1), version=version, step=step, owed=what, occurred_at=day(at),
        recorded_at=day(at),
    )  # fmt: skip


def delivered(at: float, kind: str = "decision", person: bytes = ANNA) -> DeliveryFact:
    return DeliveryFact(
        notice=idea(99), version=1, idea=idea(1), person=person, kind=kind, occurred_at=day(at),
        recorded_at=day(at),
    )  # fmt: skip


def submitted(what: Owed | None = PROMISED) -> list[IdeaFact]:
    return life(1, (0, "IdeaSubmitted"), owed=what)


def causes(
    at: float, ideas: Sequence[IdeaFact], promises: Sequence[PromiseFact] = (),
    deliveries: Sequence[DeliveryFact] = (), parked: Sequence[int] = (),
) -> list[str]:  # fmt: skip
    facts = Facts(
        ideas=tuple(ideas), promises=tuple(promises), deliveries=tuple(deliveries),
        parked=frozenset(map(idea, parked)),
    )  # fmt: skip
    found = ask("silent_ideas", period(None, at), facts).number
    names = [name for name, count in found.beside.items() if count]
    assert found.value == len(names)
    return names


def test_an_idea_with_a_promise_that_was_told_is_not_silent() -> None:
    assert causes(4, submitted(), [promise("made", 0)]) == []


def test_an_idea_that_nobody_is_accountable_for_is_silent() -> None:
    assert causes(4, submitted(None)) == ["no_promise"]


def test_notifications_has_one_minute_to_promise() -> None:
    assert causes(0.9 * MINUTE, submitted()) == []
    assert causes(MINUTE, submitted()) == ["promise_not_told"]


def test_a_promise_of_another_person_or_date_is_not_this_promise() -> None:
    assert causes(1, submitted(), [promise("made", 0, owed(BEN, 5))]) == ["promise_not_told"]
    assert causes(1, submitted(), [promise("made", 0, owed(DESK, 6))]) == ["promise_not_told"]


def test_a_date_that_passed_without_a_word_is_silence_after_an_hour() -> None:
    made = promise("made", 0)
    assert causes(5 + HOUR, submitted(), [made]) == []
    assert causes(5 + 1.01 * HOUR, submitted(), [made]) == ["overdue"]
    assert causes(6, submitted(), [made, promise("kept", 5.5, version=2)]) == []


def test_a_promise_broken_openly_is_no_silence_while_the_next_one_stands() -> None:
    made, broken = promise("made", 0), promise("broken", 5, version=2)
    escalated = promise("escalated", 5, owed(BEN, 10), version=3)
    assert causes(6, submitted(), [made, broken, escalated]) == []
    assert causes(11, submitted(), [made, broken, escalated]) == ["overdue"]


def test_a_date_that_moved_because_the_house_was_away_is_no_silence_until_the_new_one() -> None:
    made, extended = promise("made", 0), promise("extended", 6, owed(DESK, 7), version=2)
    assert causes(6.5, submitted(), [made, extended]) == []
    assert causes(8, submitted(), [made, extended]) == ["overdue"]


def test_a_later_step_of_the_idea_counts_more_than_an_earlier_escalation() -> None:
    later = life(1, (0, "IdeaSubmitted"), (7, "IdeaTakenUnderReview"), owed=owed(BEN, 20))
    past = [promise("broken", 5, version=2), promise("escalated", 5, owed(BEN, 10), version=3)]
    assert causes(8, later, past) == ["promise_not_told"]
    assert causes(8, later, [*past, promise("made", 7, owed(BEN, 20), version=4)]) == []


def test_an_idea_held_up_behind_a_dead_letter_is_silent() -> None:
    assert causes(4, submitted(), [promise("made", 0)], parked=[1]) == ["held_up"]


def test_a_parked_idea_is_unfinished_and_must_be_promised_too() -> None:
    parked = life(1, (0, "IdeaSubmitted"), (1, "IdeaParked"), owed=owed(DESK, 30))
    assert causes(4, parked) == ["promise_not_told"]


def test_an_outcome_must_reach_the_author_within_a_day() -> None:
    declined = life(1, (0, "IdeaSubmitted"), (2, "IdeaDeclined"), owed=PROMISED)
    assert causes(2.99, declined) == []
    assert causes(3, declined) == ["outcome_not_delivered"]
    assert causes(9, declined, deliveries=[delivered(2.5)]) == []
    assert causes(9, declined, deliveries=[delivered(1.5)]) == ["outcome_not_delivered"]
    assert causes(9, declined, deliveries=[delivered(2.5, "reminder")]) == ["outcome_not_delivered"]
    assert causes(9, declined, deliveries=[delivered(2.5, person=BEN)]) == ["outcome_not_delivered"]


@pytest.mark.parametrize(
    ("ends", "state", "kind"),
    [
        ("IdeaMerged", "merged", "merged"),
        ("PilotConcluded", "stopped", "pilot_concluded"),
    ],
)
def test_each_end_has_a_notice_of_its_own(ends: str, state: State, kind: str) -> None:
    ended = life(1, (0, "IdeaSubmitted"), (1, "IdeaAccepted"), (2, ends, state), owed=PROMISED)
    assert causes(9, ended, deliveries=[delivered(2.5, kind)]) == []
    assert causes(9, ended, deliveries=[delivered(2.5)]) == ["outcome_not_delivered"]
    assert causes(9, ended, deliveries=[delivered(1.5, kind)]) == ["outcome_not_delivered"]


def test_who_withdraws_an_idea_needs_no_notice_of_it() -> None:
    assert causes(9, life(1, (0, "IdeaSubmitted"), (2, "IdeaWithdrawn"), owed=PROMISED)) == []


def test_an_outcome_of_before_the_import_was_told_elsewhere() -> None:
    past = life(
        1, (0, "IdeaSubmitted"), (2, "IdeaDeclined"), origin="imported", recorded_at=day(50)
    )
    assert causes(60, past) == []


def test_an_imported_idea_owes_a_promise_from_its_import_on() -> None:
    past = life(
        1, (0, "IdeaSubmitted"), origin="imported", recorded_at=day(50), owed=owed(DESK, 57)
    )
    assert causes(50 + 0.5 * MINUTE, past) == []
    assert causes(51, past) == ["promise_not_told"]
    assert causes(51, past, [promise("made", 50, owed(DESK, 57))]) == []


def test_of_a_time_before_anything_was_recorded_silence_is_unknown() -> None:
    past = life(1, (0, "IdeaSubmitted"), origin="imported", recorded_at=day(50))
    found = ask("silent_ideas", period(None, 20), Facts(ideas=tuple(past))).number
    assert (found.value, found.reason) == (None, "no_data")


def test_silence_is_counted_per_department_too() -> None:
    facts = Facts(
        ideas=(
            *life(1, (0, "IdeaSubmitted"), department="care"),
            *life(2, (0, "IdeaWithdrawn"), (0, "IdeaSubmitted"), department="it"),
        )
    )
    cells = ask("silent_ideas", period(None, 4), facts, by="department").cells or {}
    assert {key: cell.value for key, cell in cells.items()} == {"care": 1, "unknown": 1}
