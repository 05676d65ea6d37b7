"""A long run says of each fault whether all was well again as soon as it must be."""

from pathlib import Path

import pytest

from tests.faults.attacks import TABLE
from tests.faults.bars import BARS, BYSTANDERS, SERVERS, WORKERS, judged, table
from tests.faults.chaos import told
from tests.faults.suffering import Suffered

KILLED, CUT_OFF = "kill -9 ideas", "kill -9 Kafka"


def suffered(
    fault: str, *, ready: float | None = None, others: float | None = 0.3, recovery: float = 3.0
) -> Suffered:
    return Suffered(fault, 0.0, 0.0, recovery, others, ready)


def said(*all_of_them: Suffered) -> dict[tuple[str, str], bool]:
    return {(one.fault, one.bar.measured): one.met for one in judged(all_of_them)}


def shown(*all_of_them: Suffered) -> str:
    return table([one.row() for one in judged(all_of_them)])


@pytest.mark.parametrize(
    ("seconds", "met"),
    [((2.0,), True), ((2.01,), False), ((1.4, 1.5, 22.0), True), ((1.4, 2.1, 2.2), False)],
)
def test_a_killed_worker_is_ready_again_within_two_seconds_by_the_median(
    seconds: tuple[float, ...], *, met: bool
) -> None:
    found = said(*(suffered(KILLED, ready=each) for each in seconds))
    assert found == {(KILLED, "ready_after"): met, (KILLED, "others"): True}


def test_nobody_else_stops_meanwhile() -> None:
    assert said(suffered(KILLED, ready=1.0, others=1.5))[KILLED, "others"] is False
    assert said(suffered("kill -9 mailbox", others=1.5)) == {("kill -9 mailbox", "others"): False}


def test_a_killed_server_costs_its_own_restart_and_little_more() -> None:
    assert said(suffered(CUT_OFF, recovery=3.0)) == {(CUT_OFF, "recovery"): True}
    assert said(suffered(CUT_OFF, recovery=3.1)) == {(CUT_OFF, "recovery"): False}


def test_what_nobody_measured_is_not_met() -> None:
    assert said(suffered(KILLED))[KILLED, "ready_after"] is False
    assert "| not measured | missed |" in shown(suffered(KILLED))


def test_a_fault_that_has_no_bar_or_was_not_suffered_has_no_verdict() -> None:
    assert said(suffered("a slow broker")) == {}
    assert judged([]) == []


def test_the_table_says_met_or_missed() -> None:
    rows = shown(suffered(KILLED, ready=1.4), suffered(CUT_OFF, recovery=9.0))
    assert rows.splitlines()[2:] == [
        "| kill -9 ideas | ready again after its kill | 2 s | 1 | 1.4 s | met |",
        "| kill -9 ideas | another service not ready meanwhile | 1 s | 1 | 0.3 s | met |",
        f"| kill -9 Kafka | {BARS[2].what} | 3 s | 1 | 9.0 s | missed |",
    ]


@pytest.mark.parametrize(("wrong", "code"), [([], 0), (["something"], 1)])
def test_a_missed_bar_is_reported_and_only_what_is_wrong_ends_a_run_badly(
    wrong: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = [one.row() for one in judged([suffered(KILLED, ready=9.0)])]
    result = {
        "seed": 7, "faults": [], "bars": slow, "not_tried": {}, "history": {}, "mails_again": 0,
        "commands_a_second": 2.0, "wrong": wrong,
    }  # fmt: skip
    assert told(result) == code
    printed = capsys.readouterr().out
    assert "| missed |" in printed
    assert ("lost: nothing" in printed) == (code == 0)


def test_every_bar_is_about_faults_that_there_are() -> None:
    assert {fault for bar in BARS for fault in bar.faults} <= TABLE.keys()
    killed = {name for name, fault in TABLE.items() if fault.victim and name.startswith("kill -9")}
    assert {*WORKERS, *BYSTANDERS} == killed
    assert set(SERVERS) == {
        name for name in TABLE if name.endswith(("Kafka", "PostgreSQL", "is restarted"))
    }  # fmt: skip


def test_the_page_on_reliability_states_every_bar() -> None:
    page = (Path(__file__).parents[2] / "docs/reliability.md").read_text("utf-8")
    for bar in BARS:
        assert f"| {bar.what} | {bar.seconds:g} s | " in page
