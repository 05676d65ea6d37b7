"""Months of tools, frozen as counts: what numbers are made of once the rows of persons are gone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from metrics.domain.facts import Counted, Counts

ORGANISATION = ""  # in the column of departments: no department has an empty name

_FIND = text("""
SELECT department, measure, feature, persons FROM usage_edition
WHERE tool = :tool AND month = :month
""")
_KEEP = """
INSERT INTO usage_edition (tool, month, department, measure, feature, persons)
SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::int[])
ON CONFLICT DO NOTHING
"""
_FROZEN = """
SELECT DISTINCT tool, month FROM usage_edition
JOIN unnest($1::text[], $2::date[]) AS w(tool, month) USING (tool, month)
"""
Month = tuple[str, date]
"""A tool, and the first day of a month."""


async def find_edition(
    connection: AsyncConnection, tool: str | None, month: date
) -> Counted | None:
    """Return a month of a tool, if it is frozen."""
    rows = (await connection.execute(_FIND, {"tool": tool, "month": month})).all()
    if not rows:
        return None
    persons: defaultdict[str, dict[str, int]] = defaultdict(dict)
    features: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row.measure == "feature":
            features[row.department][row.feature] = row.persons
        else:
            persons[row.department][row.measure] = row.persons
    groups = {
        name: Counts(
            persons=found["active"], advanced=found["advanced"], features=features[name]
        )
        for name, found in persons.items()
    }  # fmt: skip
    return Counted(whole=groups.pop(ORGANISATION), departments=groups)


async def keep(tx: Tx, month: Month, edition: Counted) -> None:
    """Freeze a month; one that is frozen stays as it is."""
    rows = [
        (name, measure, feature, persons)
        for name, counts in ((ORGANISATION, edition.whole), *edition.departments.items())
        for measure, feature, persons in _measures(counts)
    ]
    await tx.raw.execute(_KEEP, *month, *map(list, zip(*rows, strict=True)))


async def find_frozen(tx: Tx, months: Collection[Month]) -> frozenset[Month]:
    """Return those of some months that are frozen."""
    rows = await tx.raw.fetch(_FROZEN, [tool for tool, _ in months], [day for _, day in months])
    return frozenset((row["tool"], row["month"]) for row in rows)


def _measures(counts: Counts) -> Sequence[tuple[str, str, int]]:
    features = [("feature", name, persons) for name, persons in counts.features.items()]
    return [("active", "", counts.persons), ("advanced", "", counts.advanced), *features]
