"""Who is to be told what, once, and what came of it: pure, and told anew from the rules."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from chassis.calendar import Calendar
from tests.faults.chronicle import Chronicle, Fact, all_promises, whose

CALENDAR = Calendar("NL", ZoneInfo("Europe/Amsterdam"))
# The same person, kind and cause have the same id: no change of the code may change it.
NOTICES = UUID("5b1f8a52-4c0c-4d3a-8e57-0d9e4f6b7a10")
TO_AUTHORS = {
    "IdeaSubmitted": "acknowledgement", "IdeaAccepted": "decision", "IdeaDeclined": "decision",
    "IdeaParked": "decision", "IdeaRealised": "realised", "PilotStarted": "pilot_started",
    "PilotConcluded": "pilot_concluded", "IdeaMerged": "merged", "IdeaAbsorbed": "absorbed",
    "IdeaSeparated": "separated",
}  # fmt: skip
MORNING = timedelta(hours=9)  # before the end of the working day on which an absence begins
SETTLES = timedelta(minutes=10)
OPTIONAL = {"pilot_started", "realised"}  # not told to whoever did it


@dataclass(frozen=True)
class Owed:
    """A notice that somebody is to have, once."""

    person: str
    kind: str
    cause: str

    @property
    def id(self) -> str:
        return str(uuid5(NOTICES, f"{self.person}|{self.kind}|{self.cause}"))


def owed(told: Chronicle) -> Iterator[Owed]:
    """Yield every notice that the rules ask for."""
    lives = told.lives()
    made = {f.causation: f for f in told.loops if f.kind == "PromiseMade"}
    for fact in told.ideas:
        people = _concerned(fact, lives.get(fact.stream[5:], []))
        promise = made.get(fact.id)
        kind = TO_AUTHORS.get(fact.kind) or ("promise_made" if promise else None)
        for person in people if kind else ():
            did_it = kind in OPTIONAL and person == fact.data.get("by")
            if not did_it and not (kind == "promise_made" and _joined(told, promise, person)):
                yield Owed(person, str(kind), fact.id)
        yield from _entrusted(told, fact, promise, people)
    for fact in told.reviews:
        if fact.kind == "ReviewerAssigned":
            yield Owed(fact.data["reviewer"], "review_assigned", fact.id)
    for fact in told.loops:
        life = lives.get(fact.stream[5:], [])
        known = whose([f for f in life if f.recorded <= fact.recorded])
        yield from _of_the_loop(told, fact, known or whose(life))
    yield from (notice for notice, sure in reminders(told) if sure)
    yield from {notice for notice, sure in stand_ins(told) if sure}


def _concerned(fact: Fact, life: Sequence[Fact]) -> list[str]:
    """Return whom a fact of an idea is told, as one of those whose idea it is."""
    after = whose([f for f in life if f.version <= fact.version])
    if fact.kind == "IdeaAbsorbed":  # who came with the other idea is told with theirs
        return [person for person in after if person not in fact.data["authors"]]
    if fact.kind == "IdeaSeparated":  # who goes is told as well
        before = whose([f for f in life if f.version < fact.version])
        return list(dict.fromkeys([*before, *after]))
    return after


def _entrusted(
    told: Chronicle, fact: Fact, promise: Fact | None, authors: list[str]
) -> Iterator[Owed]:
    """Whom others made accountable is told; a reviewer hears of the review itself."""
    if promise is None or fact.kind in ("IdeaSubmitted", "IdeaTakenUnderReview"):
        return
    person = promise.data["accountable"]
    if person not in (*authors, told.desk, fact.data.get("by")):
        yield Owed(person, "entrusted", fact.id)


def _of_the_loop(told: Chronicle, fact: Fact, authors: list[str]) -> Iterator[Owed]:
    cause = f"{fact.stream}@{fact.version}"
    if fact.kind == "Escalated":
        yield from (Owed(person, "promise_broken", cause) for person in authors)
        yield Owed(fact.data["accountable"], "escalated", cause)
    elif fact.kind == "PromisePassedOn":
        yield from (Owed(person, "promise_made", cause) for person in authors
                    if person != fact.data["previous"]
                    and not _joined(told, fact, person))  # fmt: skip
        yield Owed(fact.data["accountable"], "entrusted", cause)
    elif fact.kind == "PromiseExtended":
        yield from (Owed(person, "promise_extended", cause) for person in authors)


def _joined(told: Chronicle, promise: Fact | None, person: str) -> bool:
    """Tell whether an acknowledgement that had not left says this promise, or a later one."""
    if promise is None:
        return False
    idea = promise.stream.removeprefix("loop-")
    kinds = ("PromiseMade", "PromisePassedOn")
    loop = [f for f in told.loops if f.stream == promise.stream and f.kind in kinds]
    made = [f.promise for f in sorted(loop, key=lambda f: f.version)]
    said = [n.promise for n in told.inboxes.get(person, ())
            if n.kind == "acknowledgement" and n.idea == idea]  # fmt: skip
    return any(s in made[made.index(promise.promise) :] for s in said)


def reminders(told: Chronicle) -> Iterator[tuple[Owed, bool]]:
    """Yield each reminder that may be told, and whether it must be.

    A working day before a date, if it was promised before that; where the clock was moved past
    both at once there was no moment at which to remind.
    """
    for promise in all_promises(told):
        early = CALENDAR.add_working_days(promise.due, -1)
        if promise.since < early:
            notice = Owed(promise.person, "reminder", f"{promise.idea}|{promise.due.isoformat()}")
            days = [s for s in told.stands if early <= s < promise.due and promise.stands_at(s)]
            yield notice, bool(days)


def stand_ins(told: Chronicle) -> Iterator[tuple[Owed, bool]]:
    """Yield what each deputy may be told, and whether they must be.

    Of each promise that is due while its person is away, from the first morning on: a while after
    that, as what can be passed on is, and the deputy hears of that instead.
    """
    authors = told.authors()
    for promise in all_promises(told):
        day = CALENDAR.local_date(promise.due)
        for away in told.absences:
            mine = away.person == promise.person and away.first <= day <= away.last
            if not mine or away.deputy in authors.get(promise.idea, ()):
                continue
            cause = f"{promise.idea}|{promise.person}|{promise.due.isoformat()}"
            knows = max(promise.since, CALENDAR.end_of(away.first) - MORNING) + 2 * SETTLES
            days = [s for s in told.stands if knows <= s < promise.due and promise.stands_at(s)]
            yield Owed(away.deputy, "standing_in", cause), bool(days)


def arrived(told: Chronicle) -> Iterator[str]:
    """Each owed notice is in its person's inbox and mailbox once; nothing else is in either."""
    wanted = Counter(owed(told))
    yield from (f"{notice} is owed {n} times" for notice, n in wanted.items() if n > 1)
    known = {notice.id: notice for notice in wanted}
    may = known | {notice.id: notice for notice, _ in (*reminders(told), *stand_ins(told))}
    mails = Counter(_notice_of(message) for message, _ in told.mails)
    shown = Counter((person, n.id) for person, box in told.inboxes.items() for n in box)
    for name, notice in known.items():
        if mails[name] != 1:
            yield f"{notice} is owed once, and {mails[name]} mails of it came"
        if shown[notice.person, name] != 1:
            yield f"{notice} is in the inbox {shown[notice.person, name]} times"
    for message, address in told.mails:
        found = may.get(_notice_of(message))
        if found is None:
            yield f"a mail to {address} came that no rule explains: {message}"
        elif told.addresses.get(found.person) != address:
            yield f"{found} went to {address}"
    for person, name in shown:
        if name not in may or may[name].person != person:
            yield f"a notice is in the inbox of {person} that no rule explains: {name}"


def _notice_of(message: str) -> str:
    return message.strip("<>").partition("@")[0]


def repeated(told: Chronicle) -> int:
    """Count the mails that came again under their Message-ID: allowed, and worth knowing."""
    return sum(told.mails.values()) - len(told.mails)
