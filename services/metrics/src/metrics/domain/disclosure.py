"""Disclosure control: which numbers of groups stay hidden, so that no small group can be told.

One place for every number about people. Whoever has all that is told, of every cut and of every
period before, must not be able to compute the number of a group under the threshold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from metrics.domain.linear import made_of
from metrics.domain.series import Span

WHOLE = ""
"""The cut, and the key, of the organisation as a whole."""

Why = Literal["small", "beside_small", "difference", "period"]


Group = tuple[str, str]
"""A cut, and the key of a group in it."""
Members = frozenset[bytes]


def partition(cut: str, key: str) -> Group:
    """Return what shares out the whole with a group: its cut; each name of an attribute for itself.

    It names, too, whoever is left there in no group: no group is called like this.
    """
    return cut, key.partition("=")[0] if cut == "attribute" else ""


class Place(Struct, frozen=True, order=True):
    """Where a number stands: its period, the cut, and the group."""

    since: str
    until: str
    cut: str
    key: str

    @staticmethod
    def of(span: Span, cut: str = WHOLE, key: str = WHOLE) -> "Place":
        return Place(span.since.isoformat(), span.until.isoformat(), cut, key)

    def contains(self, other: "Place") -> bool:
        """Tell whether the same group is meant, and the period of the other lies within this."""
        same = (self.cut, self.key) == (other.cut, other.key)
        return same and self.since <= other.since and other.until <= self.until

    @property
    def partition(self) -> Group:
        return partition(self.cut, self.key)


class Cell(Struct, frozen=True, kw_only=True):
    """A group of a period: how many persons, and who, as far as that is known."""

    place: Place
    n: int
    members: Members = frozenset()


Hidden = dict[Place, Why]


def rests(persons: Mapping[Group, int]) -> dict[Group, int]:
    """Return, of each partition, how many more the whole has than its groups together.

    It is negative where somebody is in two groups. Of a whole of unknown size there is none.
    """
    whole = persons.get((WHOLE, WHOLE), 0)
    found: dict[Group, int] = {}
    for (cut, key), n in persons.items():
        if whole and cut != WHOLE:
            share = partition(cut, key)
            found[share] = found.get(share, whole) - n
    return found


def left_over(cells: Sequence[Cell]) -> list[Cell]:
    """Return, of each partition, whoever is in none of its groups: a group that has no name.

    It is told nowhere, but the whole minus the groups tells it.
    """
    counts = rests({(cell.place.cut, cell.place.key): cell.n for cell in cells})
    whole = next((cell for cell in cells if cell.place.cut == WHOLE), None)
    found: list[Cell] = []
    if whole is None:
        return found
    for share, count in counts.items():
        named = (cell.members for cell in cells if cell.place.partition == share)
        members = whole.members.difference(*named)
        n = len(members) if whole.members else count
        if n > 0:
            place = Place(whole.place.since, whole.place.until, *share)
            found.append(Cell(place=place, n=n, members=members))
    return found


def conceal(
    cells: Sequence[Cell],
    threshold: int,
    told_before: Iterable[tuple[Place, int]] = (),
    already: Hidden | None = None,
) -> Hidden:
    """Return which cells of one period stay hidden, each with the reason.

    `told_before` are the counts of cells that were told of other periods; `already` are cells that
    are hidden anyway.
    """
    hidden: Hidden = {}
    before: dict[tuple[str, str], list[tuple[Place, int]]] = {}
    for place, n in told_before:
        before.setdefault((place.cut, place.key), []).append((place, n))
    whole = next((cell.n for cell in cells if cell.place.cut == WHOLE), 0)
    for cell in cells:
        where = cell.place.cut, cell.place.key
        if why := (already or {}).get(cell.place):
            hidden[cell.place] = why
        elif 0 < cell.n < threshold:
            hidden[cell.place] = "small"
        elif 0 < whole - cell.n < threshold:  # whoever is not in the group would be told
            hidden[cell.place] = "difference"
        elif any(_tells(cell, place, n, threshold) for place, n in before.get(where, ())):
            hidden[cell.place] = "period"
    while _hide_beside(cells, hidden, threshold) or _hide_what_adds_up(cells, hidden, threshold):
        pass
    return hidden


def _tells(cell: Cell, place: Place, n: int, threshold: int) -> bool:
    """Tell whether the difference to a period around it or within it is a group that is small."""
    nested = place.contains(cell.place) or cell.place.contains(place)
    return nested and place != cell.place and 0 < abs(cell.n - n) < threshold


def _hide_beside(cells: Sequence[Cell], hidden: Hidden, threshold: int) -> bool:
    """Hide the next smallest group beside those that are hidden, until together they are enough."""
    changed = False
    whole = next((cell for cell in cells if cell.place.cut == WHOLE), None)
    for share in sorted({cell.place.partition for cell in cells if cell.place.cut != WHOLE}):
        groups = sorted(
            (cell for cell in cells if cell.place.partition == share and cell.n),
            key=lambda cell: (cell.n, cell.place.key),
        )
        while not _enough(groups, hidden, threshold, whole):
            told = [cell for cell in groups if cell.place not in hidden]
            if not told:
                break
            hidden[told[0].place] = "beside_small"
            changed = True
        if whole and whole.place not in hidden and _alone(groups, hidden, threshold):
            hidden[whole.place] = "beside_small"
            changed = True
    return changed


def _enough(
    groups: Sequence[Cell], hidden: Hidden, threshold: int, whole: Cell | None
) -> bool:  # fmt: skip
    found = [cell for cell in groups if cell.place in hidden]
    if not found:
        return whole is None or whole.place not in hidden
    return len(found) > 1 and sum(cell.n for cell in found) >= threshold


def _alone(groups: Sequence[Cell], hidden: Hidden, threshold: int) -> bool:
    """Tell whether all groups are hidden, and still too few: then the whole would tell them."""
    found = [cell for cell in groups if cell.place in hidden]
    few = len(found) == 1 or sum(cell.n for cell in found) < threshold
    return bool(found) and len(found) == len(groups) and few


def _hide_what_adds_up(cells: Sequence[Cell], hidden: Hidden, threshold: int) -> bool:
    """Hide one more cell if a small group can be computed from what is told, over all cuts."""
    known = [cell for cell in cells if cell.members]
    told = [cell for cell in known if cell.place not in hidden]
    if len({cell.place.partition for cell in told}) < 2:  # noqa: PLR2004 - one and its whole: done
        return False
    rows = _atoms(known)
    span = made_of(rows(cell.members) for cell in told)
    small = [group for group in _small_groups(known, threshold) if span.makes(rows(group))]
    for group in small:
        near = [cell for cell in told if cell.members & group] or told
        least = min(near, key=lambda cell: (cell.place.cut == WHOLE, cell.n, cell.place))
        hidden[least.place] = "difference"
        return True
    return False


def _atoms(cells: Sequence[Cell]) -> Callable[[frozenset[bytes]], dict[int, int]]:
    """Return how a group is written as a sum of atoms: persons whom no cell tells apart."""
    signatures: dict[bytes, tuple[int, ...]] = {}
    for person in frozenset[bytes]().union(*(cell.members for cell in cells)):
        signatures[person] = tuple(n for n, c in enumerate(cells) if person in c.members)
    numbers = {each: n for n, each in enumerate(sorted(set(signatures.values())))}

    def row(group: frozenset[bytes]) -> dict[int, int]:
        return dict.fromkeys((numbers[signatures[person]] for person in group), 1)

    return row


def _small_groups(cells: Sequence[Cell], threshold: int) -> list[frozenset[bytes]]:
    """Return the groups under the threshold that cells cut out: alone, as overlap or difference."""
    found: set[frozenset[bytes]] = set()
    for one in cells:
        for other in cells:
            found |= {one.members - other.members, one.members & other.members}
        found.add(one.members)
    return sorted((g for g in found if 0 < len(g) < threshold), key=sorted)


def told_of(cells: Iterable[Cell], hidden: Mapping[Place, object]) -> dict[Place, int]:
    """Return the counts that are told."""
    return {cell.place: cell.n for cell in cells if cell.place not in hidden}
