"""Short ways to tell the life of an idea, and to let it happen."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from contracts.ideas import IdeaEvent
from contracts.vocabulary import IdeaId, PersonId, PhotoId, PilotId
from ideas.domain import (
    AddPhoto,
    ConcludePilot,
    Idea,
    IdeaCommand,
    Promise,
    RealiseIdea,
    RecordAnswer,
    RecordMeasurement,
    RecordPastStep,
    RemovePhoto,
    ReopenIdea,
    RevealAuthor,
    ReviseIdea,
    StartPilot,
    SubmitIdea,
    TakeUnderReview,
    WithdrawIdea,
    decide,
    evolve,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDEA = IdeaId(UUID(int=1))
PILOT, NEXT_PILOT = PilotId(UUID(int=2)), PilotId(UUID(int=3))
PHOTO, NEXT_PHOTO = PhotoId(UUID(int=4)), PhotoId(UUID(int=5))
ANNA, BO, RIK, DESK, LEAD, STRANGER = map(PersonId, ("anna", "bo", "rik", "desk", "lead", "zoe"))
CUTOVER = AT + timedelta(days=3_000)
PROMISE = Promise(
    LEAD, DESK, AT + timedelta(days=3_007), AT + timedelta(days=3_028), CUTOVER,
    end_of=lambda day: datetime.combine(day, time(17), UTC),
)  # fmt: skip


def day(n: float) -> datetime:
    return AT + timedelta(days=n)


def submit(**changes: Any) -> SubmitIdea:
    told: dict[str, Any] = {
        "idea": IDEA, "author": ANNA, "title": "Fietsen", "body": "Naar de klant.", "at": AT,
        "desk": DESK, "due": day(7), "co_authors": (BO,),
    }  # fmt: skip
    return SubmitIdea(**told | changes)


def revise(at: float = 1, by: PersonId = ANNA, **better: Any) -> ReviseIdea:
    return ReviseIdea(by, day(at), **better or {"title": "Fietsen, altijd"})


def withdraw(at: float = 1, by: PersonId = ANNA) -> WithdrawIdea:
    return WithdrawIdea(by, day(at), "het kan niet")


def take(at: float = 0, reviewer: PersonId = RIK) -> TakeUnderReview:
    return TakeUnderReview(reviewer, day(at), day(at + 28))


def answer(outcome: Any, at: float = 2, **changes: Any) -> RecordAnswer:
    told: dict[str, Any] = {"accountable": RIK, "due": day(at + 28)}
    return RecordAnswer(outcome=outcome, by=RIK, at=day(at), **told | changes)


def start(at: float = 3, by: PersonId = RIK, **changes: Any) -> StartPilot:
    told: dict[str, Any] = {
        "pilot": PILOT, "due": day(at + 60), "ends_on": day(at + 60).date(),
        "hypothesis": "het gaat sneller", "measure": "minuten", "stop_rule": "na een ongeluk",
        "team": (BO,), "super_users": (BO,), "baseline": 30.0, "target": 20.0,
    }  # fmt: skip
    return StartPilot(by=by, at=day(at), **told | changes)


def measure(at: float = 4, by: PersonId = RIK, **changes: Any) -> RecordMeasurement:
    told: dict[str, Any] = {"pilot": PILOT, "value": 12.5}
    return RecordMeasurement(by=by, at=day(at), **told | changes)


def conclude(outcome: Any, at: float = 5, by: PersonId = RIK, **changes: Any) -> ConcludePilot:
    told: dict[str, Any] = {"pilot": PILOT, "learning": "het scheelt", "due": day(at + 90)}
    return ConcludePilot(by=by, at=day(at), outcome=outcome, **told | changes)


def realise(at: float = 6, by: PersonId = RIK, **changes: Any) -> RealiseIdea:
    return RealiseIdea(by=by, at=day(at), **changes)


def reveal(at: float = 1, by: PersonId = ANNA) -> RevealAuthor:
    return RevealAuthor(by, day(at))


def show(at: float = 1, by: PersonId = ANNA, photo: PhotoId = PHOTO, most: int = 1) -> AddPhoto:
    return AddPhoto(by, day(at), photo, most)


def hide(at: float = 2, by: PersonId = ANNA, photo: PhotoId = PHOTO) -> RemovePhoto:
    return RemovePhoto(by, day(at), photo)


def reopen(to: Any, at: float = 7) -> ReopenIdea:
    return ReopenIdea(DESK, day(at), to, "er is nu geld", DESK, day(at + 7))


ACCEPTED = (submit(), take(), answer("accepted"))
IN_PILOT = (*ACCEPTED, start())
REALISED = (*IN_PILOT, realise())


def lived(*commands: IdeaCommand, idea: Idea | None = None) -> Idea:
    """Return the idea to which all of this was done, successfully."""
    for command in commands:
        for event in decide(idea, command):
            idea = evolve(idea, event)
    assert idea is not None
    return idea


def events(*commands: IdeaCommand) -> list[IdeaEvent]:
    """Return what the last command leads to, after the others."""
    *before, last = commands
    return decide(lived(*before) if before else None, last)


def past(kind: Any, at: float, **told: Any) -> RecordPastStep:
    known: dict[str, Any] = {"author": ANNA} if kind == "submitted" else {}
    known |= {"told_at": CUTOVER}
    return RecordPastStep(idea=IDEA, kind=kind, at=day(at), pilot=PILOT, **known | told)


def names(happened: Sequence[object]) -> list[str]:
    return [type(event).__name__ for event in happened]
