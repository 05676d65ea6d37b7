import gzip
import json
from pathlib import Path

import pytest

from .house import House, Kiem

HEADS = "at,person,feature,department\n"
ROW = "2024-01-01T10:00:00Z,p-1,plan,Kas 2\n"


def write(folder: Path, text: str, name: str = "use.csv") -> Path:
    path = folder / name
    content = text.encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def test_equal_rows_are_different_events_and_the_same_file_is_the_same_events(
    house: House, kiem: Kiem, tmp_path: Path
) -> None:
    path = write(tmp_path, HEADS + ROW + ROW, "use.csv.gz")

    first = kiem("import", "usage", path, "--tool", "T", "--json")
    again = kiem("import", "usage", path, "--tool", "T", "--json")

    assert json.loads(first.stdout) == {"accepted": 2, "repeated": 0, "refused": {}}
    assert json.loads(again.stdout) == {"accepted": 0, "repeated": 2, "refused": {}}
    assert house.usage == {("kiem/import/use", "2"), ("kiem/import/use", "3")}


def test_rows_are_published_as_a_publisher(house: House, kiem: Kiem, tmp_path: Path) -> None:
    kiem("import", "usage", write(tmp_path, HEADS + ROW), "--tool", "T")

    assert [token["roles"] for token in house.tokens] == [["publisher"]]


def test_many_rows_go_in_several_batches(house: House, kiem: Kiem, tmp_path: Path) -> None:
    kiem("import", "usage", write(tmp_path, HEADS + ROW * 2500), "--tool", "T")

    assert len(house.usage) == 2500


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",p-1,plan,", "the moment is missing or written in another way"),
        ("soon,p-1,plan,", "the moment is missing or written in another way"),
        ("2024-01-01,,plan,", "the person is missing"),
        ("2024-01-01,jan@example.org,plan,", "the person seems to be a name or an address"),
        ("2024-01-01,p-1,,", "the feature is missing"),
        (f"2024-01-01,p-1,{'x' * 201},", "the feature is longer than 200 characters"),
        ("2024-01-01,p-1,forbidden,", "no such feature"),
    ],
)
def test_a_row_that_does_not_count_is_listed_with_its_line(
    house: House, kiem: Kiem, tmp_path: Path, row: str, why: str
) -> None:
    path = write(tmp_path, f"{HEADS}{ROW}{row}\n")

    found = kiem("import", "usage", path, "--tool", "T", "--json")

    assert found.exit_code == 3
    (reason, lines), *_ = json.loads(found.stdout)["refused"].items()
    assert (why in reason, lines) == (True, [3])
    assert json.loads(found.stdout)["accepted"] == 1


def test_advanced_is_said_by_an_option_a_mapping_or_a_column(kiem: Kiem, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('[usage]\ntool = "T"\nadvanced = "B"\n[usage.features]\nbee = "b"\n')
    rows = "".join(f"2024-01-01,p-1,{f},,{a}\n" for f, a in [("a", ""), ("bee", ""), ("c", "ja")])
    path = write(tmp_path, "at,person,feature,department,advanced\n" + rows)

    found = kiem(
        "import", "usage", path, "--mapping", mapping, "--advanced", "a", "--dry-run", "--json"
    )

    assert json.loads(found.stdout)["features"] == [
        {"feature": name, "advanced": True, "count": 1} for name in ("a", "b", "c")
    ]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (HEADS + ROW, (), "Which tool is this? Say it with --tool NAME."),
        ("when,who\n", ("--tool", "T"), "no column holds at, person, feature. The columns are: wh"),
        ("", ("--tool", "T"), "the file is empty"),
    ],
)
def test_a_file_that_is_no_usage_says_what_is_missing(
    kiem: Kiem, tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    found = kiem("import", "usage", write(tmp_path, text), *options)

    assert found.exit_code in (1, 2)
    assert said in found.stderr


def test_a_file_in_another_encoding_says_so(kiem: Kiem, tmp_path: Path) -> None:
    path = tmp_path / "use.csv"
    path.write_bytes(HEADS.encode() + "2024-01-01,p-1,café,\n".encode("latin-1"))

    found = kiem("import", "usage", path, "--tool", "T", "--dry-run")

    assert (found.exit_code, "not UTF-8" in found.stderr) == (1, True)
