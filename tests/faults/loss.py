"""A store that was restored to an older copy and stays so: the loss is accepted, and all goes on.

What an operator does is in docs/runbook.md, "The store is an older copy". What was lost is what
the list says, and no more: the judge takes it from `lost_event` and excuses nothing else. About
the ideas of the list nothing is asked of other services, as what the lost events did there stays;
the desk speaks with their authors.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import partial

from local.databases import connect
from tests.faults.checker import Allowed, followed, kept
from tests.faults.evidence import HEARS, Evidence, Stored
from tests.faults.history import History
from tests.faults.run import Run

SERVICE = "ideas"
_COPY = (
    "ALTER DATABASE kiem_ideas ALLOW_CONNECTIONS false",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'kiem_ideas'",
    "CREATE DATABASE kiem_ideas_older OWNER kiem_ideas_owner TEMPLATE kiem_ideas",
    "ALTER DATABASE kiem_ideas ALLOW_CONNECTIONS true",
)
_RESTORE = (
    "DROP DATABASE kiem_ideas WITH (FORCE)",
    "ALTER DATABASE kiem_ideas_older RENAME TO kiem_ideas",
    "REVOKE ALL ON DATABASE kiem_ideas FROM PUBLIC",
    "GRANT CONNECT ON DATABASE kiem_ideas TO kiem_ideas_app",
)
_LIST = "SELECT event_id::text FROM lost_event WHERE accepted_at IS NULL"
_NEWEST = """
SELECT DISTINCT ON (stream) stream, version, event_id::text AS id FROM event
WHERE stream = ANY($1) ORDER BY stream, version DESC
"""
_SET_BACK = """
UPDATE stream_mark SET version = $3, event_id = $4 WHERE source = $1 AND stream = $2
"""
_FORGET = "DELETE FROM stream_mark WHERE source = $1 AND stream = $2"
_ACCEPT = "UPDATE lost_event SET accepted_at = now() WHERE accepted_at IS NULL"


async def copied(run: Run) -> None:
    """Keep a copy of the store as it is now; its service is cut off for that moment."""
    await _do(run, _COPY)


async def restored(run: Run) -> list[str]:
    """Put the copy in the place of the store; return what is then listed as lost."""
    await _do(run, _RESTORE)
    run.town.kill(SERVICE)
    await run.until("it is noticed", partial(_listed, run))
    await run.until("commands are refused", partial(_refuses, run))
    return await _listed(run)


async def _refuses(run: Run) -> bool:
    asked = {"title": "Te laat", "body": "Dit mag niet lukken."}
    answer = await run.town.tell(SERVICE, "/v1/ideas", asked, "nobody")
    return (answer.status_code, answer.json()["type"]) == (503, "urn:kiem:StoreIsBehind")


async def _do(run: Run, steps: Sequence[str]) -> None:
    admin = await connect(run.town.database("postgres"))
    try:
        for step in steps:
            await admin.execute(step)
    finally:
        await admin.close()


async def _listed(run: Run) -> list[str]:
    return [row[0] for row in await run.town.rows(SERVICE, _LIST)]


async def accepted(run: Run, lost: Sequence[Stored]) -> None:
    """Accept the loss, as the runbook says: first who listens, then the list."""
    streams = sorted({event.stream for event in lost})
    there = {row["stream"]: row for row in await run.town.rows(SERVICE, _NEWEST, streams)}
    source = f"kiem/{SERVICE}"
    for listener in (service for service, tellers in HEARS.items() if SERVICE in tellers):
        for stream in streams:
            if stream in there:
                newest = there[stream]["version"], there[stream]["id"]
                await run.town.execute(listener, _SET_BACK, source, stream, *newest)
            else:
                await run.town.execute(listener, _FORGET, source, stream)
    await run.town.execute(SERVICE, _ACCEPT)


def unlisted(before: Evidence, after: Evidence, listed: Sequence[str]) -> Iterator[str]:
    """Compare the list with what is gone: an event too few or too many is wrong."""
    here = {event.id for event in after.stores[SERVICE]}
    for event in before.stores[SERVICE]:
        if event.id not in here and event.id not in listed:
            yield f"{event.type} {event.stream}@{event.version} is lost, and not listed"
    gone = {event.id for event in before.stores[SERVICE]} - here
    yield from (f"{event} is listed as lost, and was not" for event in listed if event not in gone)


def check_after(
    history: History, found: Evidence, lost: Sequence[Stored], allowed: Allowed | None = None
) -> list[str]:
    """Return what is wrong after a loss was accepted, beside what it took away."""
    excused = allowed or Allowed()
    ids, commands = {event.id for event in lost}, {event.command for event in lost}
    rest = [command for command in history.commands if command.id not in commands]
    told = replace(found, topics={
        topic: [record for record in records if record.id not in ids]
        for topic, records in found.topics.items()
    })  # fmt: skip
    wrong = kept(History(rest, history.uses), told, excused)
    ideas = {event.stream.partition("-")[2] for event in lost}
    return wrong + followed(history, without(found, ideas, ids), excused)


def without(found: Evidence, ideas: set[str], gone: set[str]) -> Evidence:
    """Leave out what concerns some ideas, and some events that are in no store any more."""
    out = copy(found)
    out.stores = {
        service: [event for event in events if _idea_of(event) not in ideas]
        for service, events in found.stores.items()
    }
    silent = gone | {
        event.id for events in found.stores.values() for event in events if _idea_of(event) in ideas
    }
    out.journals = {
        service: [noted for noted in journal if noted[1] not in silent]
        for service, journal in found.journals.items()
    }
    out.facts = [fact for fact in found.facts if fact[0] not in ideas]
    out.states = {idea: state for idea, state in found.states.items() if idea not in ideas}
    out.notices = [notice for notice in found.notices if notice.idea not in ideas]
    theirs = {notice.id for notice in found.notices if notice.idea in ideas}
    out.mails = Counter({
        mail: count for mail, count in found.mails.items()
        if mail.strip("<>").partition("@")[0] not in theirs
    })  # fmt: skip
    return out


def _idea_of(event: Stored) -> str:
    told = event.data.get("idea") or event.data.get("subject")
    return str(told or event.stream.partition("-")[2])
