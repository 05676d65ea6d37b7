"""From what feedback tells of a pulse to rows: waves, and nameless answers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from chassis.consuming import Heard
from chassis.database import Database
from chassis.projection import active_version
from contracts.pulse import PulseAnswered, WaveClosed, WaveOpened
from metrics.domain.pulse import Given, Wave

WAVES = """
INSERT INTO wave_fact_v{version} SELECT * FROM unnest($1::uuid[], $2::bool[], $3::text[])
ON CONFLICT DO NOTHING
"""
ANSWERS = """
INSERT INTO answer_fact_v{version}
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING
"""
_WAVE = "SELECT opened, told FROM wave_fact_v{version} WHERE wave = $1"
_GIVEN = "SELECT department, answers FROM answer_fact_v{version} WHERE wave = $1"
_opened = msgspec.json.Decoder(WaveOpened)
_closed = msgspec.json.Decoder(WaveClosed)


def wave_row(heard: Heard) -> tuple[Any, ...] | None:
    """Return the row of a wave that was opened or closed."""
    fact = heard.data
    if not isinstance(fact, WaveOpened | WaveClosed):
        return None
    return fact.wave, isinstance(fact, WaveOpened), msgspec.json.encode(fact).decode()


def answer_row(heard: Heard) -> tuple[Any, ...] | None:
    """Return the row of an answer."""
    fact = heard.data
    if not isinstance(fact, PulseAnswered):
        return None
    return fact.answer, fact.wave, fact.department, msgspec.json.encode(fact.answers).decode()


async def find_wave(
    db: Database, named: str, wave: UUID, otherwise: int
) -> tuple[Wave, Sequence[Given]] | None:
    """Return a wave with what was answered; None where nobody opened it, as far as was heard."""
    version = await active_version(db.pool, named) or otherwise
    told = {
        r["opened"]: r["told"] for r in await db.pool.fetch(_WAVE.format(version=version), wave)
    }
    if True not in told:
        return None
    opened = _opened.decode(told[True])
    answered = _closed.decode(told[False]).answered if False in told else None
    rows = await db.pool.fetch(_GIVEN.format(version=version), wave)
    given = [
        Given(department=r["department"], answers=msgspec.json.decode(r["answers"])) for r in rows
    ]
    found = Wave(
        wave=wave, opened=opened.at, questions=opened.questions, invited=opened.invited,
        departments=opened.departments, answered=answered,
    )  # fmt: skip
    return found, given
