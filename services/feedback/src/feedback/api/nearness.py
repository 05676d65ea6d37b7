"""Who stands too near to a confidential idea to judge it: `ideas` knows, and says yes or no."""

from urllib.parse import quote
from uuid import UUID

from chassis.auth import Peer
from chassis.decider import NotAllowed
from contracts.vocabulary import PersonId
from feedback.domain import Open, Review


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

    async def require_apart(
        self, review: Review, person: PersonId, by: PersonId, *, at_desk: bool
    ) -> None:
        """Refuse somebody who stands too near to judge a confidential idea.

        Whoever may do nothing here is told nothing: this refusal would say whose the idea is, and
        the review refuses them whoever the person is.
        """
        if not isinstance(review, Open) or review.way != "confidential":
            return
        if by not in {review.reviewer, review.accountable} and not at_desk:
            return
        if await self.near(review.idea, person):
            raise TheyStandTooNear
