"""What is told of a promise while it stands: of its date, and of who has it in place of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.notifications import LoopEvent, PromisePassedOn
from contracts.vocabulary import PersonId
from notifications.domain.ladder import ALIAS
from notifications.domain.loop import Owed
from notifications.domain.notices import Facts, Notice
from notifications.domain.subjects import Subject, subject_in


@dataclass(frozen=True, slots=True)
class Owing:
    """A promise that somebody owes: what it is about, whose matter that is, and until when."""

    about: Subject
    authors: tuple[PersonId, ...]
    due: datetime


def about_passing_on(
    events: Sequence[LoopEvent], cause: str, authors: Sequence[PersonId]
) -> list[Notice]:
    """Return what to tell where somebody who is gone is succeeded: the authors, and who it is now.

    The date stays, so each is told what a promise that is made anew tells, and who had it before.
    """
    found: list[Notice] = []
    for event in events:
        if isinstance(event, PromisePassedOn):
            about = subject_in(event)
            facts = Facts(event.accountable, event.due, event.previous)
            found += [
                Notice("promise_made", person, about, cause, event.at, facts)
                for person in dict.fromkeys(authors)
                if person != event.previous  # what is owed to others may be one's own
            ]
            found.append(Notice("entrusted", event.accountable, about, cause, event.at, facts))
    return found


def about_standing_in(
    owed: Owing, absent: PersonId, deputy: PersonId, at: datetime
) -> Notice | None:
    """Return what to tell the deputy of somebody who is away when a promise of theirs is due.

    Once for each promise. None where the deputy asked for it, or may not hear of it: whose a
    matter under an alias is nobody can tell, and it may be theirs or of somebody whom they lead.
    """
    if deputy in owed.authors or any(who.startswith(ALIAS) for who in owed.authors):
        return None
    cause = f"{owed.about.id}|{absent}|{owed.due.isoformat()}"
    facts = Facts(absent, owed.due, previous=absent)
    return Notice("standing_in", deputy, owed.about, cause, at, facts)


def reminder(
    loop: Owed | None, due: datetime, at: datetime, which: int | None = None
) -> Notice | None:
    """Return the reminder of a promise by its date, if it still stands and is not broken yet.

    `which` tells it from others of the same date: how many working days before.
    """
    if loop is None or loop.due != due or at >= due:
        return None  # A timer of a promise that was kept, replaced or broken meanwhile.
    cause = f"{loop.about.id}|{due.isoformat()}" + ("" if which is None else f"|{which}")
    return Notice("reminder", loop.accountable, loop.about, cause, at, Facts(loop.accountable, due))
