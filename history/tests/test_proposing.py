"""What is proposed for a file without a mapping, and how it is written down."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from history.looking import LONGEST_EXAMPLE, MOST_WORDS, filled_with, look
from history.mapping.document import WrongMapping
from history.mapping.reading import checked
from history.proposing import Choices, Proposal, formats_of, propose
from history.reading import read_history
from history.report import dry_run_report
from history.trouble import Numbered
from history.vocabulary import FIELDS, WORDS, field_called, is_change, word_called
from history.writing import written

ROOT = Path(__file__).parents[2]


def lines(*records: dict[str, Any] | str) -> list[Numbered]:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in records]
    return [(number, text.encode()) for number, text in enumerate(texts, 1)]


def proposed(found: list[Numbered]) -> Proposal:
    box = look(found)
    first = propose(box, "box").choices
    return propose(box, "box", filled_with(found, first.fact, first.fields_as("word")))


def report(found: list[Numbered], text: str) -> dict[str, Any]:
    mapping = checked(text.encode(), "box.toml")
    assert mapping.history
    return dry_run_report(read_history(found, mapping.history, mapping.moments), "box")


def worked_example() -> list[Numbered]:
    told = (ROOT / "docs/import.md").read_text("utf-8")
    block = re.search(r"<!-- file: groene-kas.jsonl -->\n```json\n(.*?)```", told, re.DOTALL)
    assert block
    return [(n, line.encode()) for n, line in enumerate(block[1].splitlines(), 1)]


def test_the_worked_example_is_understood_without_a_word_by_hand() -> None:
    """The proposal says of it, to the line, what the mapping by hand says in docs/import.md."""
    found = worked_example()
    by_hand = (ROOT / "examples/mappings/tuinbouw.yaml").read_bytes()
    mapping = checked(by_hand, "tuinbouw.yaml")
    assert mapping.history
    hand = dry_run_report(read_history(found, mapping.history, mapping.moments), "box")

    ours = report(found, written(proposed(found).choices))

    assert ours["steps"] == hand["steps"]
    assert ours["not_understood"] == hand["not_understood"]
    assert ours["words"] == hand["words"]
    assert ours["fields_nobody_reads"] == {"Prioriteit": 1}


@pytest.mark.parametrize(
    ("name", "meaning", "why", "like"),
    [
        ("at", "at", "name", ""), ("Ingediend op", "at", "synonym", "ingediend op"),
        ("indiner", "authors", "spelling", "indiener"),
        ("createdAt", "at", "synonym", "created at"),
        ("nieuwe_status", "word", "synonym", "nieuwe status"), ("Prioriteit", "", "none", ""),
    ],
)  # fmt: skip
def test_a_field_is_known_by_name_synonym_or_spelling(
    name: str, meaning: str, why: str, like: str
) -> None:
    found = field_called(name)
    assert (found.meaning, found.why, found.like) == (meaning, why, like)


@pytest.mark.parametrize(
    ("word", "meaning", "why"),
    [
        ("accepted", "accepted", "name"), ("Goedgekeurd", "accepted", "synonym"),
        ("imlpemented", "realised", "spelling"), ("In bhandeling", "under_review", "spelling"),
        ("proef geslaagd", "pilot_concluded:scaled", "synonym"), ("zie mail", "", "none"),
        ("", "", "none"), ("ja", "accepted", "synonym"), ("jo", "", "none"),
    ],
)  # fmt: skip
def test_a_word_is_known_by_name_synonym_or_spelling(word: str, meaning: str, why: str) -> None:
    found = word_called(word)
    assert (found.meaning, found.why) == (meaning, why)


@pytest.mark.parametrize("vocabulary", [FIELDS, WORDS])
def test_no_synonym_stands_for_two_things(vocabulary: dict[str, tuple[str, ...]]) -> None:
    every = [name for names in vocabulary.values() for name in names]
    assert sorted(every) == sorted(set(every))
    assert is_change("Status changed")
    assert not is_change("remark")


def test_kinds_of_lines_are_read_by_the_field_that_comes_with_them() -> None:
    found = lines(
        {"kind": "proposed", "at": "2024-01-01", "idea": 1, "state": "draft", "by": "p"},
        {"kind": "moved", "at": "2024-01-02", "idea": 1, "state": "approved"},
        {"kind": "thing", "at": "2024-01-03", "idea": 1},
    )
    made = proposed(found)
    assert made.choices.meanings["kind"] == {
        "proposed": "submitted+state", "moved": "word:state", "thing": "",
    }  # fmt: skip
    told = report(found, written(made.choices))
    assert told["steps"] == {"submitted": 1, "accepted": 1}
    assert told["not_understood"] == [
        {"reason": "the fact 'thing' is not in [history.facts]", "count": 1, "lines": [3]}
    ]


def test_without_a_word_for_the_birth_the_first_line_is_it_and_without_any_each_is() -> None:
    found = lines({"date": "2024-01-01", "id": 1, "status": "approved"})
    assert report(found, written(proposed(found).choices))["steps"] == {
        "submitted": 1, "accepted": 1,
    }  # fmt: skip
    bare = lines({"date": "2024-01-01", "id": 1, "title": "T"})
    assert report(bare, written(proposed(bare).choices))["steps"] == {"submitted": 1}


def test_moments_are_read_in_the_fewest_ways_and_day_first() -> None:
    assert formats_of(["03-02-2025", "3-2-2025 9:15"], "UTC") == ["%d-%m-%Y %H:%M", "%d-%m-%Y"]
    assert formats_of(["01/02/2025", "31/01/2025"], "UTC") == ["%d/%m/%Y"]
    assert formats_of(["2025-02-03T10:00:00Z"], "UTC") == ["iso"]
    assert formats_of(["soon"], "UTC") == ["iso"]


def test_a_field_with_moments_is_when_it_happened_whatever_it_is_called() -> None:
    made = proposed(lines({"x": "3-2-2025 9:15", "id": 1}, {"x": "4-2-2025 9:15", "id": 2}))
    assert made.choices.roles["x"] == "at"
    assert made.fields["x"].why == "content"


def test_what_was_not_decided_stands_as_a_comment_and_any_name_can_be_written() -> None:
    choices = Choices(
        source='a "box"', roles={"wänn": "at", "a.b": "idea", "s t": "word"},
        meanings={"s t": {"Ja": "accepted", "ja ": "declined", "?\n": "", 'q"': "reopened:parked"}},
    )  # fmt: skip
    text = written(choices, "niet gekozen")
    assert '# "?\\n" = niet gekozen' in text
    mapping = checked(text.encode(), "box.toml")
    assert mapping.source == 'a "box"'
    assert mapping.history
    assert {word: rule.to or rule.step for word, rule in mapping.history.words["s t"].items()} == {
        "ja": "accepted", 'q"': "parked",
    }  # fmt: skip


def test_what_lacks_a_needed_field_says_so_when_it_is_read() -> None:
    with pytest.raises(WrongMapping) as wrong:
        checked(written(Choices(roles={"s": "word"})).encode(), "box.toml")
    assert any("history.fields.at: which field" in fault for fault in wrong.value.faults)


def test_a_look_keeps_little_of_much_and_says_which_lines_are_no_records() -> None:
    texts = lines(*({"t": f"text {n}", "k": n % 3} for n in range(MOST_WORDS + 5)), "{", "", "[1]")
    box = look([*texts, (99, json.dumps({"k": 0, "long": "x" * 1000}).encode())])
    assert box.fields["t"].words is None
    assert [met.times for met in box.words_of("k").values()] == [16, 15, 15]
    assert box.wrong_count == 2
    assert list(box.wrong) == [MOST_WORDS + 6, MOST_WORDS + 8]
    assert len(box.fields["long"].example) < 50
    assert box.fields["k"].words is not None
    assert all(len(met.example) <= LONGEST_EXAMPLE for met in box.fields["k"].words.values())
