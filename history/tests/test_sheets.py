"""A spreadsheet is read as the lines of JSON that say the same."""

import gzip
import json
from io import BytesIO
from typing import Any

import pytest

from history.files import numbered, raw_lines, unpacked
from history.trouble import Unreadable


def read(text: str | bytes, name: str = "box.csv") -> dict[int, Any]:
    content = text if isinstance(text, bytes) else text.encode()
    return {n: json.loads(line or b"null") for n, line in numbered(BytesIO(content), name)}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_a_row_is_an_object_with_the_number_of_its_line(sign: str) -> None:
    text = "nr;Terug op;wat\n1;3-2-2025;Scherm\n\n2;;Krat\n".replace(";", sign)
    assert read(text) == {
        2: {"nr": "1", "Terug op": "3-2-2025", "wat": "Scherm"}, 3: None,
        4: {"nr": "2", "Terug op": "", "wat": "Krat"},
    }  # fmt: skip


def test_a_cell_may_have_lines_and_signs_and_the_next_row_keeps_its_number() -> None:
    found = read('\ufeffnr,tekst\r\n1,"Eén ""regel"",\r\nen nog een"\r\n2,x\r\n')
    assert found == {
        2: {"nr": "1", "tekst": 'Eén "regel",\r\nen nog een'},
        4: {"nr": "2", "tekst": "x"},
    }


def test_cells_without_a_column_are_not_lost_and_missing_ones_are_missing() -> None:
    assert read("a,,b\n1,x,2,3\n4\n") == {2: {"a": "1", "b": "2", "(no column)": ["x", "3"]},
                                          3: {"a": "4"}}  # fmt: skip


def test_what_is_kept_of_a_row_is_the_line_that_was_read() -> None:
    assert list(raw_lines(numbered(BytesIO(b"a;b\n1;2\n"), "x.csv"), {2})) == [
        (2, '{"a": "1", "b": "2"}')
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,a\n1,2\n", "the column 'a' stands twice in line 1"),
        ("naïef\n".encode("cp1252"), "save it as CSV UTF-8"),
        (b'a,b\n1,"' + b"x" * 200_000, "line 2 is no row of CSV"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_what_and_where(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(content)


def test_a_packed_sheet_is_a_sheet_and_an_empty_one_has_no_rows() -> None:
    with unpacked(BytesIO(gzip.compress(b"a\n1\n")), "box.CSV.gz") as file:
        assert [n for n, _ in numbered(file, "box.CSV.gz")] == [2]
    assert read("") == {}
    assert read("a,b\n") == {}
