"""The ledger of use: who (as a hash) used what on which day, and how often."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from chassis.consuming import Heard
from chassis.consuming.dedupe import inbox_id
from chassis.database import Database, Tx, columns
from contracts.outside import PersonLeft, PersonListed, ToolUsageRecorded, ToolUsageReported
from metrics.domain.admission import monday
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
ORDER BY u.day, u.person, u.kind
ON CONFLICT (day, person, kind, recorded) DO UPDATE SET uses = l.uses + excluded.uses
"""
# A report says how many, not how many more: the last one of a week holds, the others stay known.
_REPORTED = """
INSERT INTO usage_report
    (id, tool, feature, department, week, users, uses, reported_at, recorded_at)
SELECT *, $9 FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[],
    $5::date[], $6::bigint[], $7::bigint[], $8::timestamptz[])
ON CONFLICT DO NOTHING
"""
_GONE = "SELECT person FROM erased_person WHERE person = ANY($1::bytea[])"
_ERASED = "INSERT INTO erased_person SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING"
# Day by day, because the ledger is ordered by days.
_FORGET = """
DELETE FROM usage_ledger u USING generate_series(
    (SELECT min(day) FROM usage_ledger), (SELECT max(day) FROM usage_ledger), interval '1 day'
) AS d WHERE u.day = d::date AND u.person = ANY($1)
"""
_FORGET_FIRST = "DELETE FROM first_use WHERE person = ANY($1)"
_LEFT = """
INSERT INTO left_person (person, left_at) SELECT * FROM unnest($1::bytea[], $2::timestamptz[])
ON CONFLICT (person) DO UPDATE SET left_at = greatest(left_person.left_at, excluded.left_at)
"""
_BACK = """
DELETE FROM left_person l USING unnest($1::bytea[], $2::timestamptz[]) AS b(person, at)
WHERE l.person = b.person AND l.left_at < b.at
"""
_QUARTER = 900  # seconds; no zone changes its day within one

_REMEMBERED = 100_000

Kind = tuple[str, str, str | None, bool]
Use = tuple[date, bytes, Kind]


class Ledger:
    """Counts uses; each event is given to it once."""

    def __init__(self, hashed: Hashed, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._hashed = hashed
        self._now = now
        self._zone = zone
        self._day = lru_cache(maxsize=_REMEMBERED)(self._day_of_quarter)
        self._kind = lru_cache(maxsize=_REMEMBERED)(_number)

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Add uses: however many events, three statements; and what others counted themselves."""
        if reports := [_report(each) for each in heard if type(each.data) is ToolUsageReported]:
            await tx.raw.execute(_REPORTED, *columns(reports, 8), self._now())
        uses = await self._without_erased(tx, self._fold(heard))
        if not uses:
            return
        kinds = sorted({(self._kind(said), *said) for _, _, said in uses})
        await tx.raw.execute(_KINDS, *map(list, zip(*kinds, strict=True)))
        days, persons, said = zip(*uses, strict=True)
        today = self._now().astimezone(self._zone).date()
        numbers = list(map(self._kind, said))
        await tx.raw.execute(_USES, days, persons, numbers, today, list(uses.values()))

    def _fold(self, heard: Sequence[Heard]) -> dict[Use, int]:
        """Add up events: this runs for each of them, so it does little."""
        hashed, day = self._hashed, self._day
        uses: defaultdict[Use, int] = defaultdict(int)
        for event in heard:
            fact: Any = event.data
            if type(fact) is ToolUsageRecorded:
                said = fact.tool, fact.feature, fact.department, fact.advanced
                uses[day(int(fact.at.timestamp()) // _QUARTER), hashed(fact.person), said] += 1
        return uses

    async def _without_erased(self, tx: Tx, uses: dict[Use, int]) -> dict[Use, int]:
        persons = sorted({person for _, person, _ in uses})
        erased = {bytes(row["person"]) for row in await tx.raw.fetch(_GONE, persons)}
        return {use: n for use, n in uses.items() if use[1] not in erased} if erased else uses

    def month(self, at: datetime) -> date:
        """Return the first day of the local month of a moment."""
        return at.astimezone(self._zone).date().replace(day=1)

    def _day_of_quarter(self, quarter: int) -> date:
        return datetime.fromtimestamp(quarter * _QUARTER, self._zone).date()

    async def is_erased(self, db: Database, person: str) -> bool:
        """Tell whether a person was erased; whether they used anything is told to nobody."""
        return bool(await db.pool.fetch(_GONE, [self._hashed(person)]))

    async def erase(self, tx: Tx, persons: Sequence[str]) -> None:
        """Forget persons: their rows now, and what may still come of them."""
        hashes = sorted({self._hashed(person) for person in persons})
        await tx.raw.execute(_ERASED, hashes)
        await tx.raw.execute(_FORGET, hashes)
        await tx.raw.execute(_FORGET_FIRST, hashes)

    async def note_moves(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Forget when somebody first used a tool once they left; who is back begins anew."""
        left: dict[bytes, datetime] = {}
        back: dict[bytes, datetime] = {}
        for event in heard:
            if isinstance(event.data, PersonLeft | PersonListed):
                which = left if isinstance(event.data, PersonLeft) else back
                person = self._hashed(event.data.person)
                which[person] = max(event.data.at, which.get(person, event.data.at))
        if left:
            await tx.raw.execute(_LEFT, list(left), list(left.values()))
        if back:
            await tx.raw.execute(_BACK, list(back), list(back.values()))
        if gone := [person for person, at in left.items() if back.get(person, at) <= at]:
            await tx.raw.execute(_FORGET_FIRST, gone)


def _report(heard: Heard) -> tuple[Any, ...]:
    said: ToolUsageReported = heard.data
    return (
        inbox_id(heard.source, heard.id), said.tool, said.feature, said.department,
        monday(said.week), said.users, said.uses, said.at,
    )  # fmt: skip


def _number(said: Kind) -> int:
    """Return the number of a kind of use: the same in every process, without asking anyone."""
    digest = blake2b(repr(said).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
