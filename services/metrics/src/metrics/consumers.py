"""What metrics does with what it hears: facts into rows, uses into the ledger, the rest to keep."""

from collections.abc import Sequence

from chassis.consuming import BatchSubscription, Heard
from chassis.database import Tx
from contracts import feedback, ideas, notifications, outside
from contracts.outside import PersonErased
from metrics.projections.facts import FactRows
from metrics.projections.usage import Ledger


def consumers(facts: FactRows, ledger: Ledger, usage_max_age_days: int) -> list[BatchSubscription]:
    """Return the topics that metrics hears. Any interleaving of them gives the same rows."""

    async def on_people_events(tx: Tx, heard: Sequence[Heard]) -> None:
        await facts.apply(tx, heard)
        await ledger.note_moves(tx, heard)
        erased = [event.data.person for event in heard if isinstance(event.data, PersonErased)]
        if erased:
            await ledger.erase(tx, erased)

    async def on_journal_only(_: Tx, __: Sequence[Heard]) -> None:
        """No number is made of these yet; the journal keeps them for the first that is."""

    return [
        BatchSubscription(ideas.TOPIC, facts.apply),
        BatchSubscription(notifications.TOPIC, facts.apply),
        BatchSubscription(feedback.TOPIC, on_journal_only),
        BatchSubscription(outside.PEOPLE_TOPIC, on_people_events),
        BatchSubscription(outside.WORKFORCE_TOPIC, on_journal_only),
        BatchSubscription(
            outside.USAGE_TOPIC, ledger.apply, journal=False, max_age_days=usage_max_age_days
        ),
    ]
