"""Asking people how they are: HR opens waves, whoever works here gets a code, a code answers.

With the code nobody is asked who they are, and nothing that could tell it is kept: see
`projections/pulse.py`.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from chassis.commands import Context
from chassis.decider import NotFound
from chassis.http import Caller, caller, command_context, nobody
from contracts.pulse import PulseQuestion, WaveOpened
from contracts.vocabulary import PersonId
from feedback.api.pulse.asking import (
    HOUSE,
    Answers,
    Asked,
    Given,
    Instrument,
    Pulses,
    Wanted,
    Wave,
    item,
)  # fmt: skip
from feedback.api.rules import Name
from feedback.domain.pulse import ImportInstrument

__all__ = ["Pulses", "pulse"]

Hr = Annotated[Caller, Depends(caller("hr"))]
Member = Annotated[Caller, Depends(caller())]
Once = Annotated[Context, Depends(command_context)]


def pulse(pulses: Pulses) -> APIRouter:
    """Return the routes of a pulse."""
    router = APIRouter(tags=["pulse"])
    router.include_router(_of_hr(pulses))

    @router.get("/pulse", summary="What you are asked now")
    async def read_pulse(who: Member) -> Asked:
        wave = await pulses.current()
        given = await pulses.codes.has(pulses.parts.db.pool, wave.wave, PersonId(who.subject))
        return Asked(
            wave=wave.wave, closes=wave.closes, questions=[item(q) for q in wave.questions],
            code_given=given,
        )  # fmt: skip

    @router.post("/pulse/code", status_code=201, summary="Get your code, once")
    async def give_code(who: Annotated[Caller, Depends(caller("employee"))]) -> Given:
        """Asked again, it is refused: nothing says afterwards that it was you who got it."""
        return Given(code=await pulses.give(PersonId(who.subject)))

    @router.post(
        "/sealed/pulse", dependencies=[Depends(nobody)], status_code=204,
        summary="Answer with a code, once",
    )  # fmt: skip
    async def answer_pulse(given: Answers) -> None:
        """Asked again, it is refused: the code was used."""
        await pulses.answer(given)

    return router


def _of_hr(pulses: Pulses) -> APIRouter:
    router = APIRouter()

    @router.get("/pulse/waves", summary="When people were asked, and how many answered")
    async def list_waves(_: Annotated[Caller, Depends(caller("hr", "council"))]) -> list[Wave]:
        return await pulses.told()

    @router.post("/pulse/waves", status_code=201, summary="Ask people from now on")
    async def open_wave(who: Hr, once: Once, wanted: Wanted) -> Wave:
        wave = await pulses.open(wanted, PersonId(who.subject), once)
        return next(each for each in await pulses.told() if each.wave == wave)

    @router.post("/pulse/waves/{wave}/end", summary="Ask nobody any more")
    async def end_wave(_: Hr, once: Once, wave: UUID) -> Wave:
        found = [each.data for each in await pulses.waves.history(HOUSE)]
        opened = [e for e in found if isinstance(e, WaveOpened) and e.wave == wave]
        if not opened:
            raise NotFound
        await pulses.close(opened[0], once)
        return next(each for each in await pulses.told() if each.wave == wave)

    @router.put("/pulse/instruments/{instrument}", summary="Bring in questions of somebody else")
    async def import_instrument(
        who: Hr, once: Once, instrument: Name, told: Instrument
    ) -> Instrument:
        questions = tuple(
            PulseQuestion(
                name=q.name, instrument=instrument, question={"nl": q.nl, "en": q.en},
                least=q.least, most=q.most, reversed=q.reversed,
            )
            for q in told.questions
        )  # fmt: skip
        command = ImportInstrument(
            instrument, PersonId(who.subject), pulses.parts.clock.now(), told.licence, questions
        )
        await pulses.instruments.handle(instrument, command, once)
        return told

    return router
