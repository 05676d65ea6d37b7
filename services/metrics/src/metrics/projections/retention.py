"""Once a day the rows of persons that are too old go; their months are frozen as counts before."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from chassis.components import Loop
from chassis.database import Database, Tx
from metrics.domain.answers import Question, counted
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Directory
from metrics.domain.periods import kept_from, next_month, window
from metrics.projections import editions
from metrics.projections.editions import Month
from metrics.projections.making import ASKED, KIND
from metrics.projections.reading import Reading

log = structlog.get_logger()

_LOCK = 0x6B69656D_0016  # one replica at a time
# Nothing came for the month today: an import that is still running is waited for.
_DUE = """
SELECT k.tool, date_trunc('month', l.day)::date AS month FROM usage_ledger l
JOIN usage_kind k USING (kind) WHERE l.day < $2
GROUP BY 1, 2 HAVING min(l.day) < $1 AND max(l.recorded) < $3 ORDER BY 2, 1
"""
# Editions are made of rows: of an import that rests, or of a round that has not ended, they stay.
_EDITIONS_DUE = """
SELECT EXISTS (SELECT FROM edition_rest WHERE until > $1)
    OR EXISTS (SELECT FROM timer WHERE kind = ANY($2) AND due <= $1)
"""
_FIRST = """
INSERT INTO first_use (person, tool, day)
SELECT l.person, $1, min(l.day) FROM usage_ledger l JOIN usage_kind k USING (kind)
WHERE k.tool = $1 AND l.day >= $2 AND l.day < $3 AND l.recorded < $4
    AND NOT EXISTS (SELECT FROM left_person g WHERE g.person = l.person)
    AND NOT EXISTS (SELECT FROM erased_person g WHERE g.person = l.person)
GROUP BY l.person ORDER BY l.person
ON CONFLICT (person, tool) DO UPDATE SET day = least(first_use.day, excluded.day)
"""
_DROP = """
DELETE FROM usage_ledger l USING usage_kind k
WHERE k.kind = l.kind AND k.tool = $1 AND l.day >= $2 AND l.day < $3 AND l.recorded < $4
"""


class Retention(Loop):
    """Drops rows of persons by domain time; what numbers say stays."""

    rests, trouble = 30.0, "retention.interrupted"

    def __init__(self, db: Database, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._db, self._zone, self._now = db, zone, now
        self._done: date | None = None

    async def step(self) -> None:
        """Do it, once on every day of domain time."""
        today = self.today()
        if today == self._done or await self.waits():
            return
        dropped = await self.once(today)
        if dropped is not None:
            self._done = today
            log.info("retention.done", dropped=dropped, kept_from=str(kept_from(today)))

    async def waits(self) -> bool:
        """Tell whether editions are still to be made of what would go."""
        due = await self._db.pool.fetchval(_EDITIONS_DUE, self._now(), [KIND, ASKED])
        return bool(due)

    def today(self) -> date:
        return self._now().astimezone(self._zone).date()

    async def once(self, today: date) -> int:
        """Freeze and drop what is due on a day, month by month; return how many rows went."""
        first = kept_from(today)
        due = await self._db.pool.fetch(_DUE, first, next_month(first), today)
        dropped = 0
        for row in due:
            self.alive()
            async with self._db.transaction() as tx:
                if not await tx.raw.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
                    return dropped
                dropped += await self._drop(tx, (row["tool"], row["month"]), first, today)
        return dropped

    async def _drop(self, tx: Tx, month: Month, first: date, today: date) -> int:
        if not await editions.find_frozen(tx, [month]):
            await self._freeze(tx, month)
        tool, begins = month
        given = tool, begins, min(first, next_month(begins)), today
        await tx.raw.execute(_FIRST, *given)
        done: str = await tx.raw.execute(_DROP, *given)
        return int(done.rpartition(" ")[2])

    async def _freeze(self, tx: Tx, month: Month) -> None:
        tool, begins = month
        meant = window(self._zone, self._now(), since=begins, until=next_month(begins))
        asked = Question(kpi=REGISTER["active_users"], window=meant, by="department", tool=tool)
        facts = await Reading(tx.sql, self._zone).uses(asked)
        if facts.usage:
            found = counted(facts.usage, Directory(facts.listings), self._zone)
            await editions.keep(tx, month, found)
