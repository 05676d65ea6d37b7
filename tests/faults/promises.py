"""The judge of what was promised: from what services published and what reached people.

Pure, and without a word of the code that it judges: who owes what to whom is told anew here and in
`news`, from the READMEs and the decisions. No sentence means that no idea is silent, no notice was
lost, none was told twice, and each broken promise went one step up the ladder, in order.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tests.faults.chronicle import Chronicle, Fact, all_promises, promises
from tests.faults.news import CALENDAR, TO_AUTHORS, arrived

GRACE = timedelta(minutes=10)  # for a date that was past when it was first heard of
ENDS = {"IdeaWithdrawn", "IdeaDeclined", "IdeaMerged", "IdeaRealised"}


def check(told: Chronicle) -> list[str]:
    """Return everything that is wrong."""
    return [*silent(told), *climbed(told), *in_time(told), *arrived(told)]


# ------------------------------------------------------------ nobody waits in silence
def silent(told: Chronicle) -> Iterator[str]:
    """An idea that is open has one promise, whose date is to come, and ideas names the same."""
    loops = told.of_loops()
    for idea, life in told.lives().items():
        standing = [p for p in promises(idea, loops.get(idea, ())) if p.until is None]
        if _over(life):
            yield from (f"{idea} is over, and {p.person} still owes a word" for p in standing)
        elif not standing:
            yield f"{idea} is silent: nobody owes its author a word"
        else:
            named = [f.promise for f in life if f.promise][-1]
            stands = standing[-1]
            if named != (stands.person, stands.due):
                yield f"{idea} names {named}, and {stands.person} owes a word by {stands.due}"


def _over(life: Sequence[Fact]) -> bool:
    turns = [f for f in life if f.kind in TO_AUTHORS or f.kind in ENDS]
    last = turns[-1]
    return last.kind in ENDS or last.data.get("outcome") == "stopped"


# ------------------------------------------------------------ one step up, in order
def climbed(told: Chronicle) -> Iterator[str]:
    """Each broken promise had passed, was the one that stood, and went to whoever is next."""
    authors = told.authors()
    for idea, loop in told.of_loops().items():
        versions = [f.version for f in loop]
        if versions != list(range(1, len(loop) + 1)):
            yield f"{idea}: the steps of its loop are {versions}"
        yield from _climb(told, idea, loop, authors.get(idea, []))


def _climb(told: Chronicle, idea: str, loop: Sequence[Fact], authors: list[str]) -> Iterator[str]:
    asked: list[str] = []
    due: datetime | None = None
    for before, fact in itertools.pairwise([None, *loop, None]):
        broken = before is not None and before.kind == "PromiseBroken"
        if broken != (fact is not None and fact.kind == "Escalated"):
            yield f"{idea}: a promise was broken without an escalation, or the other way round"
        if fact is None:
            return
        if fact.kind == "PromiseBroken":
            yield from _passed(idea, fact, asked, due)
        elif fact.kind == "Escalated":
            up = next_up(told, asked, authors)
            named = (fact.data["accountable"], fact.data["rung"], fact.data["previous"])
            if named != (up, _rung(told, up), asked[-1] if asked else None):
                yield f"{idea}: {asked} let it pass, {up} is next, and it says {named}"
        elif fact.kind == "PromisePassedOn":
            yield from _passed_on(told, idea, fact, asked, due)
        elif fact.kind == "PromiseExtended" and not _away(told, fact):
            yield f"{idea}: {fact.data['was']} was moved on, and the house was not away"
        asked = _asked(fact, asked)
        due = fact.promise[1] if fact.promise and fact.kind != "PromiseBroken" else due


def _passed(idea: str, broken: Fact, asked: list[str], due: datetime | None) -> Iterator[str]:
    if not asked or broken.promise != (asked[-1], due):
        yield f"{idea}: {broken.promise} is said to be broken, and {asked[-1:]} promised {due}"
    elif due is not None and broken.at < due:
        yield f"{idea}: the promise of {due} was broken before, at {broken.at}"


def _asked(fact: Fact, before: list[str]) -> list[str]:
    """Return who made the promise that stands after a fact, and who took it over since."""
    to = str(fact.data.get("accountable"))
    match fact.kind:
        case "PromiseMade":
            return [to]
        case "PromiseKept":
            return []
        case "Escalated":
            return [*before, to]
        case "PromisePassedOn":
            return [to] if len(before) == 1 else [*before, to]
        case _:
            return before


def _passed_on(
    told: Chronicle, idea: str, fact: Fact, asked: list[str], due: datetime | None
) -> Iterator[str]:
    """Only who is gone is succeeded, by the same date: nobody lets go of a promise otherwise."""
    who = fact.data["previous"]
    day = CALENDAR.local_date(fact.at)
    gone = who in told.left or any(
        away.person == who and away.first <= day <= away.last for away in told.absences
    )
    if not gone:
        yield f"{idea}: what {who} promised was passed on, and {who} is here"
    if asked[-1:] != [who] or fact.promise is None or fact.promise[1] != due:
        yield f"{idea}: {fact.promise} was passed on by {who}, and {asked[-1:]} promised {due}"


def _away(told: Chronicle, fact: Fact) -> bool:
    was = datetime.fromisoformat(fact.data["was"])
    return any(began < was <= ended for began, ended in told.outages)


def next_up(told: Chronicle, asked: Sequence[str], authors: Sequence[str]) -> str:
    """Return who owes the word after these: lead after lead to a director, then the desk."""
    chain, post = [], told.leads.get(asked[0]) if asked else None
    while post is not None and post not in chain:
        chain.append(post)
        post = None if post in told.directors else told.leads.get(post)
    highest = max((chain.index(p) for p in asked if p in chain), default=-1)
    left = [p for p in chain[highest + 1 :] if p not in authors and p not in asked]
    return left[0] if left else told.desk


def _rung(told: Chronicle, person: str) -> str:
    if person == told.desk:
        return "desk"
    return "director" if person in told.directors else "lead"


def in_time(told: Chronicle) -> Iterator[str]:
    """At no moment of rest does a promise stand whose date has passed."""
    for promise in all_promises(told):
        # What was past when it was first heard of has some minutes, as its answer may be coming.
        late = promise.due if promise.due > promise.since else promise.since + GRACE
        passed = [s for s in told.stands if promise.stands_at(s) and s >= late]
        if passed:
            yield (f"{promise.idea}: {promise.person} promised {promise.due}, which at {passed[0]} "
                   "was neither kept nor broken")  # fmt: skip
