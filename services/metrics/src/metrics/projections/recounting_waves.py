"""Recounts waves of a pulse from the journal, and holds them against what is told of them.

What it answers is about waves only: no number, and no group that is hidden.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec

from chassis.database import Database
from metrics.domain.council import Standing
from metrics.domain.definitions import REGISTER
from metrics.domain.numbers import Exact
from metrics.domain.pulse import Given, Result, Wave, is_whole, kpi_of, result
from metrics.recount.heard import Fact, Figure, Key
from metrics.recount.waves import apart, instruments, is_over, of_wave, once

Read = Callable[[UUID], Awaitable[tuple[Wave, Sequence[Given]] | None]]
Stands = Callable[[str], Awaitable[Standing]]
"""Says how a number stands with the works council: under which threshold groups are hidden."""

_WAVES = """
SELECT DISTINCT data ->> 'wave' AS wave FROM journal WHERE split_part(type, '.', 3) = 'WaveOpened'
ORDER BY 1
"""
_FACTS = """
SELECT split_part(type, '.', 3) AS name, data::text AS data, occurred_at, source, id FROM journal
WHERE split_part(type, '.', 3) IN ('WaveOpened', 'WaveClosed', 'PulseAnswered')
    AND data ->> 'wave' = $1
"""


class Waves:
    """Recounts each wave that is over. `read` finds it as it is told."""

    def __init__(self, db: Database, read: Read, stands: Stands) -> None:
        self._db, self._read, self._stands = db, read, stands

    async def again(self) -> list[dict[str, Any]]:
        """Return of each instrument of each wave that is over whether it comes to the same."""
        found = []
        for row in await self._db.pool.fetch(_WAVES):
            found += await self._wave(row["wave"])
        return found

    async def _wave(self, wave: str) -> list[dict[str, Any]]:
        rows = await self._db.pool.fetch(_FACTS, wave)
        facts = [
            Fact(r["name"], msgspec.json.decode(r["data"]), r["occurred_at"], r["source"], r["id"])
            for r in rows
        ]  # fmt: skip
        opened, closed = once(facts, "WaveOpened", wave)[0], once(facts, "WaveClosed", wave)
        answers = once(facts, "PulseAnswered", wave)
        told = await self._read(UUID(wave))
        over = is_over(closed[0] if closed else None, answers)
        if not over and (told is None or not is_whole(*told)):
            return []
        found = []
        for instrument in instruments(opened):
            wrong = ["it is told before it is whole, or not though it is"]
            if told is not None and over and is_whole(*told):
                kpi = REGISTER[kpi_of(instrument)]
                least = (await self._stands(kpi.id)).threshold_of(kpi)
                shown = result(*told, instrument, least)
                again = await asyncio.to_thread(of_wave, opened, answers, instrument, least)
                wrong = apart(again, _told(shown), _hidden(shown))
            found.append({
                "wave": UUID(wave), "opened": opened["at"], "instrument": instrument,
                "outcome": "different" if wrong else "equal", "groups": wrong,
            })  # fmt: skip
        return found


def _hidden(shown: Result) -> list[Key]:
    return [key for key, number in shown.numbers.items() if number.reason == "suppressed"]


def _told(shown: Result) -> dict[Key, Figure]:
    return {
        key: Figure(
            _exact(number.value), number.n,
            beside={**{name: _exact(value) for name, value in number.beside.items()},
                    "response": _exact(shown.response[key].value)},
        )
        for key, number in shown.numbers.items() if number.reason != "suppressed"
    }  # fmt: skip


def _exact(value: Exact | None) -> Fraction | None:
    return None if value is None else Fraction(value)
