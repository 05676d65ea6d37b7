import json
from pathlib import Path
from typing import Any

import pytest

from history.assembly import assemble
from history.mapping.model import Mapping
from history.translation import Translator

from .boxes import FACTS, FIRST, mapping, steps, translated


@pytest.fixture
def facts(tmp_path: Path) -> Mapping:
    return mapping(tmp_path, FACTS)


def born(**more: Any) -> dict[str, Any]:
    return {"kind": "born", "at": "2024-01-01T10:00:00Z", "idea": 1, "by": "p-1", **more}


def test_the_status_at_birth_is_a_step_after_the_submission_at_the_same_instant(
    facts: Mapping,
) -> None:
    whole = translated(facts, born(status="draft", title="T"))

    submitted, reviewed = whole.ideas[0].steps
    assert (submitted.step, submitted.title, submitted.authors) == ("submitted", "T", ("p-1",))
    assert (reviewed.step, reviewed.at) == ("under_review", submitted.at)


def test_a_birth_whose_status_stands_for_submitted_has_one_step(facts: Mapping) -> None:
    assert steps(translated(facts, born())) == [(1, "submitted")]


def test_a_birth_whose_status_is_not_understood_is_placed_and_listed(facts: Mapping) -> None:
    whole = translated(facts, born(status="tbd"))

    assert steps(whole) == [(1, "submitted")]
    assert whole.standing == {1: "unplaced"}
    assert "the word 'tbd' is not in [history.words.status]" in whole.reasons[1]


def test_authors_come_first_and_whoever_wrote_it_down_stands_in(facts: Mapping) -> None:
    whole = translated(facts, born(authors="p-2; p-3;p-2"), born(idea=2, authors=[]))

    assert [idea.steps[0].authors for idea in whole.ideas] == [("p-2", "p-3"), ("p-1",)]


def test_case_and_spaces_of_words_and_facts_do_not_matter(facts: Mapping) -> None:
    moved = {"kind": " MOVED", "at": "2024-01-02", "idea": "1", "status": "  Good "}

    assert steps(translated(facts, born(kind="brn"), moved))[-1] == (2, "accepted")


def test_facts_count_by_their_moment_and_then_by_their_line(facts: Mapping) -> None:
    good = {"kind": "moved", "at": "2024-03-01T00:00:00Z", "idea": 1, "status": "good"}
    bad = good | {"status": "bad"}
    draft = good | {"status": "draft", "at": "2024-02-01T00:00:00Z"}

    whole = translated(facts, bad, good, draft, born())

    assert steps(whole) == [
        (4, "submitted"), (3, "under_review"), (1, "declined"), (2, "accepted"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-07-01T10:00:00+02:00", "2024-07-01T08:00:00+00:00"),
        ("2024-07-01T10:00:00", "2024-07-01T08:00:00+00:00"),
        ("2024-01-01", "2023-12-31T23:00:00+00:00"),
        ("1-7-2024 10:00", "2024-07-01T08:00:00+00:00"),
        (1719820800, "2024-07-01T08:00:00+00:00"),
    ],
)
def test_moments_are_read_in_every_format_of_the_mapping(
    facts: Mapping, written: object, meant: str
) -> None:
    assert translated(facts, born(at=written)).ideas[0].steps[0].at.isoformat() == meant


@pytest.mark.parametrize("written", ["yesterday", "", None, True, [], {"a": 1}, "9" * 500, 1e300])
def test_what_is_no_moment_is_listed(facts: Mapping, written: object) -> None:
    whole = translated(facts, born(at=written))

    assert whole.reasons[1] == (
        "the field 'at' holds no moment; the mapping expects iso or %d-%m-%Y %H:%M or unix"
    )


@pytest.mark.parametrize("person", ["Jan Jansen", "jan@example.org", ["a b"], {"x": 1}])
def test_names_and_addresses_are_not_taken_for_ids(facts: Mapping, person: object) -> None:
    whole = translated(facts, born(by=person))

    assert whole.standing == {1: "unplaced"}
    assert "Jansen" not in whole.reasons[1]
    assert "example" not in whole.reasons[1]


def test_a_second_birth_is_listed_with_the_line_of_the_first(facts: Mapping) -> None:
    whole = translated(facts, born(), born(at="2024-05-05"))

    assert whole.standing == {1: "placed", 2: "unplaced"}
    assert whole.reasons[2] == "the idea was submitted before, by line 1"


def test_a_fact_before_its_idea_and_one_without_an_idea_are_listed(facts: Mapping) -> None:
    moved = {"kind": "moved", "idea": 1, "status": "good"}
    whole = translated(
        facts, moved | {"at": "2023-01-01"}, born(), moved | {"at": "2024-02-01", "idea": 9}
    )

    assert whole.reasons == {
        1: "it comes before the submission of the idea, line 2",
        3: "no line of the file submits this idea",
    }


def test_a_word_may_mean_another_step_by_the_word_before(facts: Mapping) -> None:
    staged = {"kind": "staged", "idea": 1, "stage": "beta"}
    whole = translated(
        facts, born(),
        staged | {"at": "2024-02-01", "was": "stable"}, staged | {"at": "2024-03-01", "was": None},
    )  # fmt: skip

    assert steps(whole)[1:] == [(2, "reopened"), (3, "measured")]
    assert whole.ideas[0].steps[1].to == "in_pilot"


def test_reviewers_go_to_feedback_and_not_into_the_life_of_the_idea(facts: Mapping) -> None:
    named = {"kind": "named", "at": "2024-02-01", "idea": 1, "reviewers": ["r-1", "r-2"]}
    whole = translated(facts, born(), named, named | {"reviewers": []})

    assert [(a.line, a.reviewers) for a in whole.assignments] == [(2, ("r-1", "r-2"))]
    assert whole.reasons == {3: "no reviewer is named"}


def test_a_nested_field_and_a_date_are_read(facts: Mapping) -> None:
    parked = {"kind": "moved", "at": "2024-02-01", "idea": 1, "status": "later"}
    whole = translated(facts, born(), parked | {"why": {"text": "no money"}, "until": "2024-09-01"})

    step = whole.ideas[0].steps[1]
    assert (step.reason, str(step.wake_on)) == ("no money", "2024-09-01")


def test_a_long_title_is_cut_and_stands_whole_in_the_body(facts: Mapping) -> None:
    step = translated(facts, born(title="x" * 300)).ideas[0].steps[0]

    assert step.title == "x" * 199 + "…"
    assert step.body == "x" * 300


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "the line is no JSON"),
        ("[1]", "the line is JSON, but no object"),
        ('{"a": NaN}', "no JSON that can be read"),
        ('{"a": 1, "a": 2}', "the field 'a' stands twice"),
        ("[" * 100_000, "the line is no JSON"),
        ('{"kind": "born", "at": "2024-01-01"}', "the field 'idea' is empty"),
        ('{"kind": "odd", "at": "2024-01-01", "idea": 1}', "the fact 'odd' is not in"),
    ],
)
def test_what_is_no_fact_is_listed_with_the_reason(facts: Mapping, line: str, said: str) -> None:
    whole = translated(facts, line)

    assert whole.standing == {1: "unplaced"}
    assert said in whole.reasons[1]


def test_lines_that_are_no_text_are_listed(facts: Mapping) -> None:
    assert facts.history is not None
    whole = assemble([Translator(facts.history, facts.moments).read(1, b"\xff\xfe")])

    assert whole.reasons == {1: "the line is not UTF-8"}


def test_empty_lines_and_ignored_facts_are_counted_as_ignored(facts: Mapping) -> None:
    whole = translated(facts, born(), "", {"kind": "said", "at": "2024-02-01", "idea": 1})

    assert whole.standing == {1: "placed", 2: "ignored", 3: "ignored"}


def test_the_first_line_of_an_idea_can_be_its_birth(tmp_path: Path) -> None:
    meaning = mapping(tmp_path, FIRST)
    line = {"idea": 1, "by": "p-1", "title": "T"}
    whole = translated(
        meaning,
        line | {"at": "2024-02-01", "status": "good"},
        line | {"at": "2024-01-01", "status": "busy"},
        line | {"at": "2024-01-01", "idea": 2, "status": "mail"},
        line | {"at": "2024-01-02", "idea": 2, "status": "mail"},
        line | {"at": "2024-01-01", "idea": 3, "status": "?"},
    )

    assert steps(whole) == [
        (2, "submitted"), (2, "under_review"), (1, "accepted"), (3, "submitted"), (5, "submitted"),
    ]  # fmt: skip
    assert whole.standing == {1: "placed", 2: "placed", 3: "placed", 4: "ignored", 5: "unplaced"}


def test_fields_that_no_rule_reads_are_counted(facts: Mapping) -> None:
    assert facts.history is not None
    translator = Translator(facts.history, facts.moments)
    translator.read(1, json.dumps(born(mood="glad", was="x")).encode())

    assert translator.tally.unread == {"mood": 1}
