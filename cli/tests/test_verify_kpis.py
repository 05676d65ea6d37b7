"""`kiem verify kpis` names the first number that is not what the facts come to."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from cli.truth import NUMBERS, Log, Question, recompute
from contracts.ideas import IdeaAccepted, IdeaRealised, IdeaSubmitted, PilotStarted
from contracts.vocabulary import IdeaId, PersonId, PilotId

from .house import House, Kiem
from .test_guarantee import day

OF_THE_DIRECTORY = ("idea_rate", "cross_department")
EACH = len(NUMBERS) + len(OF_THE_DIRECTORY)
JUDGED = "2026-03-03T23:00:00+00:00"
WHO = PersonId("p")
EDITION: dict[str, Any] = {
    "id": 3, "kpi": "active_users", "about": "wiki", "feature": "", "from": "2026-01-01",
    "to": "2026-02-01", "revision": 1, "outcome": "equal", "groups": [],
}  # fmt: skip

WAVE: dict[str, Any] = {
    "wave": "00000000-0000-0000-0000-000000000007", "opened": "2026-01-05T09:00:00Z",
    "instrument": "enps", "outcome": "equal", "groups": [],
}  # fmt: skip


def step(kind: Any, number: int, at: float, **said: Any) -> Any:
    return kind(idea=IdeaId(UUID(int=number)), author=WHO, at=day(at), **said)


def about(number: int, at: float) -> list[Any]:
    owed: dict[str, Any] = {"accountable": WHO, "due": day(50)}
    return [
        step(IdeaSubmitted, number, 0),
        step(IdeaAccepted, number, at, by=WHO, **owed),
        step(PilotStarted, number, at + 1, by=WHO, pilot=PilotId(UUID(int=9)), **owed),
        step(IdeaRealised, number, at + 9, by=WHO),
    ]


def answered(house: House, *, wrong: str = "", pulse: Any = None, **edition: Any) -> None:
    """Let metrics tell what is true of an empty log; of one number something else."""
    asked = Question(day(0), day(0), day(0))
    for kpi in NUMBERS:
        told = msgspec.to_builtins(recompute(kpi, Log([]), asked))
        told["n"] += kpi == wrong
        house.answers["GET", f"/v1/kpis/{kpi}"] = (200, told | {"asked": {"judged_at": JUDGED}})
    for kpi in OF_THE_DIRECTORY:
        again = {"value": 2.5, "n": 3, "beside": {"headcount": 40.0}}
        house.answers["GET", f"/v1/kpis/{kpi}/recount"] = (200, again)
        told = again | {"n": 3 + (kpi == wrong), "asked": {"judged_at": JUDGED}}
        house.answers["GET", f"/v1/kpis/{kpi}"] = (200, told)
    house.answers["GET", "/v1/log"] = (200, {"items": [], "next": None})
    recounted = {"items": [EDITION, EDITION | {"outcome": "gone"}, EDITION | edition], "next": None}
    house.answers["GET", "/v1/editions/recount"] = (200, recounted)
    house.answers["GET", "/v1/pulse/recount"] = (200, {"items": [WAVE | (pulse or {})]})


def test_all_is_well_where_nothing_differs(house: House, kiem: Kiem) -> None:
    answered(house)
    found = kiem("verify", "kpis", "--months", 2)
    assert found.exit_code == 0
    assert f"{4 * EACH} numbers of ideas recomputed: 0" in found.stdout
    assert "2 editions about people counted again: 0 differ" in found.stdout
    assert "1 more cannot be" in found.stdout
    assert "1 instruments of pulse waves counted again: 0 differ" in found.stdout


@pytest.mark.parametrize("kpi", [*NUMBERS, *OF_THE_DIRECTORY])
def test_the_first_number_that_differs_is_explained(house: House, kiem: Kiem, kpi: str) -> None:
    answered(house, wrong=kpi)
    found = kiem("verify", "kpis", "--months", 1)
    assert found.exit_code == 1
    assert f"The first that differs: {kpi} of 2026-02" in found.stdout
    assert [line.split()[0] for line in found.stdout.splitlines() if line[:2] == "n "] == ["n"]


def test_an_edition_that_differs_is_named_without_a_number(house: House, kiem: Kiem) -> None:
    answered(house, outcome="different", groups=["department care"])
    found = kiem("verify", "kpis", "--months", 1)
    assert found.exit_code == 1
    assert "active_users wiki, 2026-01-01 to 2026-02-01, revision 1: department care" in (
        found.stdout
    )


def test_a_wave_that_differs_is_named_without_a_number(house: House, kiem: Kiem) -> None:
    answered(house, pulse={"outcome": "different", "groups": ["department care"]})
    found = kiem("verify", "kpis", "--months", 1)
    assert found.exit_code == 1
    assert "enps of the wave of 2026-01-05: department care" in found.stdout


@pytest.mark.parametrize(
    ("kpi", "value", "n"),
    [
        ("ideas_submitted", 2, 2), ("realisation_a", 1.0, 2), ("realisation_b", 1.0, 2),
        ("processing_time_a", 3.0, 2), ("processing_time_b", 12.0, 2),
        ("lead_time_to_pilot", 3.0, 2), ("throughput", 2, 2), ("wip", 0, 0), ("age", None, 0),
    ],
)  # fmt: skip
def test_a_number_is_counted_from_the_log(kpi: str, value: float | None, n: int) -> None:
    events = [*about(1, 2), *about(2, 4)]
    told = recompute(kpi, Log(events), Question(day(0), day(40), day(40)))
    assert (told.value, told.n) == (value, n)
