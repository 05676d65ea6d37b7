"""What `up` and `status` print about a start."""

from pathlib import Path

import pytest

from local.home import Home
from local.launcher import print_addresses
from local.supervise import READY, Record


@pytest.mark.parametrize(("took", "said"), [
    ({"took": 12.34}, "  The start took 12.3 seconds.\n"),
    ({}, ""),  # while it starts, and of a supervisor from before this was noted
])  # fmt: skip
def test_the_start_says_how_long_it_took(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], took: dict[str, float], said: str
) -> None:
    home = Home(tmp_path)
    home.run.mkdir(parents=True)
    record = Record(home)
    record.status({"state": READY, "addresses": [["ideas", "http://127.0.0.1:1"]]} | took)
    print_addresses(record)
    assert capsys.readouterr().out == f"  {'ideas':<14} http://127.0.0.1:1\n{said}"
