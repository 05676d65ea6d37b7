"""Editions: numbers of a span as they were frozen, and all that a family of them told so far."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations

from msgspec import Struct

from metrics.domain.disclosure import Place
from metrics.domain.families import ALL, Draft, Key
from metrics.domain.numbers import Number
from metrics.domain.series import Span


class Frozen(Struct, frozen=True, kw_only=True):
    """The number of one group in an edition. A hidden one is kept for what comes later."""

    number: Number
    persons: int
    hidden: bool


Cells = Mapping[Key, Frozen]


class Edition(Struct, frozen=True, kw_only=True):
    """One number of one span, frozen; a later revision of it has a higher number."""

    kpi: str
    version: int
    family: str
    feature: str
    span: Span
    basis: Span
    revision: int
    threshold: int
    made_at: datetime
    cells: Cells


class Sought(Struct, frozen=True, kw_only=True):
    """What is asked of the editions. `known`: the one that was current then; None: the last."""

    kpi: str
    version: int
    family: str
    feature: str
    span: Span
    known: datetime | None = None


class Known:
    """What a family told before a draft is frozen: all its editions, oldest first."""

    def __init__(self, editions: Iterable[Edition] = ()) -> None:
        self._here: dict[Span, list[Edition]] = {}
        self._told: dict[Key, dict[Span, list[int]]] = {}  # in the order of telling
        for edition in editions:
            self.add(edition)

    def add(self, edition: Edition) -> None:
        self._here.setdefault(edition.basis, []).append(edition)
        for key, cell in edition.cells.items():
            told = self._told.setdefault(key, {}).setdefault(edition.basis, [])
            if not cell.hidden and told[-1:] != [cell.persons]:
                told.append(cell.persons)

    def here(self, basis: Span) -> list[Edition]:
        """Return the editions of a span, of whichever number of the family."""
        return self._here.get(basis, [])

    def of_span(self, span: Span) -> Iterator[Edition]:
        """Yield the editions that are told of a span, oldest first for each number."""
        for editions in self._here.values():
            yield from (edition for edition in editions if edition.span == span)

    def elsewhere(self, basis: Span) -> Iterator[tuple[Place, int]]:
        """Yield what was told of other spans: places and counts."""
        for (cut, key), told in self._told.items():
            for other, counts in told.items():
                if other != basis:
                    yield from ((Place.of(other, cut, key), n) for n in counts)

    def whole(self) -> list[tuple[Span, int]]:
        """Return of how many persons of the organisation something was told, and in which spans."""
        told = self._told.get(ALL, {})
        return [(span, n) for span, counts in told.items() for n in counts if n]

    def changes(self, key: Key) -> list[tuple[Span, int]]:
        """Return by how many persons a group changed from one edition to a later one, and where."""
        told = self._told.get(key, {})
        return [
            (span, later - earlier)
            for span, counts in told.items() for earlier, later in combinations(counts, 2)
        ]  # fmt: skip

    def agrees(self, draft: Draft) -> bool:
        """Tell whether all that a draft adds up is what was told last of its parts."""
        for span, number in draft.parts.items():
            told = [
                edition.cells[ALL] for edition in self.here(span)
                if (edition.kpi, edition.feature) == (draft.kpi, draft.feature)
            ]  # fmt: skip
            if not told or told[-1].hidden or told[-1].number != number:
                return False
        return True

    def hides_within(self, basis: Span, key: Key) -> bool:
        """Tell whether a shorter span within this one hides a group."""
        return any(
            key in edition.cells and edition.cells[key].hidden
            for other, editions in self._here.items()
            if other != basis and basis.since <= other.since and other.until <= basis.until
            for edition in editions
        )
