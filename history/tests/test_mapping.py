from pathlib import Path

import pytest

from history.mapping.document import WrongMapping
from history.mapping.reading import read_mapping

EXAMPLES = Path(__file__).parents[2] / "examples" / "mappings"
WHOLE = """
source = "box"
[time]
zone = "UTC"
[history]
fact = "kind"
[history.fields]
at = "at"
idea = "idea"
[history.facts]
born = { step = "submitted", then = "status" }
moved = { word = "status" }
[history.words.status]
good = "accepted"
"""


def faults(tmp_path: Path, text: str, name: str = "box.toml") -> list[str]:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(WrongMapping) as wrong:
        read_mapping(path)
    return wrong.value.faults


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda p: p.name)
def test_every_example_is_a_good_mapping(path: Path) -> None:
    assert read_mapping(path).history


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('good = "accepted"', 'good = "acepted"', 14, "'acepted' is not known here; allowed are: "),
        ('zone = "UTC"', 'zone = "Mars/Crater"', 4, "time.zone: 'Mars/Crater' is no time zone"),
        ('zone = "UTC"', 'zon = "UTC"', 4, "time.zon: there is no such key; allowed are: formats"),
        ('zone = "UTC"', 'formats = ["dd-mm"]', 4, "'dd-mm' is no format; allowed are: iso, unix"),
        ('at = "at"', "", 7, "history.fields.at: which field of the file holds this"),
        ('at = "at"', "at = 5", 8, "a text or a list of texts is expected"),
        ('word = "status"', 'word = "state"', 12, "no table [history.words.state]; there are: "),
        ('then = "status"', 'outcome = "scaled"', 11, "only the step pilot_concluded has an"),
        ('"accepted"', '"pilot_concluded"', 14, "needs an outcome; allowed are: scaled"),
        ('"accepted"', '{ step = "reopened" }', 14, "reopened needs `to`; allowed are: submitted"),
        ('"accepted"', '{ reason = "x" }', 14, "words.status.good.step: the step is missing"),
        ('"accepted"', "true", 14, "a table is expected here, not true or false"),
        ('step = "submitted"', 'step = "measured"', 5, "no fact and no word stands for the step"),
        ('fact = "kind"', "", 5, "history.fact: which field says what kind of fact a line is?"),
        ('good = "accepted"', 'good = "parked"\n"GOOD " = "parked"', 15, "stands here twice"),
        ("moved = {", '"Born" = {', 12, "the fact 'Born' stands here twice"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_its_key_and_what_is_allowed(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    assert before in WHOLE

    found = faults(tmp_path, WHOLE.replace(before, after))

    assert any(fault.startswith(f"box.toml, line {line}: ") and said in fault for fault in found), (
        found
    )


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, WHOLE.replace('"UTC"', '"X"').replace('"accepted"', '"y"'))

    assert len(found) == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("box.toml", "a = [", "no valid TOML"),
        ("box.yaml", "a: [", "no valid YAML"),
        ("box.yaml", "a: 1\na: 2", "line 2: the key 'a' stands here twice"),
        ("box.yaml", "a: &x 1\nb: *x", "line 2: write the value out; aliases are not read"),
        ("box.json", "{}", "ends in .toml, .yaml or .yml"),
        ("box.toml", "", "needs a table [history] or [usage]"),
    ],
)
def test_what_is_no_mapping_says_so(tmp_path: Path, name: str, text: str, said: str) -> None:
    assert said in faults(tmp_path, text, name)[0]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="there is no such file"):
        read_mapping(tmp_path / "nowhere.toml")


def test_words_of_yaml_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "box.yaml"
    path.write_text(
        "history:\n  fields: {at: at, idea: idea}\n  line: {word: s}\n"
        "  words: {s: {new: submitted, no: declined, 1: accepted, 12:30: parked}}\n"
    )

    history = read_mapping(path).history

    assert history is not None
    assert {word: rule.step for word, rule in history.words["s"].items()} == {
        "new": "submitted", "no": "declined", "1": "accepted", "12:30": "parked",
    }  # fmt: skip
