"""Random houses, as the logs of the services would tell them: ideas, reviews, loops, room."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from contracts import feedback, ideas, notifications, outside, room, talk
from contracts.vocabulary import (
    BarrierId,
    CommentId,
    IdeaId,
    NoticeId,
    PersonId,
    PilotId,
    QuestionId,
    RequestId,
    SubjectId,
)
from services.metrics.tests.making import day, idea

PEOPLE = [PersonId(f"p-{n}") for n in range(4)]
CATEGORIES = (None, "a", "b", "c")
_HOMES = ("care", "it", "lab", None)
Step = tuple[int, int, int]
"""What happens, on which day, and a number that says the rest of it."""
Stream = list[Any]


@dataclass
class World:
    """What each stream tells; late facts may be told after others that happened later."""

    streams: list[Stream]

    @property
    def events(self) -> list[Any]:
        """Return all of it, each stream in its order."""
        return [event for stream in self.streams for event in stream]


def _idea(named: Any, born: int, rest: int, steps: list[Step]) -> Stream:
    birth = ideas.IdeaSubmitted(
        idea=named, author=PEOPLE[0], at=day(born), category=CATEGORIES[rest % 4],
        co_authors=_beside(rest), department="lab" if rest % 11 == 0 else None,
        origin="imported" if rest % 7 == 0 else "live",
    )  # fmt: skip
    return [birth, *(_step(named, kind, born + after, more) for kind, after, more in steps)]


def _beside(rest: int) -> tuple[PersonId, ...]:
    return tuple(PEOPLE[1 + n] for n in range(3) if rest >> n & 1 and rest % 3)


def _step(named: Any, kind: int, on: int, rest: int) -> Any:
    """Make one of the steps that an idea may take; a history may skip and repeat any."""
    about: dict[str, Any] = {"idea": named, "author": PEOPLE[0], "at": day(on)}
    by: dict[str, Any] = {"by": PEOPLE[rest % 4]}
    pilot: dict[str, Any] = {"pilot": PilotId(idea(99))}
    owed: dict[str, Any] = {"accountable": PEOPLE[1], "due": day(on) + timedelta(days=5)}
    made: tuple[Any, ...] = (
        lambda: ideas.IdeaTakenUnderReview(**about, **owed),
        lambda: ideas.IdeaAccepted(**about, **by, **owed),
        lambda: ideas.IdeaDeclined(**about, **by),
        lambda: ideas.IdeaParked(**about, **by, **owed),
        lambda: ideas.IdeaRevived(**about, **owed),
        lambda: ideas.IdeaWithdrawn(**about, **by),
        lambda: ideas.IdeaReopened(**about, **by, to="under_review", **owed),
        lambda: ideas.PilotStarted(**about, **by, **pilot, **owed),
        lambda: ideas.PilotConcluded(**about, **by, **pilot, outcome="stopped", **owed),
        lambda: ideas.PilotConcluded(
            **about, **by, **pilot, outcome=("scaled", "extended")[rest % 2], **owed
        ),
        lambda: ideas.IdeaRealised(**about, **by),
        lambda: ideas.IdeaRevised(**about, **by, category=CATEGORIES[rest % 4], **owed),
        lambda: ideas.IdeaMerged(**about, **by, into=IdeaId(idea(98))),
        lambda: ideas.PromiseMoved(**about, **by, **owed),
        lambda: ideas.CoAuthorsChanged(**about, **by, **owed, co_authors=_beside(rest + 1)),
    )
    return made[kind % len(made)]()


def _review(named: Any, kind: int, on: int, rest: int) -> Any:
    about: dict[str, Any] = {"idea": named, "author": PEOPLE[0], "at": day(on)}
    who = PEOPLE[rest % 4]
    made: tuple[Any, ...] = (
        lambda: feedback.ReviewerAssigned(**about, reviewer=who, due=day(on + 9)),
        lambda: feedback.QuestionAsked(
            **about, by=who, question=QuestionId(idea(97)), asked_until=day(on + 1)
        ),
        lambda: feedback.ReviewCompleted(**about, reviewer=who, outcome="parked"),
        lambda: feedback.FeedbackRated(
            **about, by=PEOPLE[0], reviewer=who, useful=rest % 5 + 1, respectful=3
        ),
    )
    return made[kind % len(made)]()


def _talk(named: Any, kind: int, on: int, rest: int) -> Any:
    about: dict[str, Any] = {"idea": named, "author": PEOPLE[0], "at": day(on)}
    by = PEOPLE[rest % 4]
    made: tuple[Any, ...] = (
        lambda: talk.CommentPosted(**about, by=by, comment=CommentId(idea(96))),
        lambda: talk.IdeaSupported(**about, by=by),
        lambda: talk.SupportWithdrawn(**about, by=by),
    )
    return made[kind % len(made)]()


def _loop(named: Any, kind: int, on: int, rest: int) -> Any:
    said: dict[str, Any] = {
        "matter": "idea", "subject": SubjectId(named), "idea": named, "author": PEOPLE[0],
        "accountable": PEOPLE[rest % 3], "due": day(on + rest % 27), "at": day(on),
    }  # fmt: skip
    made: tuple[Any, ...] = (
        lambda: notifications.PromiseMade(**said),
        lambda: notifications.PromiseKept(**said),
        lambda: notifications.PromiseBroken(**said),
        lambda: notifications.PromiseExtended(**said, was=day(on)),
        lambda: notifications.Escalated(**said, previous=PEOPLE[0], rung="lead"),
        lambda: notifications.PromiseMade(**said | {"matter": "appeal"}),
        lambda: notifications.PromisePassedOn(**said, previous=PEOPLE[0], cause="left"),
    )
    return made[kind % len(made)]()


def _notice(named: Any, number: int, step: Step) -> Any:
    kind, on, rest = step
    said: dict[str, Any] = {
        "notice": NoticeId(idea(5000 + number)), "matter": "idea", "subject": SubjectId(named),
        "idea": named, "person": PEOPLE[rest % 5 == 0], "channel": "mail", "owed": True,
        "attempts": 1,
        "kind": ("decision", "reminder")[kind % 4 == 0], "at": day(on),
    }  # fmt: skip
    made: tuple[Any, ...] = (
        lambda: notifications.NoticeDelivered(**said, proof="250"),
        lambda: notifications.NoticeDeliveredV2(**said, proof="250"),
        lambda: notifications.NoticeFailed(**said, cause="no such box"),
    )
    return made[kind % len(made)]()


def _barrier(number: int, on: int, rest: int, steps: list[Step]) -> Stream:
    about: dict[str, Any] = {"barrier": BarrierId(idea(6000 + number)), "author": PEOPLE[rest % 4]}
    by: Any = {"by": PEOPLE[1]}
    owed: dict[str, Any] = {"accountable": PEOPLE[2], "due": day(on + 5)}
    made: tuple[Any, ...] = (
        lambda at: room.BarrierHandedOver(**about, **by, at=at, **owed),
        lambda at: room.BarrierRemoved(**about, **by, at=at),
        lambda at: room.BarrierDeclined(**about, **by, at=at),
    )
    found = [room.BarrierRaised(**about, kind="time", at=day(on), **owed)]
    return [*found, *(made[kind % 3](day(on + after)) for kind, after, _ in steps)]


def _request(number: int, on: int, rest: int, steps: list[Step]) -> Stream:
    about: dict[str, Any] = {"request": RequestId(idea(7000 + number)), "author": PEOPLE[rest % 4]}
    found: Stream = [room.TimeAsked(**about, purpose="idea", hours=rest % 9 + 0.1, at=day(on))]
    for kind, after, more in steps[:1]:
        said: dict[str, Any] = {**about, "by": PEOPLE[1], "at": day(on + after)}
        refused = BarrierId(idea(8000 + number))
        found.append(
            room.TimeGranted(**said, hours=more % 7 + 0.2)
            if kind % 2
            else room.TimeRefused(**said, barrier=refused)
        )
    return found


def _person(who: PersonId, draw: random.Random) -> Stream:
    """List somebody, who may move, leave and come back; no two moments are the same."""
    found: Stream = []
    for on in sorted(draw.sample(range(-200, 900), draw.choice([1, 1, 3, 6]))):
        at = day(on / 10) + timedelta(seconds=1)
        found.append(
            outside.PersonLeft(person=who, at=at)
            if draw.random() < 0.25
            else outside.PersonListed(person=who, at=at, department=draw.choice(_HOMES))
        )
    return found


def world(seed: int, *, rich: bool = False) -> World:
    """Draw a house from a seed; in a rich one much of everything happens.

    Sometimes many ideas are alike: some numbers need many.
    """
    draw = random.Random(seed)  # noqa: S311 - the same each time

    def steps() -> list[Step]:
        return [
            (draw.randint(0, 50), draw.randint(0, 60), draw.randint(0, 27))
            for _ in range(draw.choice([3, 8] if rich else [0, 1, 3, 8]))
        ]

    found = World([])
    several = [
        (draw.randint(0, 60), draw.randint(0, 27), [steps() for _ in range(5)])
        for _ in range(8 if rich else draw.choice([1, 2, 8]))
    ] * (6 if rich else draw.choice([1, 1, 6]))
    for number, (born, rest, told) in enumerate(several):
        named = IdeaId(idea(number))
        loop = sorted(told[3], key=lambda step: step[1])
        found.streams += [
            _idea(named, born, rest, told[0]), [_review(named, *step) for step in told[1]],
            [_talk(named, *step) for step in told[2]], [_loop(named, *step) for step in loop],
            *([_notice(named, 10 * number + n, step)] for n, step in enumerate(told[4])),
        ]  # fmt: skip
    found.streams += [_person(who, draw) for who in PEOPLE[: draw.choice([0, 3, 4])]]
    for make in (_barrier, _request):
        found.streams += [
            make(n, draw.randint(0, 60), draw.randint(0, 27), steps())
            for n in range(draw.choice([0, 1, 4]))
        ]
    return found
