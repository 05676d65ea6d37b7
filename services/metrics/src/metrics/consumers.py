"""What metrics does with what it hears: facts into rows, uses into the ledger."""

from collections.abc import Sequence
from datetime import timedelta

from chassis.consuming import Admit, BatchSubscription, Heard
from chassis.database import Tx
from chassis.keyring import Keyring
from contracts import feedback, ideas, notifications, outside
from contracts.outside import PersonErased
from metrics.projections.doings import DoingRows
from metrics.projections.facts import FactRows
from metrics.projections.making import Editions
from metrics.projections.usage import Ledger


def consumers(
    facts: FactRows, doings: DoingRows, ledger: Ledger, editions: Editions, *,
    keyring: Keyring, max_age: timedelta, admit: Admit | None = None,
) -> list[BatchSubscription]:  # fmt: skip
    """Return the topics that metrics hears. Any interleaving of them gives the same rows.

    `max_age` and `admit` say which usage is taken.
    """

    async def wait_for(tx: Tx, heard: Sequence[Heard]) -> None:
        """Let editions wait while facts come that are older than usage may be: an import runs."""
        if any(event.recorded_at - event.occurred_at > max_age for event in heard):
            await editions.wait(tx)

    async def on_ideas_events(tx: Tx, heard: Sequence[Heard]) -> None:
        await wait_for(tx, heard)
        await facts.apply(tx, heard)
        await doings.apply(tx, heard)

    async def on_people_events(tx: Tx, heard: Sequence[Heard]) -> None:
        await facts.apply(tx, heard)
        await ledger.note_moves(tx, heard)
        await doings.apply(tx, heard)
        erased = [event.data.person for event in heard if isinstance(event.data, PersonErased)]
        if erased:
            await ledger.erase(tx, erased)
        for person in erased:  # words of members of the works council are sealed with their keys
            await keyring.erase(tx.raw, person)

    async def on_workforce_events(tx: Tx, heard: Sequence[Heard]) -> None:
        await editions.wait(tx)  # reports of a month come one by one
        await doings.apply(tx, heard)

    async def on_usage_events(tx: Tx, heard: Sequence[Heard]) -> None:
        await editions.wait_for_reports(tx, heard)
        await ledger.apply(tx, heard)

    return [
        BatchSubscription(ideas.TOPIC, on_ideas_events),
        BatchSubscription(notifications.TOPIC, facts.apply),
        BatchSubscription(feedback.TOPIC, doings.apply),
        BatchSubscription(outside.PEOPLE_TOPIC, on_people_events, known_when_heard=True),
        BatchSubscription(outside.WORKFORCE_TOPIC, on_workforce_events, known_when_heard=True),
        BatchSubscription(
            outside.USAGE_TOPIC, on_usage_events, journal=False, max_age=max_age, admit=admit
        ),
    ]
