"""What pages work out themselves: what an answer lacks, which months, and what a line shows."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from chassis.calendar import Calendar
from portal import spans, trend, trying
from portal.dates import Days, number
from portal.pages import calendars, desk, merging, operation, piloting, reviewing
from portal.periods import chosen_period, last_months, last_weeks
from portal.recent import Recent
from portal.telling import Choice, as_csv, headed

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


def test_what_says_nothing_is_told_from_a_sentence() -> None:
    for text in ("", "nee", "geen budget", "zie boven a", "a b c"):
        assert reviewing.says_nothing(text), text
    assert not reviewing.says_nothing("Dit past niet bij ons.")


def test_months_are_whole_and_those_about_people_are_closed() -> None:
    assert last_months(date(2026, 1, 20), 2, closed=False) == [
        (date(2025, 12, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 2, 1)),
    ]  # fmt: skip
    assert last_months(date(2026, 1, 20), 1, closed=True) == [(date(2025, 12, 1), date(2026, 1, 1))]
    assert last_months(date(2026, 1, 5), 1, closed=True) == [(date(2025, 11, 1), date(2025, 12, 1))]


def test_weeks_begin_on_a_monday_and_the_last_one_is_closed() -> None:
    for day in (19, 20, 25):  # a Monday, a Tuesday, a Sunday
        assert last_weeks(date(2026, 1, day), 2) == [
            (date(2025, 12, 29), date(2026, 1, 5)), (date(2026, 1, 5), date(2026, 1, 12)),
        ]  # fmt: skip


def test_a_span_has_a_name_whether_it_is_a_month_or_a_week() -> None:
    days = Days("nl", ZoneInfo("Europe/Amsterdam"), datetime(2026, 3, 20, tzinfo=UTC))
    assert days.span(date(2026, 2, 1), date(2026, 3, 1)) == "februari 2026"
    assert days.span(date(2026, 3, 2), date(2026, 3, 9)) == "week van 2 maart 2026"


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


def test_the_last_day_of_a_period_is_the_one_before_its_end_as_services_write_it() -> None:
    days = Days("nl", ZoneInfo("Europe/Amsterdam"), datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert days.before("2026-03-01") == days.before(date(2026, 3, 1)) == date(2026, 2, 28)


def test_a_share_is_told_in_per_cent() -> None:
    assert number(0.4267, "share", "nl") == "42,7%"
    assert number(1234, "ideas", "nl") == "1.234"
    assert number(2.25, "days", "en") == "2.2"


def test_a_period_is_what_its_name_says_else_the_last_twelve_months() -> None:
    today = date(2026, 11, 24)
    assert chosen_period("2026-Q2", today).first == date(2026, 4, 1)
    assert chosen_period("2026-Q2", today).until == date(2026, 7, 1)
    assert chosen_period("2025", today).until == date(2026, 1, 1)
    assert chosen_period("2026-12", today).until == date(2027, 1, 1)
    for wrong in ("", "2026-13", "9999-Q9", "now", "0000"):
        assert chosen_period(wrong, today).first == date(2025, 12, 1), wrong


def test_a_spreadsheet_gets_no_formula() -> None:
    told = as_csv([{"kpi": "x", "group": "=HYPERLINK(1)", "value": -2}])
    assert "'=HYPERLINK(1)" in told
    assert ",-2," in told


def test_a_number_without_a_heading_is_told_all_the_same() -> None:
    found = headed([{"id": "wip"}, {"id": "brand_new"}])
    assert found["process"] == [{"id": "wip"}]
    assert found["outcomes"] == [{"id": "brand_new"}]


async def test_what_everybody_may_know_is_asked_once_a_minute() -> None:
    now, asked = [0.0], []

    async def ask() -> int:
        asked.append(1)
        return len(asked)

    recent = Recent(lambda: now[0])
    assert [await recent.of("a", ask), await recent.of("a", ask), await recent.of("b", ask)] == [
        1, 1, 2,
    ]  # fmt: skip
    now[0] = 61
    assert await recent.of("a", ask) == 3


RULE = {"reviewers": ["rob"], "category": None, "department": "Noord", "challenge": None}


def test_what_a_change_of_routing_would_change_is_said_before() -> None:
    other = {**RULE, "department": "Zuid"}
    now = {"rules": [RULE, other], "most_open": 10}
    assert desk.changes(now, now) == {"come": [], "go": [], "order": False, "most": None}
    turned = {"rules": [other, RULE], "most_open": 5}
    assert desk.changes(now, turned) == {"come": [], "go": [], "order": True, "most": 10}
    new = {**RULE, "reviewers": ["lea"]}
    assert desk.changes(now, {"rules": [new, other], "most_open": 10}) == {
        "come": [new], "go": [RULE], "order": False, "most": None,
    }  # fmt: skip


def test_what_a_change_of_criteria_would_change_is_said_before() -> None:
    value, fit = ({"name": n, "nl": f"{n}?", "en": f"{n}?"} for n in ("value", "fit"))
    asked = {**value, "en": "Is it worth it?"}
    nothing: dict[str, object] = {"come": [], "go": [], "other": [], "order": False}
    assert desk.rubric_changes([value, fit], [value, fit]) == nothing
    assert desk.rubric_changes([value, fit], [fit, value]) == nothing | {"order": True}
    assert desk.rubric_changes([value], [asked, fit]) == nothing | {
        "come": [fit], "other": [(value, asked)],
    }  # fmt: skip
    assert desk.rubric_changes([value, fit], [fit]) == nothing | {"go": [value]}


def test_an_idea_is_found_in_its_address_too() -> None:
    idea = "0190a000-0000-7000-8000-00000000000a"
    assert str(merging.id_in(f"http://kiem.example/ideas/{idea}?sent=1")) == idea
    assert merging.id_in("no idea at all") is None


def test_what_waits_is_summed_over_topics_and_partitions() -> None:
    told = (
        'kiem_consumer_lag{partition="0",topic="a"} 2.0\nkiem_consumer_lag{partition="1"} 3.0\n'
        "kiem_relay_lag 1.0\nkiem_relayed_total 9.0\n"
    )
    assert operation.sums_of(told) == {"behind": 5.0, "untold": 1.0}


def test_an_idea_that_waits_behind_letters_is_named_once_with_every_service() -> None:
    letters = [
        {"service": "feedback", "topic": "kiem.ideas.events", "key": "one"},
        {"service": "feedback", "topic": "kiem.ideas.events", "key": "one"},
        {"service": "metrics", "topic": "kiem.ideas.events", "key": "one"},
        {"service": "ideas", "topic": "kiem.feedback.events", "key": "two"},
        {"service": "ideas", "topic": "kiem.people.events", "key": "p-1"},
        {"service": "ideas", "topic": "kiem.feedback.events", "key": None},
    ]
    assert operation.held_up(letters) == {"one": ["feedback", "metrics"], "two": ["ideas"]}


def test_a_trace_is_drawn_from_what_services_wrote_without_their_database_calls(
    tmp_path: Path,
) -> None:
    trace = "a" * 32

    def span(name: str, above: str, begins: int, ends: int, *attributes: str) -> dict[str, object]:
        return {
            "traceId": trace, "spanId": name, "parentSpanId": above, "name": name,
            "startTimeUnixNano": str(begins), "endTimeUnixNano": str(ends),
            "attributes": [{"key": key} for key in attributes],
        }  # fmt: skip

    told = [span("root", "", 0, 10_000_000), span("child", "root", 5_000_000, 10_000_000),
            span("sql", "child", 6_000_000, 7_000_000, "db.system.name")]  # fmt: skip
    named = {"attributes": [{"key": "service.name", "value": {"stringValue": "ideas"}}]}
    line = {"resourceSpans": [{"resource": named, "scopeSpans": [{"spans": told}]}]}
    (tmp_path / "ideas.jsonl").write_text(json.dumps(line) + '\n{"half": "' + trace)
    bars = spans.waterfall(tmp_path, [trace])
    assert [(b.name, b.depth, b.begins, b.lasts, b.left, b.wide) for b in bars] == [
        ("root", 0, 0.0, 10.0, 0.0, 300.0), ("child", 1, 5.0, 5.0, 150.0, 150.0),
    ]  # fmt: skip
    assert spans.waterfall(tmp_path, ["b" * 32]) == []


def test_a_pilot_is_the_last_that_began_with_what_was_measured_since() -> None:
    def step(kind: str, **more: object) -> dict[str, object]:
        return {"type": kind, "more": more, "words": {}}

    first, second = step("PilotStarted", pilot="1"), step("PilotStarted", pilot="2")
    seven = step("PilotMeasured", value=7.0)
    steps = [first, step("PilotMeasured", value=1.0), step("PilotConcluded"), second, seven]
    assert trying.last_pilot(steps) == (second, [seven], None)
    assert trying.last_pilot([]) == (None, [], None)
    assert piloting.number_in("4,5") == 4.5
    assert piloting.number_in("veel") is None


def test_working_days_are_counted_by_month_without_weekends_and_holidays() -> None:
    days = Calendar("NL", ZoneInfo("Europe/Amsterdam"))
    found = calendars.working_days(days, 2026)
    assert [first.month for first, _ in found] == list(range(1, 13))
    assert dict(found)[date(2026, 4, 1)] == 22 - 3, "Good Friday, Easter Monday, King's Day"
    assert dict(found)[date(2026, 2, 1)] == 20
    with_names = calendars.public_holidays("NL", 2026, "nl")
    assert with_names[date(2026, 4, 27)] == "Koningsdag"
    assert calendars.public_holidays("NL", 2026, "en")[date(2026, 4, 27)] == "King's Day"


def test_a_number_about_a_feature_or_a_measure_is_asked_once_it_is_named() -> None:
    period = chosen_period("2026-10", date(2026, 11, 24))
    choice = Choice(period, tool="wiki", feature="macro")
    assert choice.about == {"tool": "wiki", "feature": "macro"}
    assert choice.query(measure="satisfaction") == {
        "period": "2026-10", "tool": "wiki", "feature": "macro", "measure": "satisfaction",
    }  # fmt: skip
