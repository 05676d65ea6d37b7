"""Records what became of a notice on a channel, and lets what is owed go on to the next one."""

from dataclasses import replace
from typing import Protocol
from uuid import uuid5

from chassis.clock import Clock
from chassis.commands import Commands, Context
from chassis.database import Tx
from contracts.notifications import NoticeEvent, Way
from contracts.vocabulary import NoticeId, PersonId
from notifications.domain.handing import Unread
from notifications.domain.proofs import (
    About,
    NoticeCommand,
    RecordDelivery,
    RecordFailure,
    Settled,
)
from notifications.domain.ways import next_way
from notifications.projections import calls, notices
from notifications.projections.calls import Call
from notifications.projections.notices import Waiting

NoticeCommands = Commands[Settled, NoticeCommand, NoticeEvent]


class Handing(Protocol):
    """What comes after the app: to wait whether the person sees it, and else ask a colleague."""

    async def begin(self, tx: Tx, notice: NoticeId) -> None: ...

    async def end(self, tx: Tx, notice: NoticeId) -> None: ...


class Recorder:
    """Speaks in the transaction of whoever tried a channel: facts and rows change together."""

    def __init__(self, commands: NoticeCommands, clock: Clock, waiting: Handing) -> None:
        self._commands = commands
        self._clock = clock
        self._waiting = waiting

    async def mailed(self, tx: Tx, told: Waiting, attempts: int, proof: str, failure: str) -> None:
        """Record the end of a mail; without proof and failure there was nobody to write to."""
        state = "delivered" if proof else "failed" if failure else "none"
        if state != "none":
            await self._prove(tx, told, "mail", attempts, proof, failure)
        await notices.settle(tx, told.notice, state, failure or None)
        await self.go_on(tx, told)

    async def called(self, tx: Tx, call: Call, proof: str, failure: str) -> None:
        """Record the end of a call; a channel has failed once all of its webhooks have."""
        told = call.told
        await calls.hold(tx, told.notice)
        await calls.settle(tx, call, "delivered" if proof else "failed", proof or failure)
        if not call.reaches:
            return
        stood = (await calls.hold(tx, told.notice)).webhook
        if proof or stood == "failed":
            await self._prove(tx, told, "webhook", told.attempts, proof, failure)
        await self.go_on(tx, told)

    async def go_on(self, tx: Tx, told: Waiting) -> None:
        """Let a notice take its next way, if it has to."""
        standing = await calls.hold(tx, told.notice)
        way = next_way(standing)
        if way == "webhook" and not await calls.fall_back(tx, told.notice):
            way = next_way(replace(standing, webhook="failed"))
        if way != "in_app":
            return
        if await notices.show(tx, told.notice):
            await self._prove(tx, told, "in_app", 1, "inbox", "")
        await self._waiting.begin(tx, told.notice)

    async def handed_over(self, tx: Tx, told: Unread, turn: int, by: PersonId) -> None:
        """Record a colleague's receipt: the person was told."""
        about = About(told.notice, told.about, told.person, told.kind, told.owed)
        command = RecordDelivery(about, "hand_over", turn, "receipt", self._clock.now(), by)
        context = Context(
            command=uuid5(told.notice, "hand_over"), correlation=told.about.correlation
        )
        await self._commands.handle(told.notice, command, context, tx)
        await self._waiting.end(tx, told.notice)

    async def _prove(  # noqa: PLR0917 - what became of what, where
        self, tx: Tx, told: Waiting, channel: Way, attempts: int, proof: str, failure: str
    ) -> None:
        about = About(told.notice, told.about, told.person, told.kind, told.owed, told.at)
        at = self._clock.now()
        command: NoticeCommand = (
            RecordFailure(about, channel, attempts, failure, at)
            if failure
            else RecordDelivery(about, channel, attempts, proof, at)
        )
        context = Context(command=uuid5(told.notice, channel), correlation=told.about.correlation)
        await self._commands.handle(told.notice, command, context, tx)
