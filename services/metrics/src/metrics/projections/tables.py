"""The tables that metrics fills from what it hears; persons are hashes, words there are none.

Tables of facts end in the version of the projection, so that a rebuild fills the next ones beside.
"""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)  # fmt: skip

METADATA = MetaData()


@dataclass(frozen=True)
class FactTables:
    """One version of the tables of facts."""

    idea: Table
    promise: Table
    delivery: Table
    listing: Table


def _moment(name: str) -> Column[object]:
    return Column(name, TIMESTAMP(timezone=True))


@cache
def fact_tables(version: int) -> FactTables:
    """Return the tables of facts of a version of the projection."""
    metadata = MetaData()
    return FactTables(
        idea=Table(
            f"idea_fact_v{version}", metadata,
            Column("idea", Uuid, primary_key=True), Column("version", BigInteger, primary_key=True),
            Column("type", Text), Column("state", Text), _moment("occurred_at"),
            _moment("recorded_at"), Column("author", LargeBinary), Column("origin", Text),
            Column("department", Text), Column("category", Text),
            Column("accountable", LargeBinary), _moment("due"),
        ),
        promise=Table(
            f"promise_fact_v{version}", metadata,
            Column("idea", Uuid, primary_key=True), Column("version", BigInteger, primary_key=True),
            Column("step", Text), Column("accountable", LargeBinary), _moment("due"),
            _moment("occurred_at"), _moment("recorded_at"),
        ),
        delivery=Table(
            f"delivery_fact_v{version}", metadata,
            Column("notice", Uuid, primary_key=True),
            Column("version", BigInteger, primary_key=True), Column("idea", Uuid),
            Column("person", LargeBinary), Column("kind", Text),
            _moment("occurred_at"), _moment("recorded_at"),
        ),
        listing=Table(
            f"listing_fact_v{version}", metadata,
            Column("person", LargeBinary, primary_key=True),
            Column("id", LargeBinary, primary_key=True), Column("department", Text),
            _moment("occurred_at"), _moment("recorded_at"),
        ),
    )  # fmt: skip


USAGE_KIND = Table(
    "usage_kind", METADATA,
    Column("kind", BigInteger, primary_key=True), Column("tool", Text), Column("feature", Text),
    Column("department", Text), Column("advanced", Boolean),
)  # fmt: skip
USAGE_LEDGER = Table(
    "usage_ledger", METADATA,
    Column("day", Date, primary_key=True), Column("person", LargeBinary, primary_key=True),
    Column("kind", BigInteger, primary_key=True), Column("recorded", Date, primary_key=True),
    Column("uses", Integer),
)  # fmt: skip
ERASED = Table("erased_person", METADATA, Column("person", LargeBinary, primary_key=True))
