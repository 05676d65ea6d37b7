"""Asks `ideas` who stands too near to a confidential idea: a step of its own after what is heard.

Until somebody is found who does not, the desk stays accountable, or the reviewer who is away.
Nothing is held open meanwhile.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from chassis.auth import PeerUnavailable
from chassis.commands import Context
from chassis.components import Loop
from chassis.process import Parts
from contracts.vocabulary import PersonId
from feedback.consumers import Hearing
from feedback.consumers.standing_in import StandingIn
from feedback.projections import stand_ins
from feedback.projections.queue import Queued, find_confidential
from feedback.projections.stand_ins import Passing

log = structlog.get_logger()

Near = Callable[[UUID, PersonId], Awaitable[bool]]
"""Asks whether somebody stands too near to an idea. Raises PeerUnavailable."""
MOST = 20  # ideas in a round, and people that are asked about for one of them


class Asking(Loop):
    """Finds reviewers for confidential ideas, and deputies where one is away."""

    trouble = "asking.interrupted"

    def __init__(self, parts: Parts, hearing: Hearing, standing_in: StandingIn, near: Near) -> None:
        super().__init__()
        self._parts, self._db, self._hearing, self._near = parts, parts.db, hearing, near
        self._standing_in = standing_in

    async def step(self) -> None:
        """Name a reviewer for each idea that waits for one."""
        at = self._parts.clock.now()
        async with self._db.reading() as connection:
            waiting = await find_confidential(connection, MOST)
            passing = await stand_ins.find(connection, MOST)
        try:
            named = [await self._name(each, at) for each in waiting]
            named += [await self._pass_on(each, at) for each in passing]
        except PeerUnavailable as error:
            log.warning(self.trouble, error=type(error).__name__)
        else:
            if any(named):
                self._parts.wake()

    async def _name(self, waiting: Queued, at: datetime) -> bool:
        near: frozenset[PersonId] = frozenset()
        for _ in range(MOST):
            self.alive()
            async with self._db.transaction() as tx:
                found = await self._hearing.candidate(tx, waiting, at, near)
            if found is None:
                return False
            if await self._near(waiting.idea, found.reviewer):
                near |= {found.reviewer}
                continue
            async with self._db.transaction() as tx:
                await self._hearing.name(tx, waiting, found, at, Context(command=uuid7()))
            return True
        return False

    async def _pass_on(self, passing: Passing, at: datetime) -> bool:
        """Let a deputy who stands apart have it; else it stays, and nobody is told why."""
        self.alive()
        async with self._db.transaction() as tx:
            found = await self._standing_in.deputy(tx, passing, at)
        near = found is not None and await self._near(passing.idea, found.reviewer)
        async with self._db.transaction() as tx:
            if found is not None and not near:
                await self._standing_in.hand(tx, passing, found, at)
            await stand_ins.done(tx, passing)
        return found is not None and not near
