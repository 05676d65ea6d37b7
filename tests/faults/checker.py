"""The one judge of all faults: from what clients know and what the town kept to what is wrong.

Pure: it asks nobody. Each rule returns sentences, one for each thing that must not be; no sentence
means that nothing was lost, doubled or put out of order.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tests.faults import numbers, recounted
from tests.faults.evidence import HEARS, TELLS, USAGE, ZONE, Evidence, Record, Stored, Used
from tests.faults.history import History, Use

MOST = 5  # examples of a kind
OWED = {
    "IdeaAccepted": "decision", "IdeaDeclined": "decision", "IdeaParked": "decision",
    "PilotConcluded": "pilot_concluded", "IdeaSubmitted": "acknowledgement",
}  # fmt: skip


@dataclass
class Allowed:
    """What an operation of the run excuses; nothing else is."""

    moved_keys: set[str] = field(default_factory=set)
    """Topics that got partitions: a key may begin anew in another one, with a later version."""
    lost_at: float = -math.inf
    """When Kafka was lost, by the monotonic clock: uses that it had taken before, and that nobody
    had heard, are gone with it."""
    anew: dict[tuple[str, int], int] = field(default_factory=dict)
    """Where the partitions of a topic that was made anew ended when its owner had told everything
    again: what it told before it noticed lies below that, in any order."""
    planted: set[tuple[str, int, int]] = field(default_factory=set)
    """Topic, partition and offset of records that a fault itself put there, in any order."""

    def made_anew(self, *topics: str) -> None:
        """Forget what lay in topics that are made anew: their offsets are other records' now."""
        self.planted = {place for place in self.planted if place[0] not in topics}
        self.anew = {place: end for place, end in self.anew.items() if place[0] not in topics}


def check(
    history: History, found: Evidence, allowed: Allowed | None = None, *, kpis: bool = True
) -> list[str]:
    """Return everything that is wrong; without `kpis` nobody asked metrics, on purpose."""
    excused = allowed or Allowed()
    wrong = [*kept(history, found, excused), *followed(history, found, excused)]
    if kpis:
        wrong += [*numbers.differences(found), *recounted.differences(found)]
    return wrong


def kept(history: History, found: Evidence, excused: Allowed) -> list[str]:
    """Return what is wrong with the stores and with what was told of them."""
    wrong = [*commands(history, found), *ghosts(history, found)]
    for service, topic in TELLS.items():
        wrong += streams(service, found.stores[service])
        wrong += positions(service, found.stores[service])
        records = found.topics[topic]
        wrong += published(topic, found.stores[service], records)
        relayed = [r for r in records if (topic, r.part, r.offset) not in excused.planted]
        wrong += in_order(topic, relayed, excused)
    return wrong


def followed(history: History, found: Evidence, excused: Allowed) -> list[str]:
    """Return what is wrong with what came of it in other services and at people's."""
    wrong = [sentence for service in HEARS for sentence in heard(service, found)]
    wrong += [*causes(found), *facts(found)]
    return [*wrong, *uses(history, found, excused), *notices(found)]


def commands(history: History, found: Evidence) -> Iterator[str]:
    """Acknowledged: there exactly once. Refused: not at all. Unknown: at most once."""
    made: dict[UUID, list[Stored]] = defaultdict(list)
    for service in ("ideas", "feedback"):
        for event in found.stores[service]:
            if event.command is not None:
                made[event.command].append(event)
    for command in history.commands:
        count = len(made.get(command.id, ()))
        about = f"{command.kind} {command.key} ({command.outcome}, {command.statuses})"
        if command.outcome == "acknowledged" and count != 1:
            yield f"an acknowledged command is in the store {count} times: {about}"
        elif command.outcome == "refused" and count:
            yield f"a refused command is in the store: {about}"
        elif count > 1:
            yield f"an unknown command is in the store {count} times: {about}"
        if len({answer.get("idea") for answer in command.answers}) > 1:
            yield f"a repeated command was answered with another idea: {about}"


def ghosts(history: History, found: Evidence) -> Iterator[str]:
    """Nothing is in the store that nobody asked for."""
    asked = {command.id for command in history.commands}
    for service in ("ideas", "feedback"):
        for event in found.stores[service]:
            if event.causation is None and event.command not in asked and not _routed(event):
                yield f"nobody asked {service} for {event.type} {event.stream}@{event.version}"


def _routed(event: Stored) -> bool:
    """Reviews that waited are given to whoever can take them, by the service's own clock."""
    return event.type == "ReviewerAssigned"


def streams(service: str, events: Sequence[Stored]) -> Iterator[str]:
    """The versions of a stream are 1, 2, 3 …"""
    versions: dict[str, list[int]] = defaultdict(list)
    for event in events:
        versions[event.stream].append(event.version)
    for stream, given in versions.items():
        if sorted(given) != list(range(1, len(given) + 1)):
            yield f"{service}: the versions of {stream} are {sorted(given)}"
    twice = [event for event, n in Counter(e.id for e in events).items() if n > 1]
    yield from (f"{service}: the id {event} is there twice" for event in twice)


def positions(service: str, events: Sequence[Stored]) -> Iterator[str]:
    """Every event has a position, and positions have no hole."""
    given = sorted(e.position for e in events if e.position is not None)
    if given != list(range(1, len(events) + 1)):
        yield f"{service}: {len(events)} events have {len(given)} positions, or there is a hole"


def published(topic: str, events: Sequence[Stored], records: Sequence[Record]) -> Iterator[str]:
    """Every stored event is in Kafka at least once, and nothing else is."""
    there = {record.id for record in records}
    known = {event.id for event in events}
    for event in events:
        if event.id not in there:
            yield f"{topic}: {event.type} {event.stream}@{event.version} was never published"
    for record in records:
        if record.id not in known:
            yield f"{topic}: {record.stream}@{record.version} is in Kafka and in no store"


def in_order(topic: str, records: Sequence[Record], allowed: Allowed) -> Iterator[str]:
    """Within a key no version stands before the one that it follows."""
    newest: dict[tuple[int, str], int] = {}
    moved = topic in allowed.moved_keys
    for record in sorted(records, key=lambda r: (r.part, r.offset)):
        place = record.part, record.stream
        before = newest.get(place, record.version - 1 if moved else 0)
        excused = record.offset < allowed.anew.get((topic, record.part), -math.inf)
        if record.version > before + 1 and not excused:
            yield f"{topic}: {record.stream}@{record.version} stands behind version {before}"
        newest[place] = max(before, record.version)


def heard(service: str, found: Evidence) -> Iterator[str]:
    """Every event that a service listens to is in its journal exactly once."""
    noted = Counter(found.journals[service])
    for teller in HEARS[service]:
        source = f"kiem/{teller}"
        for event in found.stores[teller]:
            count = noted.pop((source, event.id), 0)
            if count != 1:
                yield (f"{service} heard {event.type} {event.stream}@{event.version} of {teller} "
                       f"{count} times")  # fmt: skip
        ghosts = [event for told, event in noted if told == source]
        yield from (f"{service} heard {event}, which {teller} never told" for event in ghosts)


def causes(found: Evidence) -> Iterator[str]:
    """What causes a command in a neighbour causes it exactly once."""
    asked = Counter(
        e.causation for e in found.stores["feedback"] if e.type == "ReviewRequested"
    )  # fmt: skip
    for event in found.stores["ideas"]:
        if event.type == "IdeaSubmitted" and asked[event.id] != 1:
            times = asked[event.id]
            yield f"{event.stream} was submitted once, and a review asked for {times} times"
    answers = Counter(e.causation for e in found.stores["ideas"] if e.type in OWED)
    gone = {e.stream[5:] for e in found.stores["ideas"] if e.type == "IdeaWithdrawn"}
    for event in found.stores["feedback"]:
        times, idea = answers[event.id], str(event.data.get("idea"))
        if event.type == "ReviewCompleted" and times != 1 and not (times == 0 and idea in gone):
            yield f"{event.stream} was answered once and the answer taken over {times} times"


def facts(found: Evidence) -> Iterator[str]:
    """Metrics' rows and the list of ideas say what the store says."""
    told = {(e.stream[5:], e.version): numbers.state_after(e) for e in found.stores["ideas"]}
    rows = {(idea, version): state for idea, version, state in found.facts}
    for idea, version in told.keys() ^ rows.keys():
        yield f"metrics: a row of idea {idea}@{version} is missing, or there is one too many"
    for place in told.keys() & rows.keys():
        if told[place] != rows[place]:
            yield f"metrics: idea {place} is {rows[place]}, and the store says {told[place]}"
    states = {life.idea: life.state for life in numbers.lives(found.stores["ideas"])}
    for idea in {i for i in states.keys() | found.states.keys()
                 if states.get(i) != found.states.get(i)}:  # fmt: skip
        yield f"idea {idea} is listed {found.states.get(idea)}; the store says {states.get(idea)}"


def uses(history: History, found: Evidence, allowed: Allowed) -> Iterator[str]:
    """Each use counts exactly once; one of which nobody knows whether it arrived, at most once."""
    surely: dict[Used, list[str]] = defaultdict(list)
    maybe: dict[Used, list[str]] = defaultdict(list)
    for place, use in history.uses.items():
        if use.late:
            continue  # a dead letter, which the ledger does not know
        by_the_door = use.outcome == "acknowledged" and use.way == "door"
        if place in found.used or by_the_door:
            surely[when(use)].append(use.person)
        if place not in found.used and use.taken is not None and use.taken >= allowed.lost_at:
            yield f"{USAGE}: an acknowledged use is not in Kafka: {use.id}"
        maybe[when(use)].append(use.person)
    for what in sorted(surely.keys() | maybe.keys() | found.uses.keys()):
        yield from _counted(what, surely[what], maybe[what], found)


def when(use: Use) -> Used:
    """Return the feature that was used, and on which day."""
    return use.feature, datetime.fromtimestamp(use.at, ZONE).date()


def _counted(
    what: Used, surely: Sequence[str], maybe: Sequence[str], found: Evidence
) -> Iterator[str]:
    """Compare the ledger with who used a feature on a day for certain, and who may have."""
    feature, day = what
    count, persons = found.uses[what], found.users[what]
    if not len(surely) <= count <= len(maybe):
        yield (f"{feature} was used {len(surely)} to {len(maybe)} times on {day}, and the ledger "
               f"says {count}")  # fmt: skip
    least, most = len(set(surely)), len(set(maybe))
    if not least <= persons <= most:
        yield (f"{feature} was used by {least} to {most} people on {day}, and the ledger says "
               f"{persons}")  # fmt: skip


def notices(found: Evidence) -> Iterator[str]:
    """Each notice that is owed is there once, and its mail arrived, under one Message-ID."""
    there = Counter((n.person, n.kind, n.cause) for n in found.notices)
    for owed in _owed(found):
        if there[owed] != 1:
            yield f"the notice {owed} is owed once and there {there[owed]} times"
    yield from (f"the notice {n} is there {c} times" for n, c in there.items() if c > 1)
    arrived = Counter(mail.strip("<>").partition("@")[0] for mail in found.mails)
    for notice in found.notices:
        if notice.mail != "delivered":
            yield f"the mail of {notice.kind} {notice.id} is {notice.mail}"
        elif arrived[notice.id] != 1:
            yield f"{notice.kind} {notice.id} arrived under {arrived[notice.id]} Message-IDs"
    known = {notice.id for notice in found.notices}
    yield from (f"a mail of no notice arrived: {mail}" for mail in arrived if mail not in known)


def _owed(found: Evidence) -> Iterator[tuple[str, str, str]]:
    authors: dict[str, list[str]] = {}
    for event in found.stores["ideas"]:
        idea = event.stream[5:]
        if event.type == "IdeaSubmitted":
            named = [event.data["author"], *event.data.get("co_authors", ())]
            authors[idea] = list(dict.fromkeys(named))
        if event.type in OWED:
            for person in authors.get(idea, ()):
                yield person, OWED[event.type], event.id
    for event in found.stores["feedback"]:
        if event.type == "ReviewerAssigned":
            yield event.data["reviewer"], "review_assigned", event.id


def repeated_mails(found: Evidence) -> int:
    """Count the mails that came again: allowed after a kill, and worth knowing."""
    return sum(found.mails.values()) - len(found.mails)


def shown(wrong: Sequence[str]) -> str:
    """Return some examples of what is wrong."""
    more = f"\n  … and {len(wrong) - MOST * 4} more" if len(wrong) > MOST * 4 else ""
    return "\n".join(f"  - {sentence}" for sentence in wrong[: MOST * 4]) + more
