"""Who may not judge an idea: who recused themselves, or gave the answer that an appeal is against.

Kept beside the loops, as feedback may tell of it before ideas tells of the idea.
"""

from typing import Any

from chassis.database import Tx
from contracts.feedback import AppealLodged, ReviewerRecused
from contracts.vocabulary import PersonId
from notifications.domain.subjects import Subject

_KEEP = "INSERT INTO stands_apart (idea, person) VALUES ($1, $2) ON CONFLICT DO NOTHING"


async def fold(tx: Tx, event: Any) -> None:
    """Keep who may not judge an idea any more."""
    match event:
        case ReviewerRecused(idea=idea, reviewer=person) | AppealLodged(idea=idea, against=person):
            await tx.raw.execute(_KEEP, idea, person)
        case _:
            pass


async def from_matter(tx: Tx, about: Subject) -> frozenset[PersonId]:
    """Return who may not judge a matter, beside its authors: only ideas are judged so."""
    if about.matter not in {"idea", "appeal"}:
        return frozenset()
    found = await tx.raw.fetch("SELECT person FROM stands_apart WHERE idea = $1", about.idea)
    return frozenset(PersonId(row["person"]) for row in found)
