"""How editions are frozen: what is told of a draft, and what a revision may still change.

Everything that was told before, of every span and in every revision, is known to whoever reads.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from metrics.domain import tiling
from metrics.domain.disclosure import Cell, Hidden, Place, conceal, left_over, rests
from metrics.domain.editions import Edition, Frozen, Known
from metrics.domain.families import ALL, OF_WHOLE, Draft, Key
from metrics.domain.series import Span

_UNKNOWN: Mapping[Key, frozenset[bytes]] = {}


def waits(draft: Draft, known: Known) -> bool:
    """Tell whether a first edition must wait: it adds up what was not told, or not like that.

    Minus the months that were told it would tell the one that was not, or a correction that is not
    told because it is about a few.
    """
    if not draft.adds_up or not draft.persons.get(ALL) or known.hides_within(draft.basis, ALL):
        return False
    spans = {span for span, _ in known.whole()}
    return tiling.is_told_in_part(draft.basis, spans) or not known.agrees(draft)


def first(draft: Draft, threshold: int, known: Known) -> dict[Key, Frozen]:
    """Return the cells of the first edition of a draft.

    Numbers of a family hide the same groups, so that no number tells whom another one hides.
    """
    here = known.here(draft.basis)
    hidden = _hidden_here(draft, known)
    if not (here and all(_same(edition, draft, threshold) for edition in here)):
        hidden |= _not_revisable(draft, threshold, known, draft.feature)
        hidden = _conceal(draft, threshold, known, hidden)
    hidden |= _beside_whole(draft.kpi, draft.numbers, hidden)
    return {
        key: Frozen(number=number, persons=draft.persons[key], hidden=key in hidden)
        for key, number in draft.numbers.items()
    }


def revised(draft: Draft, threshold: int, known: Known, latest: Edition) -> dict[Key, Frozen]:
    """Return the cells of the next revision; those of the latest where nothing may change.

    What an edition hid stays hidden. A group is told anew only where it changed by nobody, or by
    as many persons as the threshold says: else the difference would be a small group. The latest
    may be that of the nameless feature, for one that nobody had used.
    """
    latest = threshold_raised(latest, threshold)
    kept = {key for key, cell in latest.cells.items() if cell.hidden} | _hidden_here(draft, known)
    still = _not_revisable(draft, threshold, known, latest.feature)
    still |= set() if known.agrees(draft) else {ALL}
    hidden = _conceal(draft, threshold, known, kept | still)
    hidden |= _beside_whole(draft.kpi, draft.numbers, hidden)
    cells = dict(latest.cells)
    for key, number in draft.numbers.items():
        if key not in hidden:
            cells[key] = Frozen(number=number, persons=draft.persons[key], hidden=False)
        elif key not in cells:
            cells[key] = Frozen(number=number, persons=draft.persons[key], hidden=True)
    return cells


def threshold_raised(edition: Edition, threshold: int) -> Edition:
    """Return an edition as it is told under a threshold that was raised after it was frozen."""
    if threshold <= edition.threshold:
        return edition
    persons = {key: cell.persons for key, cell in edition.cells.items()}
    cells = _cells(persons, edition.basis)
    already: Hidden = {
        Place.of(edition.basis, *key): "small" for key, cell in edition.cells.items() if cell.hidden
    }
    hidden = _kept_back(cells, left_over(cells), threshold, already)
    hidden |= _beside_whole(edition.kpi, edition.cells, hidden)
    told = {
        key: structs.replace(cell, hidden=cell.hidden or key in hidden)
        for key, cell in edition.cells.items()
    }
    return structs.replace(edition, cells=told)


def _same(edition: Edition, draft: Draft, threshold: int) -> bool:
    """Tell whether an edition was frozen over the same groups, as strictly: it decides then."""
    persons = {key: cell.persons for key, cell in edition.cells.items()}
    return edition.threshold >= threshold and persons == draft.persons


def _conceal(draft: Draft, threshold: int, known: Known, already: set[Key]) -> set[Key]:
    hidden: Hidden = {Place.of(draft.basis, *key): "period" for key in already}
    if draft.adds_up:
        hidden |= {
            Place.of(draft.basis, *key): "period"
            for key in draft.numbers if known.hides_within(draft.basis, key)
        }  # fmt: skip
    if _tells_a_rest(draft, threshold, known):
        hidden |= {Place.of(draft.basis, *ALL): "period"}
    elsewhere = () if draft.alone or draft.adds_up else known.elsewhere(draft.basis)
    cells = _cells(draft.persons, draft.basis, draft.members)
    return _kept_back(cells, left_over(cells), threshold, hidden, elsewhere) | already


def _kept_back(
    cells: Sequence[Cell], left: Sequence[Cell], threshold: int, already: Hidden,
    elsewhere: Iterable[tuple[Place, int]] = (),
) -> set[Key]:  # fmt: skip
    """Return which groups stay hidden, also for those who are in none, who are `left`.

    They may turn out to be in one, or be those whose change is not told: no small group hides
    behind them alone.
    """
    told = list(elsewhere)
    hidden = conceal(cells, threshold, told, already)
    hidden |= conceal([*cells, *left], threshold, told, already)
    return {(cell.place.cut, cell.place.key) for cell in cells if cell.place in hidden}


def _tells_a_rest(draft: Draft, threshold: int, known: Known) -> bool:
    """Tell whether the organisation, minus what was told of other spans, would be a small group."""
    n, told = draft.persons.get(ALL, 0), known.whole()
    if draft.alone or not n:
        return False
    if draft.adds_up:
        return tiling.completes_nothing(draft.basis, {span for span, _ in told})
    return tiling.tells_the_rest(draft.basis, n, told, threshold)


def _beside_whole(kpi: str, groups: Iterable[Key], hidden: set[Key]) -> set[Key]:
    """Return the groups that would tell how many persons a hidden whole has."""
    return set(groups) if kpi in OF_WHOLE and ALL in hidden else set()


def _cells(
    persons: Mapping[Key, int], basis: Span, members: Mapping[Key, frozenset[bytes]] = _UNKNOWN
) -> list[Cell]:
    """Return the cells of a span; a whole of which nobody said how many it is has none."""
    return [
        Cell(place=Place.of(basis, *key), n=n, members=members.get(key, frozenset()))
        for key, n in persons.items()
        if key != ALL or n
    ]


def _hidden_here(draft: Draft, known: Known) -> set[Key]:
    """Return which groups of the same span some number of the family hides first of all."""
    here = known.here(draft.basis)
    if not here:
        return set()
    return {key for key, cell in here[0].cells.items() if cell.hidden}


def _not_revisable(draft: Draft, threshold: int, known: Known, feature: str) -> set[Key]:
    """Return the groups whose change since some edition would itself be a group to hide.

    `feature` is that of the editions whose numbers are compared, beside their persons.
    """
    found = _changed_beside(draft, threshold, known)
    left = rests(draft.persons)
    for edition in known.here(draft.basis):
        same = (edition.kpi, edition.feature) == (draft.kpi, feature)
        changes = {
            key: _change(draft, key, edition.cells[key], same=same) if key in edition.cells else n
            for key, n in draft.persons.items()
        }
        changes |= {k: c.persons for k, c in edition.cells.items() if k not in draft.persons}
        rest = rests({key: cell.persons for key, cell in edition.cells.items()})
        moved = {key: abs(n - rest.get(key, n)) for key, n in left.items()}
        cells, of_left = _cells(changes, draft.basis), _cells(moved, draft.basis)
        found |= _kept_back(cells, of_left, threshold, {})
    return found


def _changed_beside(draft: Draft, threshold: int, known: Known) -> set[Key]:
    """Return the groups whose change, minus that of another span, would be a group to hide."""
    if draft.alone or draft.adds_up:
        return set()
    told = [
        (key, draft.persons[key] - cell.persons)
        for edition in known.here(draft.basis) for key, cell in edition.cells.items()
        if not cell.hidden and key in draft.persons
    ]  # fmt: skip
    return {
        key for key, change in told
        if change and tiling.a_change_tells(draft.basis, change, known.changes(key), threshold)
    }  # fmt: skip


def _change(draft: Draft, key: Key, told: Frozen, *, same: bool) -> int:
    """Return of how many persons a group changed, as far as one can see; at least one if at all.

    The persons of a group may be the same and do something else: whoever came late shows there.
    """
    persons = abs(draft.persons[key] - told.persons)
    new, old = draft.numbers[key], told.number
    moved = (new.value, new.numerator) != (old.value, old.numerator)
    if not same or draft.adds_up or not moved:
        return persons
    if draft.of_persons:
        persons = max(persons, abs((new.numerator or 0) - (old.numerator or 0)))
    return max(persons, 1)
