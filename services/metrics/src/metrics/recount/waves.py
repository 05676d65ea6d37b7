"""A wave of a pulse: what an instrument came to, and which groups the rule of few hides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from metrics.recount.heard import ALL, Fact, Figure, Figures, Key

HEARD = ("WaveOpened", "WaveClosed", "PulseAnswered")
Said = Mapping[str, Any]
_PROMOTER, _DETRACTOR = 9, 6
_MARGIN = Fraction(196, 100)


@dataclass(frozen=True)
class Shown:
    """The groups of an instrument that are told, each with its response beside; and the hidden."""

    told: Figures
    hidden: frozenset[Key]


def of_wave(opened: Said, answers: Iterable[Said], instrument: str, least: int) -> Shown:
    """Return what is told of an instrument; `answers` are all that were given in the wave."""
    asked = [each for each in opened["questions"] if each["instrument"] == instrument]
    names = {each["name"] for each in asked}
    given = [each for each in answers if names & each["answers"].keys()]
    groups: dict[str, list[Said]] = {}
    for each in given:
        groups.setdefault(each.get("department") or "", []).append(each)
    gone, all_too = _hidden({key: len(found) for key, found in groups.items()}, len(given), least)
    hidden: set[Key] = {("department", key) for key in gone if key} | ({ALL} if all_too else set())
    cells: dict[Key, list[Said]] = {ALL: given}
    cells |= {("department", key): found for key, found in groups.items() if key}
    count = _enps if instrument == "enps" else _scale
    invited = opened.get("departments", {})
    told = {
        key: _responding(count(asked, found), len(found),
                         opened["invited"] if key == ALL else invited.get(key[1], 0))
        for key, found in cells.items() if key not in hidden
    }  # fmt: skip
    return Shown(told, frozenset(hidden))


def instruments(opened: Said) -> list[str]:
    return sorted({each["instrument"] for each in opened["questions"]})


def is_over(closed: Said | None, answers: Sequence[Said]) -> bool:
    """Tell whether a wave may be told: it is over, and every answer of it was heard."""
    return closed is not None and closed["answered"] == len(answers)


def once(facts: Iterable[Fact], name: str, wave: str) -> list[Said]:
    """Return what facts of a wave say, each once, however often it came."""
    found = {(f.source, f.id): f.data for f in facts if f.type == name and f.data["wave"] == wave}
    return list(found.values())


def apart(shown: Shown, told: Figures, hidden: Iterable[Key]) -> list[str]:
    """Name the told groups that say something else; of hidden ones, that the rule was not kept."""
    wrong = [
        f"{key[0] or 'organisation'} {key[1]}".strip()
        for key, figure in told.items()
        if key in shown.told and shown.told[key] != figure
    ]
    if shown.hidden != frozenset(hidden) or shown.told.keys() != told.keys():
        wrong.append("what is hidden is not what the rule of few says")
    return wrong


def _responding(figure: Figure, answered: int, asked: int) -> Figure:
    response = Fraction(answered, asked) if asked else None
    return Figure(figure.value, figure.n, beside={**figure.beside, "response": response})


def _enps(asked: Sequence[Said], given: Sequence[Said]) -> Figure:
    if not given:
        return Figure(None, 0)
    scores = [each["answers"][asked[0]["name"]] for each in given]
    ups = sum(score >= _PROMOTER for score in scores)
    downs = sum(score <= _DETRACTOR for score in scores)
    n, up, down = len(scores), Fraction(ups, len(scores)), Fraction(downs, len(scores))
    margin = 100 * _MARGIN * _root((up + down - (up - down) ** 2) / n)
    beside: dict[str, Fraction | None] = {
        "margin": margin, "promoters": Fraction(ups), "passives": Fraction(n - ups - downs),
        "detractors": Fraction(downs),
    }  # fmt: skip
    return Figure(100 * (up - down), n, beside=beside)


def _scale(asked: Sequence[Said], given: Sequence[Said]) -> Figure:
    if not given:
        return Figure(None, 0)
    ends = {each["name"]: each["least"] + each["most"] for each in asked}
    turned = {each["name"] for each in asked if each.get("reversed")}
    means = []
    for person in given:
        said = [(name, x) for name, x in person["answers"].items() if name in ends]
        items = [ends[name] - x if name in turned else x for name, x in said]
        means.append(Fraction(sum(items), len(items)))
    mean = sum(means, Fraction(0)) / len(means)
    variance = sum(((each - mean) ** 2 for each in means), Fraction(0)) / len(means)
    return Figure(mean, len(means), beside={"spread": _root(variance)})


def _root(value: Fraction) -> Fraction:
    with localcontext() as exact:
        exact.prec = 28
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def _hidden(sizes: Mapping[str, int], whole: int, least: int) -> tuple[set[str], bool]:
    """Hide the small, what is all but a few, and the next smallest until together they are enough.

    "" are those of no department. Where every group is hidden and still too few, or only one, the
    whole would tell them.
    """
    gone = {key for key, n in sizes.items() if 0 < n < least or 0 < whole - n < least}
    all_too = 0 < whole < least
    rest = sorted((n, key) for key, n in sizes.items() if n and key not in gone)
    while rest and (gone or all_too) and (len(gone) < 2 or sum(sizes[k] for k in gone) < least):  # noqa: PLR2004 - one alone is told by what is left
        gone.add(rest.pop(0)[1])
    few = len(gone) == 1 or sum(sizes[k] for k in gone) < least
    return gone, all_too or bool(gone and not rest and few)
