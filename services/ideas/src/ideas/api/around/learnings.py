"""Learnings with their words: what people share, pilots and experiments taught, in one list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.commands import Commands
from chassis.http import Caller
from chassis.process import Parts
from ideas.api.around.reading import Asked, Item, Page, step_of
from ideas.api.words import Ideas
from ideas.domain.experiments import experiment_decider
from ideas.projections.learnings import Learned, find_learnings


class Learnings:
    """Reads learnings, and their words from the store."""

    def __init__(self, parts: Parts, shared: Commands[Any, Any, Any], ideas: Ideas) -> None:
        self._parts, self._shared, self._ideas = parts, shared, ideas
        self._experiments = parts.commands(experiment_decider, "experiment")

    async def page(self, who: Caller, asked: Asked) -> Page:
        """Return a page; a learning is nobody's debt, and of no department or tool."""
        if asked.owed_by_me or asked.tool or asked.department or asked.open is False:
            return Page(items=[], next=None)
        async with self._parts.db.reading() as connection:
            found = await find_learnings(
                connection, person=who.subject if asked.mine else None,
                ideas=None if asked.idea is None else [asked.idea], after=asked.after,
                limit=asked.limit,
            )  # fmt: skip
        items = [item for learned in found if (item := await self._item(learned))]
        return Page(items=items, next=found[-1].learning if len(found) == asked.limit else None)

    async def of(self, ideas: Sequence[UUID]) -> dict[UUID, list[str]]:
        """Return the words of what was learned about ideas, the newest first."""
        async with self._parts.db.reading() as connection:
            found = await find_learnings(connection, ideas=ideas)
        told: dict[UUID, list[str]] = {}
        for learned in found:
            item = await self._item(learned)
            if item and learned.idea and item.words:
                told.setdefault(learned.idea, []).append(item.words["words"])
        return told

    async def _item(self, learned: Learned) -> Item | None:
        """Return a learning; None for that of an idea that is not told to the house."""
        if learned.source == "experiment":
            reported = step_of((await self._experiments.history(learned.learning))[-1])
            words = {"words": reported.words["learning"]} if "learning" in reported.words else {}
            more = {"experiment": learned.learning, "went": reported.more["went"]}
        elif learned.version is None or learned.idea is None:
            (first,) = await self._shared.history(learned.learning, upto=1)
            began = step_of(first)
            words, more = began.words, began.more
        else:
            state, _ = await self._ideas.state(learned.idea)
            if state is None or not state.told_to_the_house:
                return None
            history = await self._ideas.history(learned.idea, upto=learned.version)
            ended = step_of(history[-1])
            words = {"words": ended.words["learning"]} if "learning" in ended.words else {}
            more = {name: ended.more[name] for name in ("pilot", "outcome")}
        return Item(
            matter=learned.learning, author=learned.person, accountable=None, due=None,
            department=None, idea=learned.idea, tool=None, told_at=learned.told_at,
            ended_at=None, words=words, more=more,
        )  # fmt: skip
