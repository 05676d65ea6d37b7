"""Reads what people did, who was in the directory, what tools offer and what was reported."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.facts import Doing, Report, Standing, ToolFact
from metrics.domain.periods import Window
from metrics.projections.persons import HASH_BYTES

# Whether facts count, in the words of SQL; `known` is null where all that is recorded counts.
_COUNTS = """
WHERE occurred_at < :at AND (CAST(:known AS timestamptz) IS NULL OR recorded_at < :known)
"""


class Doings:
    """Reads over one connection, from one version of the tables."""

    def __init__(self, connection: AsyncConnection, window: Window, version: int) -> None:
        self._connection, self._window, self._version = connection, window, version

    async def doings(self) -> tuple[Doing, ...]:
        return tuple([
            Doing(**{**row, "others": _persons(row["others"])})
            for row in await self._rows("doing")
        ])  # fmt: skip

    async def standings(self) -> tuple[Standing, ...]:
        return tuple([
            Standing(**{**row, "attributes": msgspec.json.decode(row["attributes"])})
            for row in await self._rows("standing")
        ])  # fmt: skip

    async def tools(self) -> tuple[ToolFact, ...]:
        return tuple([
            ToolFact(
                **{
                    **row, "features": msgspec.json.decode(row["features"]),
                    "audience": tuple(msgspec.json.decode(row["audience"])),
                }
            )
            for row in await self._rows("tool")
        ])  # fmt: skip

    async def reports(self) -> tuple[Report, ...]:
        return tuple([
            Report(**{**row, "amounts": msgspec.json.decode(row["amounts"])})
            for row in await self._rows("report")
        ])  # fmt: skip

    async def _rows(self, table: str) -> Sequence[Any]:
        query = text(f"SELECT * FROM {table}_fact_v{self._version} {_COUNTS}")  # noqa: S608 - ours
        given = {"at": self._window.at, "known": self._window.known}
        return (await self._connection.execute(query, given)).mappings().fetchall()


def _persons(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[n : n + HASH_BYTES] for n in range(0, len(joined), HASH_BYTES))
