"""Asks `ideas` who stands too near to a confidential idea: a step of its own after what is heard.

Until somebody is found who does not, the desk stays accountable. Nothing is held open meanwhile.
"""

from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.auth import Peer
from chassis.commands import Context
from chassis.database import Database
from chassis.decider import NotAllowed
from contracts.vocabulary import PersonId
from feedback.consumers import Hearing
from feedback.domain import Open, Review
from feedback.projections.queue import Queued, find_confidential

MOST = 20  # ideas in a round, and people that are asked about for one of them


class TheyStandTooNear(NotAllowed):
    """They may not judge this idea: it is theirs, or of somebody whom they lead. Name another."""


class Nearness:
    """Knows, by asking, whether somebody is the author of an idea, or leads its author."""

    def __init__(self, ideas: Peer) -> None:
        self._ideas = ideas

    async def near(self, idea: UUID, person: PersonId) -> bool:
        """Ask. Raises PeerUnavailable."""
        path = f"/v1/ideas/{quote(str(idea))}/nearness"
        found = await self._ideas.get(path, params={"of": person})
        return bool(found["near"])

    async def require_apart(self, review: Review, person: PersonId) -> None:
        """Refuse somebody who stands too near to judge a confidential idea."""
        if not isinstance(review, Open) or review.way != "confidential":
            return
        if await self.near(review.idea, person):
            raise TheyStandTooNear


class Asking:
    """Finds reviewers for confidential ideas."""

    def __init__(self, db: Database, hearing: Hearing, nearness: Nearness) -> None:
        self._db, self._hearing, self._nearness = db, hearing, nearness

    async def round(self, at: datetime) -> int:
        """Name a reviewer for each idea that waits for one; return how many were named."""
        async with self._db.reading() as connection:
            waiting = await find_confidential(connection, MOST)
        return sum([await self._name(each, at) for each in waiting])

    async def _name(self, waiting: Queued, at: datetime) -> bool:
        near: frozenset[PersonId] = frozenset()
        for _ in range(MOST):
            async with self._db.transaction() as tx:
                found = await self._hearing.candidate(tx, waiting, at, near)
            if found is None:
                return False
            if await self._nearness.near(waiting.idea, found.reviewer):
                near |= {found.reviewer}
                continue
            async with self._db.transaction() as tx:
                await self._hearing.name(tx, waiting, found, at, Context(command=uuid7()))
            return True
        return False
