"""The numbers about room for ideas: barriers, pilots, hours."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from cli.truth.logs import HALF, P85, Log, Question, Told, Wait, days, in_time, reached, rounded
from contracts.ideas import PilotConcluded
from contracts.room import (
    BarrierDeclined,
    BarrierRaised,
    BarrierRemoved,
    TimeAsked,
    TimeGranted,
    TimeRefused,
)


def _barriers(log: Log, asked: Question) -> Told:
    ends = log.about(asked.at, BarrierRemoved | BarrierDeclined, "barrier")
    raised = [b for b in log.of(asked.at, BarrierRaised) if asked.has(b.at)]
    came = Counter[str]()
    waits: list[Wait] = []
    for barrier in raised:
        end = next(iter(in_time(ends[barrier.barrier])), None)
        came[type(end).__name__] += 1
        waits.append((days((end.at if end else asked.at) - barrier.at), end is not None))
    removed, declined = came["BarrierRemoved"], came["BarrierDeclined"]
    return Told(reached(waits, HALF), len(raised), {
        "p85": reached(waits, P85), "removed": removed, "declined": declined,
        "open": len(raised) - removed - declined,
    })  # fmt: skip


def _hours(log: Log, asked: Question) -> Told:
    answers = log.about(asked.at, TimeGranted | TimeRefused, "request")
    requests = [each for each in log.of(asked.at, TimeAsked) if asked.has(each.at)]
    wanted = sum((Fraction(str(each.hours)) for each in requests), Fraction(0))
    given, refused = Fraction(0), 0
    for request in requests:
        told = answers[request.request]
        given += sum(Fraction(str(t.hours)) for t in told if isinstance(t, TimeGranted))
        refused += any(isinstance(t, TimeRefused) for t in told)
    beside = {"hours_asked": rounded(wanted), "hours_granted": rounded(given), "refused": refused}
    return Told(rounded(given / wanted) if wanted else None, len(requests), beside)


def _pilots(log: Log, asked: Question) -> Told:
    ended = [
        (step.outcome, idea.birth.origin)
        for idea in log.ideas(asked.at)
        for step in idea.steps if isinstance(step, PilotConcluded) and asked.has(step.at)
    ]  # fmt: skip
    outcomes = Counter(outcome for outcome, _ in ended)
    learned = sum(origin == "live" for _, origin in ended)
    return Told(len(ended), len(ended), {
        **{name: outcomes[name] for name in ("scaled", "stopped", "extended")},
        "with_learning": learned,
    })  # fmt: skip


NUMBERS: dict[str, Callable[[Log, Question], Told]] = {
    "barrier_resolution": _barriers, "time_granted": _hours, "pilot_outcomes": _pilots,
}  # fmt: skip
