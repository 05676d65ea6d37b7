"""Ten KPIs of ideas, refolded from the store by plain sums: nothing of the product is used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.faults.evidence import Evidence, Stored

Answer = dict[str, Any]
OVER = {"declined", "withdrawn", "realised", "stopped"}
STATES = (
    "submitted", "under_review", "accepted", "declined", "parked",
    "withdrawn", "merged", "in_pilot", "realised", "stopped",
)  # fmt: skip
_REACHED = {
    "IdeaSubmitted": "submitted", "IdeaTakenUnderReview": "under_review",
    "IdeaAccepted": "accepted", "IdeaDeclined": "declined", "IdeaParked": "parked",
    "IdeaWithdrawn": "withdrawn", "PilotStarted": "in_pilot", "IdeaRealised": "realised",
}  # fmt: skip
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400 * 10**6


@dataclass
class Life:
    """An idea: when each kind of step first happened, and where it stands."""

    idea: str
    state: str = ""
    firsts: dict[str, datetime] = field(default_factory=dict)
    over: datetime | None = None


def state_after(event: Stored) -> str | None:
    if event.type == "PilotConcluded":
        return "stopped" if event.data["outcome"] == "stopped" else "in_pilot"
    return _REACHED.get(event.type)


def lives(events: Sequence[Stored]) -> list[Life]:
    """Fold the store of ideas, stream by stream."""
    found: dict[str, Life] = {}
    for event in sorted(events, key=lambda e: (e.stream, e.version)):
        life = found.setdefault(event.stream, Life(event.stream[5:]))
        state = state_after(event)
        if state is not None:
            life.state = state
            life.firsts.setdefault(event.type, event.at)
            life.over = event.at if state in OVER else None
    return list(found.values())


def refold(events: Sequence[Stored], end: datetime) -> dict[str, Answer]:
    """Return what metrics must answer for a period that holds all of it, judged at its end."""
    ideas = lives(events)
    states = [life.state for life in ideas]
    count = len(ideas)
    judged = [(life, *first) for life in ideas if (first := _judged(life))]
    accepted = sum(kind == "IdeaAccepted" for _, _, kind in judged)
    realised = sum("IdeaRealised" in life.firsts for life in ideas)
    pilots = sum("PilotStarted" in life.firsts for life in ideas)
    return {
        "ideas_submitted": {"value": count, "n": count},
        "ideas_by_state": {"value": count, "beside": {s: states.count(s) for s in STATES}},
        "realisation_a": _share(realised, count),
        "realisation_b": _share(accepted, len(judged)),
        "throughput": {
            "value": pilots,
            "beside": {"first_pilots": pilots, "first_realisations": realised},
        },
        "wip": {"value": sum(state not in OVER for state in states)},
        "processing_time_a": _middle([_took(life, at) for life, at, _ in judged]),
        "processing_time_b": _middle([
            _took(life, life.firsts["IdeaRealised"]) for life in ideas
            if "IdeaRealised" in life.firsts
        ]),
        "lead_time_to_pilot": _lead_time(ideas, end),
        "silent_ideas": {"value": 0},
    }  # fmt: skip


def differences(found: Evidence) -> Iterator[str]:
    """Compare what metrics answered with the refold, key by key."""
    if "end" not in found.numbers:
        yield "metrics was asked for no KPI at all"
        return
    end = datetime.fromisoformat(found.numbers["end"]["at"])
    for kpi, wanted in refold(found.stores["ideas"], end).items():
        if (told := found.numbers.get(kpi)) is None:
            yield f"metrics was not asked for {kpi}"
            continue
        for key, value in wanted.items():
            got = told.get(key)
            if key == "beside":
                got = {name: (told.get("beside") or {}).get(name) for name in value}
            if got != value:
                yield f"metrics says {kpi}.{key} = {got}, and the store says {value}"


def period(today: date) -> dict[str, str]:
    """Return the question: a period with everything in it, judged at the end of today."""
    since, until = today - timedelta(days=30), today + timedelta(days=1)
    return {"from": str(since), "to": str(until), "at": str(today)}


def _judged(life: Life) -> tuple[datetime, str] | None:
    found = [(life.firsts[k], k) for k in ("IdeaAccepted", "IdeaDeclined") if k in life.firsts]
    return min(found) if found else None


def _took(life: Life, until: datetime) -> int:
    return (until - life.firsts["IdeaSubmitted"]) // MICROSECOND


def _share(part: int, whole: int) -> Answer:
    if not whole:
        return {"value": None, "reason": "no_data"}
    return {"value": _round(Fraction(part, whole)), "numerator": part, "denominator": whole}


def _middle(took: list[int]) -> Answer:
    if not took:
        return {"value": None, "reason": "no_data"}
    ordered = sorted(took)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return {"value": _round(Fraction(low + high, 2 * DAY)), "n": len(ordered)}


def _lead_time(ideas: Sequence[Life], end: datetime) -> Answer:
    """Kaplan and Meier, by hand: who left or still waits is counted until then."""
    took = []
    for life in ideas:
        pilot = life.firsts.get("PilotStarted")
        took.append((_took(life, pilot or life.over or end), pilot is not None))
    left, value = Fraction(1), None
    for moment in sorted({t for t, happened in took if happened}):
        at_risk = sum(t >= moment for t, _ in took)
        left = left * (at_risk - sum(t == moment and yes for t, yes in took)) / at_risk
        if left <= Fraction(1, 2):
            value = _round(Fraction(moment, DAY))
            break
    return {"value": value, "beside": {"pilots": sum(yes for _, yes in took)}}


def _round(exact: Fraction) -> float:
    """Round half to even to six decimals, in whole numbers until the last step."""
    return round(exact * 10**6) / 10**6
