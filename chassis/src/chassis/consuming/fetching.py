"""Fetches for FastStream, and loses nothing where the library can't read a record.

aiokafka fails at such a record (a header whose name is no text is enough, or a batch that is
damaged) after it took what it had of other partitions, drops that, and fails there again the next
time. So all is fetched again, partition by partition, and the one with the record is stopped.
"""

from contextlib import suppress
from typing import Any

from aiokafka import ConsumerStoppedError
from aiokafka.errors import CorruptRecordException, KafkaError, UnsupportedCodecError

from chassis import components
from chassis.consuming.claims import Claims
from chassis.consuming.reading import Claim, Record
from chassis.log import log

WAIT_MS = 1_000  # for a record: one that comes meanwhile is returned at once


class Fetching:
    """Stands in for the `getmany` of a consumer: what it returns follows the claims' positions."""

    def __init__(self, kafka: Any, claims: Claims) -> None:
        self._kafka, self._claims, self._getmany = kafka, claims, kafka.getmany

    async def getmany(self, *, timeout_ms: float, max_records: int) -> dict[Any, list[Record]]:  # noqa: ARG002
        """Return records by partition, from where the effects of each ended.

        It waits as long as it likes: FastStream would not hear what comes while it waits as long
        again.
        """
        try:
            found: dict[Any, list[Record]] = await self._getmany(
                timeout_ms=WAIT_MS, max_records=max_records
            )
        except Exception as error:  # whatever a record makes the library raise
            if not _unreadable(error):
                raise
            log.warning("consumer.unreadable", error=type(error).__name__)
            with suppress(*components.PASSING):
                async with self._claims.busy:
                    return await self._one_by_one(max_records)
            return {}
        return found

    async def _one_by_one(self, left: int) -> dict[Any, list[Record]]:
        held = self._claims.held()
        for claim in held.values():
            self._claims.seek(claim)
        if stopped := [tp for tp, claim in held.items() if claim.stopped]:
            await self._claims.claim(stopped)  # an operator may have resumed it; else it rests
        ends = await self._kafka.end_offsets(list(held)) if held else {}
        found: dict[Any, list[Record]] = {}
        for tp, claim in held.items():
            if left and not claim.stopped and ends[tp] > claim.position:
                found[tp] = await self._readable(claim, left)
                left -= len(found[tp])
        return found

    async def _readable(self, claim: Claim, most: int) -> list[Record]:
        """Return what comes before a record that can't be read; stop where it comes first."""
        records: list[Record] = []
        try:
            while len(records) < most and (
                got := await self._getmany(claim.partition, timeout_ms=WAIT_MS, max_records=1)
            ):
                records += got[claim.partition]
        except Exception as error:
            if not _unreadable(error):
                raise
            if not records:
                why = f"what follows {claim.position} can't be read ({type(error).__name__})"
                await self._claims.stop(claim, f"{why}: resume behind it")
        return records


def _unreadable(error: Exception) -> bool:
    if isinstance(error, KafkaError):
        return isinstance(error, CorruptRecordException | UnsupportedCodecError)
    return not isinstance(error, ConsumerStoppedError)
