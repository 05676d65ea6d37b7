"""What can be computed from sums that are told: linear algebra, exact, over a large prime field."""

from collections.abc import Iterable, Mapping

PRIME = 2**61 - 1
Row = dict[int, int]


class Span:
    """All that adding and subtracting the rows given so far can make."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}

    def add(self, row: Mapping[int, int]) -> None:
        """Add a row, unless it can be made already."""
        rest = self._reduced(row)
        if rest:
            pivot = min(rest)
            inverse = pow(rest[pivot], -1, PRIME)
            self._rows[pivot] = {at: value * inverse % PRIME for at, value in rest.items()}

    def makes(self, row: Mapping[int, int]) -> bool:
        """Tell whether a row can be made of those given."""
        return not self._reduced(row)

    def _reduced(self, row: Mapping[int, int]) -> Row:
        rest = {at: value % PRIME for at, value in row.items() if value % PRIME}
        done: set[int] = set()
        while open_ := rest.keys() - done:
            at = min(open_)
            done.add(at)
            if (known := self._rows.get(at)) is not None:
                _subtract(rest, known, rest[at])
        return rest


def _subtract(rest: Row, known: Row, times: int) -> None:
    for at, value in known.items():
        left = (rest.get(at, 0) - times * value) % PRIME
        if left:
            rest[at] = left
        else:
            rest.pop(at, None)


def made_of(rows: Iterable[Mapping[int, int]]) -> Span:
    """Return all that can be made of some rows."""
    found = Span()
    for row in rows:
        found.add(row)
    return found
