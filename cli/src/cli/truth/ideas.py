"""The numbers of ideas that the log of ideas alone is enough for."""

from collections import Counter
from collections.abc import Callable

from cli.truth.logs import (
    HALF,
    JUDGED,
    P85,
    Idea,
    Log,
    Question,
    Told,
    Wait,
    days,
    median,
    reached,
    rounded,
    share,
)

_STATES = (
    "submitted", "under_review", "accepted", "declined", "parked", "withdrawn", "merged",
    "in_pilot", "realised", "stopped",
)  # fmt: skip
Count = Callable[[list[Idea], Question], Told]


def _submitted(ideas: list[Idea], asked: Question) -> Told:
    number = sum(asked.has(idea.born) for idea in ideas)
    return Told(number, number, {})


def _by_state(ideas: list[Idea], _: Question) -> Told:
    counted = Counter(idea.stands[0] for idea in ideas)
    return Told(len(ideas), len(ideas), {state: counted[state] for state in _STATES})


def _realised(ideas: list[Idea], asked: Question) -> Told:
    cohort = [idea for idea in ideas if asked.has(idea.born)]
    return share([idea.when("IdeaRealised") is not None for idea in cohort], {})


def _accepted(ideas: list[Idea], asked: Question) -> Told:
    judged = [idea for idea in ideas if asked.has(idea.when(*JUDGED))]
    revised = sum(len(set(idea.verdicts)) > 1 for idea in judged)
    return share([idea.verdicts[0] for idea in judged], {"revised": revised})


def _taken(*names: str) -> Count:
    def told(ideas: list[Idea], asked: Question) -> Told:
        ends = [(idea.born, end) for idea in ideas if asked.has(end := idea.when(*names))]
        taken = sorted(days(end - born) for born, end in ends if end)
        p90 = taken[-(-len(taken) * 90 // 100) - 1] if taken else None
        return Told(rounded(median(taken)), len(taken), {"p90": rounded(p90)})

    return told


def _to_pilot(ideas: list[Idea], asked: Question) -> Told:
    cohort = [idea for idea in ideas if asked.has(idea.born)]
    waits: list[Wait] = []
    for idea in cohort:
        pilot = idea.when("PilotStarted")
        end = pilot or (idea.stands[1] if idea.is_out else asked.at)
        waits.append((days(end - idea.born), pilot is not None))
    pilots = sum(happened for _, happened in waits)
    exits = sum(idea.is_out and idea.when("PilotStarted") is None for idea in cohort)
    beside = {
        "p85": reached(waits, P85), "pilots": pilots, "exits": exits,
        "open": len(cohort) - pilots - exits,
    }  # fmt: skip
    return Told(reached(waits, HALF), len(cohort), beside)


def _through(ideas: list[Idea], asked: Question) -> Told:
    pilots = sum(asked.has(idea.when("PilotStarted")) for idea in ideas)
    realised = sum(asked.has(idea.when("IdeaRealised")) for idea in ideas)
    return Told(pilots, pilots, {"first_pilots": pilots, "first_realisations": realised})


def _under_way(ideas: list[Idea], _: Question) -> Told:
    number = sum(not idea.is_out for idea in ideas)
    return Told(number, number, {})


def _age(ideas: list[Idea], asked: Question) -> Told:
    end = min(asked.until, asked.at)
    ages = [days(end - idea.born) for idea in ideas if not idea.is_out]
    return Told(rounded(median(ages)), len(ages), {})


def _judged(count: Count) -> Callable[[Log, Question], Told]:
    return lambda log, asked: count(log.ideas(asked.at), asked)


def _standing(count: Count) -> Callable[[Log, Question], Told]:
    """How things stand is asked as of the end of the period; all else as of the judging."""
    return lambda log, asked: count(log.ideas(min(asked.until, asked.at)), asked)


NUMBERS: dict[str, Callable[[Log, Question], Told]] = {
    "ideas_submitted": _judged(_submitted), "ideas_by_state": _standing(_by_state),
    "realisation_a": _judged(_realised), "realisation_b": _judged(_accepted),
    "processing_time_a": _judged(_taken(*JUDGED)),
    "processing_time_b": _judged(_taken("IdeaRealised")),
    "lead_time_to_pilot": _judged(_to_pilot), "throughput": _judged(_through),
    "wip": _standing(_under_way), "age": _standing(_age),
}  # fmt: skip
