"""What pages work out themselves: what an answer lacks, which months, and what a line shows."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from feedback.domain.answering import FEWEST_LETTERS, FEWEST_WORDS, is_empty
from portal import trend
from portal.dates import Days, number
from portal.pages import reviewing
from portal.pages.numbers import _months

CRITERIA = ["value", "fit"]
WHOLE = {
    "outcome": "declined", "mark.value": "met", "mark.fit": "partly",
    "sentence.value": "Het scheelt elke dienst een kwartier.",
    "sentence.fit": "Het past bij hoe we willen werken.",
    "reason": "We kunnen dit jaar geen tablets kopen.",
    "next_step": "Als er budget komt wordt het een ja.",
}  # fmt: skip


def test_a_whole_answer_lacks_nothing() -> None:
    assert reviewing.lacking(WHOLE, CRITERIA) == {}


def test_nee_is_no_answer_and_each_gap_is_told_beside_its_field() -> None:
    assert reviewing.lacking({"reason": "nee"}, CRITERIA) == {
        "outcome": "outcome", "mark.value": "mark", "sentence.value": "sentence",
        "mark.fit": "mark", "sentence.fit": "sentence", "reason": "reason", "next_step": "next",
    }  # fmt: skip


def test_the_same_sentence_everywhere_is_told() -> None:
    same = {**WHOLE, "sentence.fit": WHOLE["sentence.value"].upper()}
    assert reviewing.lacking(same, CRITERIA) == {"sentence.value": "same"}


def test_a_yes_needs_somebody_and_a_day() -> None:
    yes = {**WHOLE, "outcome": "accepted", "accountable": "p-1"}
    assert reviewing.lacking(yes, CRITERIA) == {"accountable": "who"}
    assert reviewing.lacking({**yes, "due": "2026-12-01"}, CRITERIA) == {}
    assert "accountable" in reviewing.lacking({**yes, "due": "soon"}, CRITERIA)


def test_what_says_nothing_is_what_feedback_refuses() -> None:
    assert (reviewing.FEWEST_WORDS, reviewing.FEWEST_LETTERS) == (FEWEST_WORDS, FEWEST_LETTERS)
    for text in ("", "nee", "geen budget", "zie boven a", "a b c", "Dit past niet bij ons."):
        assert reviewing.says_nothing(text) == is_empty(text)


def test_months_are_whole_and_those_about_people_are_closed() -> None:
    assert _months(date(2026, 1, 20), 2, closed=False) == [
        (date(2025, 12, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 2, 1)),
    ]  # fmt: skip
    assert _months(date(2026, 1, 20), 1, closed=True) == [(date(2025, 12, 1), date(2026, 1, 1))]
    assert _months(date(2026, 1, 5), 1, closed=True) == [(date(2025, 11, 1), date(2025, 12, 1))]


def test_what_is_not_told_leaves_a_gap_in_the_line() -> None:
    drawn = trend.drawn([1.0, 3.0, None, 2.0, 4.0])
    assert drawn is not None
    assert len(drawn.lines) == 2
    assert len(drawn.dots) == 4
    assert (drawn.low, drawn.high, drawn.first, drawn.last) == (1.0, 4.0, 0, 4)
    assert trend.drawn([None, 2.0]) is None
    flat = trend.drawn([0.0, 0.0])
    assert flat is not None
    assert flat.lines == ("12.0,168.0 628.0,168.0",)


def test_a_day_is_the_one_of_the_zone() -> None:
    days = Days("nl", ZoneInfo("Europe/Amsterdam"), datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert days.day("2026-12-22T23:30:00Z") == "woensdag 23 december"
    assert days.left("2026-11-24T23:30:00+00:00") == 1
    assert days.left("2026-11-20") == -4
    assert days.day("2025-01-02") == "2 januari 2025"


def test_a_share_is_told_in_per_cent() -> None:
    assert number(0.4267, "share", "nl") == "42,7%"
    assert number(1234, "ideas", "nl") == "1.234"
    assert number(2.25, "days", "en") == "2.2"
