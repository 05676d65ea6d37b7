"""At last a colleague tells the person: who is asked, and when nobody is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import NoticeId, PersonId
from notifications.domain.ladder import ALIAS, Ladder, Listed, next_standing
from notifications.domain.notices import Facts, Kind, Notice
from notifications.domain.subjects import Subject

_NOT_TOLD: frozenset[Kind] = frozenset({"hand_over", "reminder", "standing_in"})


@dataclass(frozen=True, slots=True)
class Unread:
    """A notice that was shown in the app alone. `arrived`: its person saw it, or was told."""

    notice: NoticeId
    person: PersonId
    kind: Kind
    about: Subject
    owed: bool
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A colleague is to tell a person; the notice by which the colleague hears of it."""

    unread: Unread
    colleague: PersonId
    notice: Notice


def can_be_told(unread: Unread, desk: PersonId) -> bool:
    """Tell whether a colleague may be asked: never about an alias, as nobody may know whose it is.

    The desk is no person, and a task to tell somebody has its own next colleague. What a reminder
    reminds of, or a deputy stands in for, says itself, once it is broken, what there is to say.
    """
    return (
        unread.owed
        and not unread.arrived
        and unread.kind not in _NOT_TOLD
        and unread.person != desk
        and not unread.person.startswith(ALIAS)
    )


@dataclass(frozen=True, slots=True)
class Around:
    """Who may be asked: the directory around a person, and the desk."""

    directory: Mapping[PersonId, Listed]
    desk: PersonId


def next_task(
    unread: Unread, asked: Sequence[PersonId], around: Around, at: datetime, until: datetime
) -> Task | None:
    """Return who is asked after those who were, up the ladder; None where nobody has to be.

    The desk is the last, and asked once: its task stays open until the person knows.
    """
    person = unread.person
    if not can_be_told(unread, around.desk) or around.directory.get(person, Listed()).left:
        return None
    ladder = Ladder(around.directory, around.desk, {person})
    standing = next_standing(ladder, [person, *asked])
    if standing.rung == "desk" and standing.person in asked:
        return None
    colleague = standing.person
    facts = Facts(colleague, until, previous=person)
    cause = f"{unread.notice}|{len(asked) + 1}"
    return Task(unread, colleague, Notice("hand_over", colleague, unread.about, cause, at, facts))
