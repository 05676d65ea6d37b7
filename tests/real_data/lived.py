"""A history lived in the house: what a file tells of ideas, and by rule what happened around them.

Files of other systems hold no promises, notices, ratings, barriers or hours. So that each open
number has something to count, they follow by rule from the lines of the file: who looks at an idea
owes a word, a word keeps it, and so on, by the number of the idea. `numbers.py` counts what comes
of it, from the same stories, without anything of ours.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from contracts import feedback, ideas, notifications, outside, room, talk
from contracts.vocabulary import (
    BarrierId,
    Event,
    IdeaId,
    NoticeId,
    PersonId,
    PilotId,
    RequestId,
    SubjectId,
)
from services.metrics.tests.making import idea as named
from tests.real_data.stories import ZONE, Move, Story

LOOKS = timedelta(days=20)
TOLD = timedelta(minutes=10)
OUT = {"declined", "withdrawn", "realised", "stopped"}


class Person(NamedTuple):
    """Who works where from a day on, up to one on which they leave."""

    department: str
    came: datetime
    left: datetime | None


def people_of(stories: list[Story], folder: Path) -> dict[str, Person]:
    """Return who was there: as people.csv has it, else wherever they first wrote an idea."""
    came = min(story.born for story in stories) - timedelta(days=40)
    where: dict[str, str] = {}
    if (folder / "people.csv").exists():
        with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
            where = {row["id"]: row["department"] for row in csv.DictReader(file)}
    for story in stories:
        for who in (*story.authors, story.reviewer):
            where.setdefault(who, story.department or "elsewhere")
    leaving = timedelta(days=500, hours=3)
    return {
        who: Person(department, came, came + leaving if n % 7 == 3 else None)
        for n, (who, department) in enumerate(sorted(where.items()))
    }


def listings(people: dict[str, Person]) -> Iterator[Event]:
    for who, person in people.items():
        yield outside.PersonListed(
            person=PersonId(who), at=person.came, department=person.department
        )
        if person.left:
            yield outside.PersonLeft(person=PersonId(who), at=person.left)


def days_of(people: dict[str, Person], first: date, until: date) -> int:
    """Return how many days people were there when the day ended."""
    total = 0
    for person in people.values():
        came = person.came.astimezone(ZONE).date()
        left = person.left.astimezone(ZONE).date() if person.left else until
        total += max((min(left, until) - max(came, first)).days, 0)
    return total


def owed_by(story: Story, move: Move) -> tuple[str, datetime] | None:
    """Return who owes the next word after a move, by when: nobody, where the idea is out."""
    if move.state in OUT:
        return None
    return story.reviewer, move.at + LOOKS


def is_told(story: Story, move: Move) -> bool:
    """Whether a promise is told: of some ideas the first one is not."""
    return story.number % 5 != 0 or move.kind != "submitted"


def events_of(story: Story) -> list[Event]:
    """Return what happened with an idea and around it, in that order."""
    found: list[Event] = []
    owed: tuple[str, datetime] | None = None
    for move in story.moves:
        if owed:
            found.append(_loop(story, notifications.PromiseKept, owed, move.at))
        owed = owed_by(story, move)
        found.append(_move(story, move, owed))
        if owed and is_told(story, move):
            found.append(_loop(story, notifications.PromiseMade, owed, move.at))
        found += _around(story, move)
    found += _beside(story)
    return sorted(found, key=lambda event: event.at)


def _move(story: Story, move: Move, owed: tuple[str, datetime] | None) -> Event:
    promised: dict[str, Any] = {}
    if owed:
        promised = {"accountable": PersonId(owed[0]), "due": owed[1]}
    about: dict[str, Any] = {
        "idea": IdeaId(named(story.number)), "author": PersonId(story.authors[0]), "at": move.at,
    }  # fmt: skip
    by: dict[str, Any] = {"by": PersonId(story.reviewer)}
    if move.kind == "submitted":
        others = tuple(map(PersonId, story.authors[1:]))
        return ideas.IdeaSubmitted(
            **about, **promised, department=story.department, category=story.category,
            co_authors=others,
        )  # fmt: skip
    if move.kind == "reopened":
        return ideas.IdeaReopened(**about, **by, **promised, to=move.state)  # type: ignore[arg-type]
    if move.kind in {"in_pilot", "concluded"}:
        pilot: dict[str, Any] = {**about, **by, **promised, "pilot": PilotId(named(story.number))}
        if move.kind == "in_pilot":
            return ideas.PilotStarted(**pilot)
        return ideas.PilotConcluded(**pilot, outcome=move.outcome)  # type: ignore[arg-type]
    if move.kind == "under_review":
        return ideas.IdeaTakenUnderReview(**about, **promised)
    made: Any = {
        "accepted": ideas.IdeaAccepted, "declined": ideas.IdeaDeclined,
        "parked": ideas.IdeaParked, "withdrawn": ideas.IdeaWithdrawn,
        "realised": ideas.IdeaRealised,
    }[move.kind]  # fmt: skip
    event: Event = made(**about, **by, **promised)
    return event


def _loop(story: Story, kind: Any, owed: tuple[str, datetime], at: datetime) -> Event:
    event: Event = kind(
        matter="idea",
        subject=SubjectId(named(story.number)),
        idea=IdeaId(named(story.number)),
        author=PersonId(story.authors[0]),
        accountable=PersonId(owed[0]),
        due=owed[1],
        at=at,
    )
    return event


def _around(story: Story, move: Move) -> Iterator[Event]:
    """Yield the answer that a judgement is, and the notice and the rating of it."""
    number = story.number
    about: dict[str, Any] = {
        "idea": IdeaId(named(number)), "author": PersonId(story.authors[0]),
    }  # fmt: skip
    reviewer = PersonId(story.reviewer)
    if move.kind in {"accepted", "declined", "parked"}:
        decided: Any = move.kind
        yield feedback.ReviewCompleted(**about, reviewer=reviewer, outcome=decided, at=move.at)
        if number % 2 == 0:
            yield feedback.FeedbackRated(
                **about, by=PersonId(story.authors[0]), reviewer=reviewer, useful=number % 5 + 1,
                respectful=3, at=move.at + timedelta(hours=1),
            )  # fmt: skip
    kinds = {"accepted": "decision", "declined": "decision", "parked": "decision",
             "concluded": "pilot_concluded"}  # fmt: skip
    if move.kind in kinds and is_notified(story, move):
        yield notifications.NoticeDelivered(
            notice=NoticeId(named(10**12 + int(move.at.timestamp()) * 10**4 + number % 10**4)),
            matter="idea", subject=SubjectId(named(number)), idea=IdeaId(named(number)),
            person=PersonId(story.authors[0]), channel="mail", owed=True, attempts=1,
            kind=kinds[move.kind], proof="250", at=move.at + TOLD,
        )  # fmt: skip


def is_notified(story: Story, move: Move) -> bool:
    """Whether a notice of what was decided arrives."""
    return story.number % (4 if move.kind == "concluded" else 3) != 0


def _beside(story: Story) -> Iterator[Event]:
    """Yield who supports an idea, what is in its way while it is parked, and hours for pilots."""
    number, who = story.number, PersonId(story.reviewer)
    about: dict[str, Any] = {"idea": IdeaId(named(number)), "author": PersonId(story.authors[0])}
    if number % 4 == 0:
        yield talk.IdeaSupported(**about, by=who, at=story.born + timedelta(days=1))
    if number % 8 == 0:
        yield talk.SupportWithdrawn(**about, by=who, at=story.born + timedelta(days=3))
    for place, move in enumerate(story.moves):
        own = named(10**9 + number * 100 + place)
        asks: dict[str, Any] = {
            "author": PersonId(story.authors[0]),
            "accountable": who,
            "due": move.at + LOOKS,
        }
        if move.kind == "parked":
            barrier: Any = {"barrier": BarrierId(own)}
            yield room.BarrierRaised(**barrier, **asks, kind="time", at=move.at)
            if story.moves[place + 1 :]:
                yield room.BarrierRemoved(
                    **barrier, author=asks["author"], by=who, at=story.moves[place + 1].at
                )
        if move.kind == "in_pilot":
            request: Any = {"request": RequestId(own)}
            yield room.TimeAsked(
                **request, **asks, purpose="idea", hours=hours_asked(story), at=move.at
            )
            answer: Any = {**request, "author": asks["author"], "by": who,
                           "at": move.at + timedelta(days=2)}  # fmt: skip
            if number % 3:
                yield room.TimeGranted(**answer, hours=hours_granted(story))
            else:
                yield room.TimeRefused(**answer, barrier=BarrierId(named(2 * 10**9 + number)))


def hours_asked(story: Story) -> float:
    return story.number % 9 + 0.5


def hours_granted(story: Story) -> float:
    return story.number % 5 + 0.25
