"""The ledger of use: who (as a hash) used what on which day, and how often."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from chassis.consuming import Heard
from chassis.database import Tx
from contracts.outside import ToolUsageRecorded
from metrics.projections.persons import Hashed

_KINDS = """
INSERT INTO usage_kind
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bool[]) ORDER BY 1
ON CONFLICT DO NOTHING
"""
# In the order of the key, so that two writers wait for each other instead of deadlocking.
_USES = """
INSERT INTO usage_ledger AS l (day, person, kind, recorded, uses)
SELECT u.day, u.person, u.kind, $4, u.uses
FROM unnest($1::date[], $2::bytea[], $3::bigint[], $5::int[]) AS u(day, person, kind, uses)
WHERE NOT EXISTS (SELECT FROM erased_person e WHERE e.person = u.person)
ORDER BY u.day, u.person, u.kind
ON CONFLICT (day, person, kind, recorded) DO UPDATE SET uses = l.uses + excluded.uses
"""
_ERASED = "INSERT INTO erased_person SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING"
# Day by day, because the ledger is ordered by days.
_FORGET = """
DELETE FROM usage_ledger u USING generate_series(
    (SELECT min(day) FROM usage_ledger), (SELECT max(day) FROM usage_ledger), interval '1 day'
) AS d WHERE u.day = d::date AND u.person = ANY($1)
"""
_QUARTER = 900  # seconds; no zone changes its day within one

Kind = tuple[str, str, str | None, bool]


class Ledger:
    """Counts uses; each event is given to it once."""

    def __init__(self, hashed: Hashed, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._hashed = hashed
        self._now = now
        self._zone = zone
        self._local_day = lru_cache(maxsize=100_000)(self._day_of_quarter)

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Add uses: however many events, two statements."""
        kinds: dict[int, Kind] = {}
        uses = self._fold(heard, kinds)
        if not uses:
            return
        rows = [(kind, *said) for kind, said in kinds.items()]
        await tx.raw.execute(_KINDS, *map(list, zip(*rows, strict=True)))
        days, persons, kind_ids = zip(*uses, strict=True)
        today = self._now().astimezone(self._zone).date()
        await tx.raw.execute(_USES, days, persons, kind_ids, today, list(uses.values()))

    def _fold(
        self, heard: Sequence[Heard], kinds: dict[int, Kind]
    ) -> dict[tuple[date, bytes, int], int]:
        hashed, local_day = self._hashed, self._local_day
        uses: Counter[tuple[date, bytes, int]] = Counter()
        for event in heard:
            fact: Any = event.data
            if type(fact) is not ToolUsageRecorded:
                continue
            said: Kind = fact.tool, fact.feature, fact.department, fact.advanced
            kind = kind_of(said)
            kinds[kind] = said
            day = local_day(int(fact.at.timestamp()) // _QUARTER)
            uses[day, hashed(fact.person), kind] += 1
        return uses

    def _day_of_quarter(self, quarter: int) -> date:
        return datetime.fromtimestamp(quarter * _QUARTER, self._zone).date()

    async def erase(self, tx: Tx, persons: Sequence[str]) -> None:
        """Forget persons: their rows now, and what may still come of them."""
        hashes = sorted({self._hashed(person) for person in persons})
        await tx.raw.execute(_ERASED, hashes)
        await tx.raw.execute(_FORGET, hashes)


@lru_cache(maxsize=10_000)
def kind_of(said: Kind) -> int:
    """Return the number of a kind of use: the same in every process, without asking anyone."""
    digest = blake2b(repr(said).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
