"""What a pulse came to: of waves that are over, with the consent of the works council."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.decider import NotFound, Rejected
from chassis.http import Caller, caller
from metrics.domain.asking import Day
from metrics.domain.council import Standing
from metrics.domain.definitions import REGISTER
from metrics.domain.numbers import Number, Reason, rounded
from metrics.domain.pulse import ALL, Given, Key, Wave, instruments, is_whole, kpi_of, result

Read = Callable[[UUID], Awaitable[tuple[Wave, Sequence[Given]] | None]]
"""Finds a wave with all that was answered; None where there is no such wave."""


class TheWaveIsNotOver(Rejected):
    """A wave is told once it is over and every answer was counted. Ask again after its end."""


class Told(BaseModel):
    """A number of a group; without a value `reason` says why. `response` is of those asked."""

    value: float | None
    n: int | None
    reason: Reason | None = None
    response: float | None = None
    beside: dict[str, float | None] = {}


class Instrument(BaseModel):
    """One instrument of a wave: the house, and each department."""

    instrument: str
    kpi: str
    threshold: int
    whole: Told
    departments: dict[str, Told]


class Pulse(BaseModel):
    """What a wave came to."""

    wave: UUID
    opened: datetime
    instruments: list[Instrument]


def pulse(
    read: Read, today: Callable[[], Day], standing: Callable[[str], Awaitable[Standing]]
) -> APIRouter:
    """Return the route that tells a wave."""
    router = APIRouter(prefix="/v1", tags=["kpis"])

    @router.get("/pulse/waves/{wave}", summary="What people answered in a wave, as numbers")
    async def read_wave(_: Annotated[Caller, Depends(caller())], wave: UUID) -> Pulse:
        found = await read(wave)
        if found is None:
            raise NotFound
        if not is_whole(*found):
            raise TheWaveIsNotOver
        day = today()
        told = [
            await _instrument(found[0], found[1], name, day, standing)
            for name in instruments(found[0])
        ]
        return Pulse(wave=wave, opened=found[0].opened, instruments=told)

    return router


async def _instrument(
    wave: Wave, given: Sequence[Given], name: str, day: Day,
    standing: Callable[[str], Awaitable[Standing]],
) -> Instrument:  # fmt: skip
    kpi = REGISTER[kpi_of(name)]
    stands = await standing(kpi.id)
    threshold = stands.threshold_of(kpi)
    if not stands.allows(kpi, day.now.astimezone(day.zone).date()):
        pending = Told(value=None, n=None, reason="pending_consent")
        return Instrument(
            instrument=name, kpi=kpi.id, threshold=threshold, whole=pending, departments={}
        )
    found = result(wave, given, name, threshold)
    cells = {key: _told(found.numbers[key], found.response[key]) for key in found.numbers}
    return Instrument(
        instrument=name, kpi=kpi.id, threshold=threshold, whole=cells[ALL],
        departments=_departments(cells),
    )  # fmt: skip


def _departments(cells: dict[Key, Told]) -> dict[str, Told]:
    return {key: cell for (cut, key), cell in sorted(cells.items()) if cut}


def _told(number: Number, response: Number) -> Told:
    return Told(
        value=rounded(number.value), n=number.n, reason=number.reason,
        response=rounded(response.value),
        beside={name: rounded(value) for name, value in number.beside.items()},
    )  # fmt: skip
