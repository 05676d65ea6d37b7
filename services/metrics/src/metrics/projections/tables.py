"""The tables that metrics fills from what it hears; persons are hashes, words there are none.

Tables of facts end in the version of the projection, so that a rebuild fills the next ones beside.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

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


@cache
def fact_tables(version: int) -> FactTables:
    """Return the tables of facts of a version of the projection."""

    def table(name: str, *columns: Column[Any]) -> Table:
        moments = (_moment("occurred_at"), _moment("recorded_at"))
        return Table(f"{name}_fact_v{version}", MetaData(), *columns, *moments)

    return FactTables(
        idea=table(
            "idea", *_stream("idea"), Column("type", Text), Column("state", Text),
            Column("author", LargeBinary), Column("origin", Text), Column("department", Text),
            Column("category", Text), Column("accountable", LargeBinary), _moment("due"),
        ),
        promise=table(
            "promise", *_stream("idea"), Column("step", Text),
            Column("accountable", LargeBinary), _moment("due"),
        ),
        delivery=table(
            "delivery", *_stream("notice"), Column("idea", Uuid), Column("person", LargeBinary),
            Column("kind", Text),
        ),
        listing=table(
            "listing", Column("person", LargeBinary, primary_key=True),
            Column("id", LargeBinary, primary_key=True), Column("department", Text),
        ),
    )  # fmt: skip


def _stream(id_column: str) -> tuple[Column[Any], Column[Any]]:
    return (
        Column(id_column, Uuid, primary_key=True),
        Column("version", BigInteger, primary_key=True),
    )


def _moment(name: str) -> Column[Any]:
    return Column(name, TIMESTAMP(timezone=True))


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
