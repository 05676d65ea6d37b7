"""The editions as they are kept: frozen ones are added, none is ever changed."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from chassis.database import Tx
from metrics.domain.closing import Subject, subject_of
from metrics.domain.editions import Cells, Edition, Frozen, Sought
from metrics.domain.families import Key
from metrics.domain.numbers import Exact, Number
from metrics.domain.series import Span

_ADD = """
INSERT INTO edition (kpi, version, family, feature, since, until, basis_since, basis_until,
    revision, threshold, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id
"""
_ADD_CELLS = """
INSERT INTO edition_cell (edition, cut, key, persons, hidden, value, numerator, denominator, n,
    reason, beside, unit)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bool[], $6::text[],
    $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[])
"""
_CELLS = """
SELECT edition, cut, key, persons, hidden, value, numerator, denominator, n, reason, beside, unit
FROM edition_cell WHERE edition = ANY($1::bigint[]) ORDER BY edition, cut, key
"""
_FAMILY = "SELECT * FROM edition WHERE family = $1 ORDER BY id"
# A feature that nobody used has no edition of its own: the nameless one is for all of those.
_CURRENT = """
SELECT * FROM edition
WHERE kpi = $1 AND version = $2 AND family = $3 AND feature IN ($4, '') AND since = $5
    AND until = $6 AND ($7::timestamptz IS NULL OR made_at < $7)
ORDER BY feature DESC, revision DESC LIMIT 1
"""
_LAST = """
SELECT id, kpi, version, substr(family, length(split_part(family, ':', 1)) + 2) AS about, feature,
    since, until, revision, threshold, made_at,
    (SELECT count(*) FROM edition_cell c WHERE c.edition = e.id) AS groups
FROM edition e WHERE ($1::text IS NULL OR kpi = $1) AND ($2::bigint IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3
"""
_AFTER = """
SELECT e.*, b.id AS before FROM edition e LEFT JOIN edition b ON b.revision = e.revision - 1 AND
    (b.kpi, b.family, b.feature, b.since, b.until, b.version)
    = (e.kpi, e.family, e.feature, e.since, e.until, e.version)
WHERE e.id > $1 ORDER BY e.id LIMIT $2
"""
_BY_ID = "SELECT * FROM edition WHERE id = ANY($1::bigint[])"
_HIDDEN = """
SELECT edition, cut, key FROM edition_cell WHERE edition = ANY($1::bigint[]) AND hidden
ORDER BY edition, cut, key
"""
_ABOUT = """
SELECT DISTINCT kpi, split_part(family, ':', 1) AS kind, feature,
    substr(family, length(split_part(family, ':', 1)) + 2) AS about
FROM edition WHERE family LIKE '%:%' ORDER BY about, kpi, feature
"""
_DONE = """
SELECT DISTINCT kpi, since, until FROM edition
JOIN unnest($2::text[], $3::int[]) AS now(kpi, version) USING (kpi, version) WHERE family = $1
"""


async def add(tx: Tx, edition: Edition) -> None:
    """Keep an edition for ever."""
    e = edition
    name = await tx.raw.fetchval(
        _ADD, e.kpi, e.version, e.family, e.feature, e.span.since, e.span.until, e.basis.since,
        e.basis.until, e.revision, e.threshold, e.made_at,
    )  # fmt: skip
    rows = [_row(key, cell) for key, cell in e.cells.items()]
    if rows:
        await tx.raw.execute(_ADD_CELLS, name, *map(list, zip(*rows, strict=True)))


async def of_family(raw: Any, family: str) -> list[Edition]:
    """Return all editions of a family, oldest first."""
    return await _with_cells(raw, await raw.fetch(_FAMILY, family))


async def current(raw: Any, sought: Sought) -> Edition | None:
    """Return the edition of a number that is the last, or was the last at a moment."""
    s = sought
    rows = await raw.fetch(
        _CURRENT, s.kpi, s.version, s.family, s.feature, s.span.since, s.span.until, s.known
    )
    found = await _with_cells(raw, rows)
    return found[0] if found else None


async def done(raw: Any, family: str, versions: Mapping[str, int]) -> set[tuple[str, Span]]:
    """Return the numbers and spans of a family that have an edition, by today's definition."""
    rows = await raw.fetch(_DONE, family, list(versions), list(versions.values()))
    return {(row["kpi"], Span(row["since"], row["until"])) for row in rows}


async def listed(
    raw: Any, kpi: str | None, before: int | None, limit: int
) -> list[dict[str, Any]]:  # fmt: skip
    """Return editions with the groups they hide, and no number; the latest first."""
    found = {r["id"]: dict(r) | {"hidden": []} for r in await raw.fetch(_LAST, kpi, before, limit)}
    for cell in await raw.fetch(_HIDDEN, list(found)):
        found[cell["edition"]]["hidden"].append({"cut": cell["cut"], "key": cell["key"]})
    return list(found.values())


async def after(raw: Any, name: int, limit: int) -> list[tuple[int, Edition, Cells]]:
    """Return the editions behind an id, each with what the revision before it said."""
    rows = await raw.fetch(_AFTER, name, limit)
    editions = await _with_cells(raw, rows)
    earlier = await raw.fetch(_BY_ID, [row["before"] for row in rows])
    cells = {row["id"]: e.cells for row, e in zip(earlier, await _with_cells(raw, earlier),
                                                  strict=True)}  # fmt: skip
    return [
        (row["id"], edition, cells.get(row["before"], {}))
        for row, edition in zip(rows, editions, strict=True)
    ]


async def subjects(raw: Any) -> list[Subject]:
    """Return what there are editions of: numbers with the tool, feature or measure they tell of."""
    return [
        subject_of(row["kpi"], row["kind"], row["about"], row["feature"])
        for row in await raw.fetch(_ABOUT)
    ]


async def _with_cells(raw: Any, rows: Sequence[Any]) -> list[Edition]:
    cells: dict[int, dict[Key, Frozen]] = {row["id"]: {} for row in rows}
    for cell in await raw.fetch(_CELLS, list(cells)):
        cells[cell["edition"]][cell["cut"], cell["key"]] = _cell(cell)
    return [
        Edition(
            kpi=r["kpi"], version=r["version"], family=r["family"], feature=r["feature"],
            span=Span(r["since"], r["until"]), basis=Span(r["basis_since"], r["basis_until"]),
            revision=r["revision"], threshold=r["threshold"], made_at=r["made_at"],
            cells=cells[r["id"]],
        )
        for r in rows
    ]  # fmt: skip


def _row(key: Key, cell: Frozen) -> tuple[Any, ...]:
    number = cell.number
    beside = {name: _text(value) for name, value in number.beside.items()}
    return (
        *key, cell.persons, cell.hidden, _text(number.value), number.numerator,
        number.denominator, number.n, number.reason, msgspec.json.encode(beside).decode(),
        number.unit,
    )  # fmt: skip


def _cell(row: Any) -> Frozen:
    beside = msgspec.json.decode(row["beside"], type=dict[str, str | None])
    number = Number(
        value=_exact(row["value"]), n=row["n"], numerator=row["numerator"],
        denominator=row["denominator"], reason=row["reason"],
        beside={name: _exact(value) for name, value in beside.items()}, unit=row["unit"],
    )  # fmt: skip
    return Frozen(number=number, persons=row["persons"], hidden=row["hidden"])


def _text(value: Exact | None) -> str | None:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else (
        None if value is None else str(value))  # fmt: skip


def _exact(said: str | None) -> Exact | None:
    """Return a whole number as it was one, and any other as the fraction it was."""
    if said is None:
        return None
    return Fraction(said) if "/" in said else int(said)
