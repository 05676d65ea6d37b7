import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.services import Services

from .house import House, Kiem

MAPPING = """
source = "box"
[history]
fact = "kind"
[history.fields]
at = "at"
idea = "idea"
title = "title"
authors = "by"
reviewers = "who"
reason = "why"
[history.facts]
born = { step = "submitted", then = "status" }
moved = { word = "status" }
named = "reviewers_assigned"
said = "ignored"
[history.words.status]
new = "submitted"
good = "accepted"
"""


def fact(kind: str, idea: int, day: int, **more: object) -> dict[str, object]:
    return {"kind": kind, "idea": idea, "at": f"2024-01-{day:02}T10:00:00Z", **more}


def born(idea: int, status: str = "new", **more: object) -> dict[str, object]:
    return fact("born", idea, 1, by="p-1", title="T", status=status, **more)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    (tmp_path / "box.toml").write_text(MAPPING)
    return tmp_path


def write(box: Path, *facts: dict[str, object] | str) -> tuple[Path, str, Path]:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in facts]
    path = box / "box.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path, "--mapping", box / "box.toml"


def counts(result: object) -> dict[str, int]:
    found: dict[str, int] = json.loads(getattr(result, "stdout", "{}"))["lines"]
    return {name: count for name, count in found.items() if count}


def test_a_whole_history_is_recorded_and_the_second_time_known(
    house: House, kiem: Kiem, box: Path
) -> None:
    words = write(
        box, born(1, "good"), born(2), fact("named", 2, 2, who=["r-1"]), fact("said", 2, 3)
    )

    first = kiem("import", "history", *words, "--json")
    again = kiem("import", "history", *words, "--json")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert counts(first) == {"recorded": 3, "ignored": 1}
    assert counts(again) == {"known": 3, "ignored": 1}
    assert house.known == {
        ("box", 1, "submitted"), ("box", 1, "accepted"), ("box", 2, "submitted"),
        ("box", 3, "assigned"),
    }  # fmt: skip


def test_an_import_is_done_as_an_operator(house: House, kiem: Kiem, box: Path) -> None:
    kiem("import", "history", *write(box, born(1)))

    assert [token["roles"] for token in house.tokens] == [["operator"]]


def test_the_cut_over_is_the_services_now_unless_a_day_is_named(
    house: House, kiem: Kiem, box: Path
) -> None:
    words = write(box, born(1))
    kiem("import", "history", *words)
    kiem("import", "history", *words, "--cutover", "2024-03-01")

    assert house.cutovers == [None, "2024-02-29T23:00:00Z"]


def test_what_is_not_understood_or_refused_is_kept_with_its_reason(
    house: House, kiem: Kiem, box: Path
) -> None:
    words = write(
        box, born(1, "tbd"), fact("moved", 1, 2, status="good", why="contradiction"), "{", born(1)
    )

    found = kiem("import", "history", *words, "--json")

    assert found.exit_code == 3
    assert counts(found) == {"refused": 1, "unplaced": 3}
    assert {line: kept["reason"] for line, kept in house.unplaced.items()} == {
        1: "the word 'tbd' is not in [history.words.status] (the rest of the line is placed)",
        2: "It contradicts itself.",
        3: "the line is no JSON: Expecting property name enclosed in double quotes at character 2",
        4: "the idea was submitted before, by line 1",
    }
    assert house.unplaced[3]["raw"] == "{"
    assert ("box", 1, "submitted") in house.known


def test_unplaced_lines_are_listed(house: House, kiem: Kiem, box: Path) -> None:
    kiem("import", "history", *write(box, born(1, "tbd"), born(2, "tbd")))

    listed = kiem("import", "unplaced", "--source", "box")
    raw = kiem("import", "unplaced", "--source", "box", "--raw")

    assert "2 lines of 'box' are kept unplaced." in listed.stdout
    assert "1, 2" in listed.stdout
    assert '"status": "tbd"' in raw.stdout


def test_a_better_mapping_places_what_was_kept(house: House, kiem: Kiem, box: Path) -> None:
    words = write(box, born(1, "tbd"))
    kiem("import", "history", *words)
    (box / "box.toml").write_text(MAPPING + 'tbd = "under_review"\n')

    found = kiem("import", "history", *words, "--json")

    assert found.exit_code == 0
    assert counts(found) == {"recorded": 1}
    assert ("box", 1, "under_review") in house.known


def test_a_dry_run_lists_what_the_services_would_refuse_as_still_to_come(
    kiem: Kiem, box: Path
) -> None:
    later = fact("moved", 1, 2, status="good") | {"at": "2199-01-01T00:00:00Z"}
    found = kiem("import", "history", *write(box, born(1), later), "--dry-run", "--json")

    assert found.exit_code == 3
    assert "the field 'at' lies in the future, by this machine's clock" in found.stdout


def test_a_dry_run_sends_nothing(house: House, kiem: Kiem, box: Path) -> None:
    words = write(box, born(1, "tbd"))

    found = kiem("import", "history", *words, "--dry-run")

    assert found.exit_code == 3
    assert "not understood" in found.stdout
    assert (house.known, house.unplaced, house.tokens) == (set(), {}, [])


def test_one_idea_that_is_refused_outright_takes_no_other_along(
    house: House, kiem: Kiem, box: Path
) -> None:
    ideas = [born(number) for number in range(1, 30)]
    ideas[7]["title"] = "TOO LONG"

    found = kiem("import", "history", *write(box, *ideas), "--json")

    assert counts(found) == {"recorded": 28, "refused": 1}
    assert "too long" in house.unplaced[8]["reason"]


def test_a_busy_service_is_asked_again(
    house: House, kiem: Kiem, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    plain = Services.__init__
    monkeypatch.setattr(
        Services, "__init__",
        lambda self, settings, client: plain(self, settings, client, waits.append),
    )  # fmt: skip
    house.busy = 4

    found = kiem("import", "history", *write(box, born(1)), "--json")

    assert counts(found) == {"recorded": 1}
    assert len(waits) == 4
    assert waits == sorted(waits)


def test_a_system_that_is_not_up_says_so(
    house: House, kiem: Kiem, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEM_ISSUER", "http://127.0.0.1:1")

    found = kiem("import", "history", *write(box, born(1)))

    assert found.exit_code == 1
    assert "does not answer. Is the system up? `make up` starts it" in found.stderr
    assert not house.known


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nowhere.jsonl", None, "there is no such file"),
        ("cut.jsonl.gz", b"\x1f\x8b\x08\x00", "the gzip file is broken or cut off"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(
    kiem: Kiem, box: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (box / name).write_bytes(content)

    found = kiem("import", "history", box / name, "--mapping", box / "box.toml", "--dry-run")

    assert found.exit_code == 1
    assert said in found.stderr


def test_a_wrong_mapping_is_a_usage_error(kiem: Kiem, box: Path) -> None:
    (box / "box.toml").write_text(MAPPING.replace('"accepted"', '"acepted"'))

    found = kiem("import", "history", *write(box, born(1)), "--dry-run")

    assert found.exit_code == 2
    assert "box.toml, line 19: history.words.status.good: 'acepted' is not known" in found.stderr


def test_an_import_that_was_killed_goes_on_where_it_was(house: House, box: Path) -> None:
    """kill -9 while a portion is under way: it was recorded, and nobody was told."""
    words = write(box, *(born(number, "good") for number in range(1, 201)))
    command = [sys.executable, "-m", "cli.main", "import", "history", *map(str, words), "--json"]
    house.gate.clear()
    first = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)
    assert house.entered.wait(30)
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    house.gate.set()

    again = subprocess.run(command, check=True, capture_output=True, text=True, timeout=50)

    assert len(house.steps) == len(house.known) == 400
    assert sum(counts(again).values()) == 200
