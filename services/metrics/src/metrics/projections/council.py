"""How each number stands with the works council, and which questions were refused."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from chassis.commands import Commands
from chassis.database import Database
from chassis.decider import NotFound
from chassis.process import Parts
from contracts.metrics import KpiEvent
from metrics.domain.closing import beside
from metrics.domain.council import KpiCommand, Standing, decider

# Who asked is not kept: it is about the questions, not about whoever asks.
_REFUSED = """
INSERT INTO refused_question_v1 AS r (day, kpi, asked, why, times) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (day, kpi, asked, why) DO UPDATE SET times = r.times + 1
"""
_QUESTIONS = """
SELECT day, kpi, asked, why, times FROM refused_question_v1 ORDER BY day DESC, kpi, asked LIMIT $1
"""
MOST = 1_000


class Council:
    """The register of numbers about people, with the council's decisions."""

    def __init__(self, parts: Parts) -> None:
        self._db: Database = parts.db
        self.commands: Commands[Standing, KpiCommand, KpiEvent] = parts.commands(decider, "kpi")

    async def standing(self, kpi: str) -> Standing:
        """Return how a number stands; one that nobody decided on yet is pending.

        It is told from the highest threshold of the numbers that rest on the same persons: what
        one of them hides would else stand in another, as the number of persons there.
        """
        own, *others = await asyncio.gather(*map(self._decided_on, (kpi, *beside(kpi))))
        least = [o.threshold for o in others if o.version is not None]
        return replace(own, threshold=max([own.threshold, *least]))

    async def _decided_on(self, kpi: str) -> Standing:
        try:
            return (await self.commands.state(kpi))[0]
        except NotFound:
            return Standing()

    async def decided(self, kpi: str) -> list[Any]:
        """Return all that was decided on a number, in order."""
        try:
            return [recorded.data for recorded in await self.commands.history(kpi)]
        except NotFound:
            return []

    async def note_refused(self, day: date, kpi: str, asked: str, why: str) -> None:
        """Note that a question about people was refused."""
        await self._db.pool.execute(_REFUSED, day, kpi, asked, why)

    async def refused(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._db.pool.fetch(_QUESTIONS, MOST)]
