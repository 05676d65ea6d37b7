"""What the desk decided for all reviews: read from the store, changed by commands."""

from chassis.commands import Commands
from chassis.database import Tx
from chassis.process import Parts
from contracts.feedback import RoutingChanged, RubricPublished
from feedback.domain.house_rules import (
    ChangeRouting,
    PublishRubric,
    routing_decider,
    rubric_decider,
)
from feedback.domain.routing import Routing

HOUSE = "house"  # the one routing that there is


class Rules:
    """The house's rubrics and its routing."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self.rubrics: Commands[RubricPublished | None, PublishRubric, RubricPublished] = (
            parts.commands(rubric_decider, "rubric")
        )
        self.routings: Commands[RoutingChanged | None, ChangeRouting, RoutingChanged] = (
            parts.commands(routing_decider, "routing")
        )

    async def routing(self, tx: Tx | None = None) -> Routing:
        """Return the rules as they are now; those of the beginning where none were given."""
        stream = self.routings.stream(HOUSE)
        history = await self._store.load(stream, raw=tx.raw if tx else None)
        current = history[-1].data if history else None
        if not isinstance(current, RoutingChanged):
            return Routing()
        return Routing(current.rules, current.most_open)
