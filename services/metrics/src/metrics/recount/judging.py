"""Whether an edition is what a recount comes to. No number leaves here, nor what is hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from metrics.recount.authors import of_authors
from metrics.recount.heard import ALL, Figure, Figures, Key, Log, Period
from metrics.recount.sums import of_outcome, of_reported, of_workforce
from metrics.recount.tools import of_tool

Outcome = Literal["equal", "different", "gone"]
"""`gone`: what it was made of is not kept any more, so that nobody can count it again."""


@dataclass(frozen=True)
class Cell:
    """A group of an edition: what it says, of how many persons, and whether it is told."""

    figure: Figure
    persons: int
    hidden: bool


@dataclass(frozen=True)
class Told:
    """An edition as it was kept, with the revision before it."""

    kpi: str
    kind: str
    about: str
    feature: str
    period: Period
    threshold: int
    cells: Mapping[Key, Cell]
    before: Mapping[Key, Cell]


def recount(told: Told, log: Log) -> Figures:
    """Compute what an edition should say of each group."""
    if told.kind in {"use", "adopting"}:
        return of_tool(log, told.kpi, told.about, told.feature, told.period)
    if told.kind == "authors":
        return of_authors(log, told.kpi, told.period)
    if told.kind == "workforce":
        return of_workforce(log, told.kpi, told.period)
    if told.kind == "reported":
        return of_reported(log, told.about, told.period)
    return of_outcome(log, told.about, told.period)


def differences(told: Told, counted: Figures) -> list[str]:
    """Name the groups that say something else. What a revision leaves as it was is no news."""
    return [
        f"{key[0] or 'organisation'} {key[1]}".strip()
        for key, cell in told.cells.items()
        if not cell.hidden and told.before.get(key) != cell
        and not same(cell.figure, counted.get(key))
    ]  # fmt: skip


def same(kept: Figure, counted: Figure | None) -> bool:
    """Compare exactly: each part of a number, and what is told beside it."""
    if counted is None:
        return False
    return kept == counted if kept.value is not None or kept.n else counted.value is None


def told_too_much(told: Told) -> list[str]:
    """Name what the rules of small groups would hide."""
    shown = {key: cell.persons for key, cell in told.cells.items() if not cell.hidden}
    least = told.threshold
    wrong = [f"{cut or 'organisation'} under the threshold"
             for (cut, _), n in shown.items() if 0 < n < least]  # fmt: skip
    shares = sorted({_share(key) for key in told.cells if key != ALL})
    if ALL in shown and not told.before:
        wrong += [f"{' '.join(share).strip()}: what is hidden can be counted back"
                  for share in shares if _counts_back(told, share)]  # fmt: skip
    if told.kpi == "representation" and shown and ALL not in shown:
        wrong.append("organisation: its groups tell how many it is")
    return wrong


def _share(key: Key) -> Key:
    """Return what a group shares out the organisation with: each attribute does so for itself."""
    cut, name = key
    return cut, name.split("=")[0] if cut == "attribute" else ""


def _counts_back(told: Told, share: Key) -> bool:
    """Tell whether the organisation, minus the groups that are told, would be a small group."""
    groups = [c for key, c in told.cells.items() if key != ALL and _share(key) == share]
    gone = [cell.persons for cell in groups if cell.hidden]
    rest = told.cells[ALL].persons - sum(cell.persons for cell in groups)
    gone += [rest] if 0 < rest < told.threshold else []
    return sum(gone) > 0 and (len(gone) == 1 or sum(gone) < told.threshold)
