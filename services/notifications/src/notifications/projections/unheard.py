"""Ideas that feedback has not been heard to ask a review for, since when, and whether that is told.

`since` and `asked` are domain time; `heard` is real time, in which the others have to answer.
"""

from datetime import datetime

from msgspec import Struct

from chassis.database import Database, Tx
from contracts.vocabulary import IdeaId, PersonId

_WAITS = """
INSERT INTO review_wait AS w (idea, accountable, due, since, heard)
VALUES ($1, $2, $3, $4, clock_timestamp())
ON CONFLICT (idea) DO UPDATE SET accountable = excluded.accountable, due = excluded.due,
    since = excluded.since, heard = excluded.heard, told = false
WHERE w.since IS NULL OR w.since < excluded.since
"""
_ASKED = """
INSERT INTO review_wait AS w (idea, asked) VALUES ($1, $2)
ON CONFLICT (idea) DO UPDATE SET asked = greatest(w.asked, excluded.asked)
"""
# In either order: what was told, and asked for since, waits for nobody.
_SETTLED = "DELETE FROM review_wait WHERE idea = $1 AND asked >= since"
_UNHEARD = """
SELECT w.idea, w.accountable, w.due, w.since FROM review_wait w JOIN loop l ON l.subject = w.idea
WHERE w.since IS NOT NULL AND NOT w.told AND NOT l.finished
    AND w.heard < clock_timestamp() - make_interval(secs => $1)
ORDER BY w.heard LIMIT $2 FOR UPDATE OF w SKIP LOCKED
"""
_TOLD = "UPDATE review_wait SET told = true WHERE idea = ANY ($1)"
_COUNT = """
SELECT count(*) FROM review_wait w JOIN loop l ON l.subject = w.idea
WHERE w.told AND NOT l.finished
"""


class Unheard(Struct, frozen=True):
    """An idea that nobody reviews, as nobody who finds reviewers heard of it."""

    idea: IdeaId
    accountable: PersonId
    due: datetime
    since: datetime


async def waits(tx: Tx, unheard: Unheard) -> None:
    """Note that an idea waits for a review to be asked for."""
    row = (unheard.idea, unheard.accountable, unheard.due, unheard.since)
    await tx.raw.execute(_WAITS, *row)
    await tx.raw.execute(_SETTLED, unheard.idea)


async def asked(tx: Tx, idea: IdeaId, at: datetime) -> None:
    """Note that a review was asked for."""
    await tx.raw.execute(_ASKED, idea, at)
    await tx.raw.execute(_SETTLED, idea)


async def find(tx: Tx, seconds: float, most: int) -> list[Unheard]:
    """Return open ideas that wait for longer than so many seconds, of which nobody is told yet."""
    return [Unheard(**row) for row in await tx.raw.fetch(_UNHEARD, seconds, most)]


async def told(tx: Tx, ideas: list[IdeaId]) -> None:
    """Note of which ideas somebody is told."""
    await tx.raw.execute(_TOLD, ideas)


async def count(db: Database) -> int:
    """Count the open ideas that nobody reviews, as nobody heard of them."""
    return int(await db.pool.fetchval(_COUNT))
