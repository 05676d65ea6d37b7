"""Watches that whoever finds reviewers hears of each idea: else it lies in no queue, and is silent.

An idea that feedback could not read lies in its dead letters. The desk's promise stands then, and
the desk does not know: it finds in its queue what feedback put there. So it is told.
"""

from datetime import datetime
from typing import Any

from prometheus_client import Gauge

from chassis.components import Loop
from chassis.database import Database, Tx
from chassis.log import log
from chassis.telemetry import REGISTRY
from contracts.feedback import ReviewRequested
from contracts.ideas import IdeaRevived, IdeaSubmitted
from contracts.vocabulary import PersonId
from notifications.consumers.telling import Telling
from notifications.domain.reviewing import about_unheard
from notifications.projections import loops, unheard
from notifications.projections.unheard import Unheard

LOOKS = 30.0  # seconds between two looks
MOST = 50  # ideas in one look
UNHEARD = Gauge(
    "kiem_ideas_unheard", "Open ideas that nobody reviews, as feedback never heard of them.",
    registry=REGISTRY,
)  # fmt: skip

SILENT = Gauge(
    "kiem_silent", "Open ideas and other matters of which nobody owes a word in time.",
    ["matter"], registry=REGISTRY,
)  # fmt: skip


async def hear(tx: Tx, event: Any, *, news: bool) -> None:
    """Note that an idea waits for its review to be asked for, or that it was; of news alone."""
    if not news:
        return
    match event:
        case IdeaSubmitted(accountable=who, due=due) | IdeaRevived(accountable=who, due=due) if (
            who and due
        ):
            await unheard.waits(tx, Unheard(event.idea, who, due, event.at))
        case ReviewRequested(idea=idea, at=at):
            await unheard.asked(tx, idea, at)
        case _:
            pass


class Watch(Loop):
    """Tells the desk of ideas that nobody heard of. `patience`: real seconds until then."""

    rests, trouble = LOOKS, "watch.interrupted"

    def __init__(self, db: Database, telling: Telling, patience: float, desk: PersonId) -> None:
        super().__init__()
        self._db = db
        self._telling = telling
        self._patience = patience
        self._desk = desk

    async def step(self) -> bool:
        """Look once."""
        async with self._db.transaction() as tx:
            at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
            found = await unheard.find(tx, self._patience, MOST)
            notices = [
                about_unheard(
                    each.idea, (each.accountable, each.due, each.since), self._desk, at
                )
                for each in found
            ]  # fmt: skip
            await self._telling.tell(tx, notices)
            await unheard.told(tx, [each.idea for each in found])
        for each in found:
            log.error("idea.unheard", idea=str(each.idea))
        UNHEARD.set(await unheard.count(self._db))
        async with self._db.reading() as connection:
            counted = await loops.counts(connection, at)
            held = await loops.held_up(connection)
        for matter, count in counted.items():
            SILENT.labels(matter).set(count.silent + (held if matter == "idea" else 0))
        return len(found) == MOST
