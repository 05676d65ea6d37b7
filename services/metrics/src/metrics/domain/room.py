"""The numbers about room for ideas: barriers, pilots, time."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from metrics.domain.answering import until_event
from metrics.domain.facts import UNKNOWN, Doing
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact, Number, count, days, nothing
from metrics.domain.scene import Scene
from metrics.domain.survival import Duration

_ENDS = ("BarrierRemoved", "BarrierDeclined")


def barriers(scene: Scene) -> list[Doing]:
    """Return the barriers raised in the period."""
    return _begun(scene, "BarrierRaised")


def requests(scene: Scene) -> list[Doing]:
    """Return the requests for time made in the period."""
    return _begun(scene, "TimeAsked")


def _begun(scene: Scene, kind: str) -> list[Doing]:
    return [d for d in scene.doings if d.type == kind and scene.window.holds(d.occurred_at)]


def _end(scene: Scene, barrier: UUID) -> Doing | None:
    return next(iter(scene.of(barrier, *_ENDS)), None)


def barrier_resolution(scene: Scene, raised: Sequence[Doing]) -> Number:
    """How long people wait until what is in their way is removed, or declined with a reason."""
    ends = Counter[str]()
    waits = []
    for barrier in raised:
        end = _end(scene, barrier.subject)
        ends[end.type if end else "open"] += 1
        moment = end.occurred_at if end else scene.window.at
        waits.append(Duration(days(moment - barrier.occurred_at), happened=end is not None))
    return until_event(waits, {
        "removed": ends["BarrierRemoved"], "declined": ends["BarrierDeclined"],
        "open": ends["open"],
    })  # fmt: skip


def level(scene: Scene, barrier: Doing) -> str:
    """Return the level of whoever owns a barrier at its end, or at the instant of judging."""
    end = _end(scene, barrier.subject)
    moment = end.occurred_at if end else scene.window.at
    owners = scene.of(barrier.subject, "BarrierRaised", "BarrierHandedOver")
    standing = scene.roster.at(owners[-1].person or b"", moment)
    return (standing and standing.level) or UNKNOWN


def department(scene: Scene, doing: Doing) -> str:
    """Return the department on a fact, else the one of whoever asked, at that moment."""
    asked = doing.others[0] if doing.others else doing.person
    return doing.department or scene.roster.department(asked, doing.occurred_at)


def pilot_outcomes(scene: Scene, ideas: Sequence[Life]) -> Number:
    """What pilots led to. Live ones can't be concluded without a learning."""
    concluded = [
        (life, doing)
        for life in ideas
        for doing in scene.of(life.idea, "PilotConcluded")
        if scene.window.holds(doing.occurred_at)
    ]
    outcomes = Counter(doing.kind for _, doing in concluded)
    learned = sum(life.origin == "live" for life, _ in concluded)
    return count(len(concluded), {
        "scaled": outcomes["scaled"], "stopped": outcomes["stopped"],
        "extended": outcomes["extended"], "with_learning": learned,
    })  # fmt: skip


def time_granted(scene: Scene, asked: Sequence[Doing]) -> Number:
    """How much of the time that people ask for they get."""
    granted = Fraction(0)
    refused = 0
    for request in asked:
        answers = scene.of(request.subject, "TimeGranted", "TimeRefused")
        granted += sum((hours(a) for a in answers if a.type == "TimeGranted"), Fraction(0))
        refused += any(answer.type == "TimeRefused" for answer in answers)
    wanted = sum((hours(request) for request in asked), Fraction(0))
    beside: dict[str, Exact | None] = {
        "hours_asked": wanted,
        "hours_granted": granted,
        "refused": refused,
    }
    if not wanted:
        return nothing(beside)
    return Number(value=granted / wanted, n=len(asked), beside=beside)


def hours(doing: Doing) -> Fraction:
    return Fraction(Decimal(repr(doing.amount or 0)))
