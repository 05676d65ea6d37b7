"""Somebody else owes the answer to a matter: a promise was broken, or whoever gave it is gone."""

from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import PersonId, TakenOver


@dataclass(frozen=True, slots=True)
class HandUp:
    """Who owes the answer now, and until when; `missed` is the date that `previous` let pass.

    An older teller does not say `missed`: it is None then. Where `previous` is gone (`cause`) the
    date stays, and nobody missed it.
    """

    at: datetime
    previous: PersonId
    accountable: PersonId
    due: datetime
    missed: datetime | None = None
    cause: TakenOver = "broken"


def takes_over(told: HandUp, owes: PersonId | None, due: datetime | None) -> bool:
    """Tell whether it is the promise that stands which was broken, and not an earlier one.

    Whoever watches the promises may hear late that one was moved, or given to somebody else. An
    outage may have moved it on there, and not here: what was missed is later then.
    """
    if owes is None or due is None or told.previous != owes:
        return False
    if told.cause != "broken":
        return told.due >= due
    return told.due > due if told.missed is None else told.missed >= due
