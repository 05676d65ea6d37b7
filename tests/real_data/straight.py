"""The numbers of the real history and usage, straight from the files, with nothing of ours.

What the facts of the files stand for is decided by the README beside them. Each function returns a
dictionary with the keys of an answer over HTTP: value, numerator, denominator, n, reason, beside.
Dates are local days of Europe/Amsterdam; `until` is exclusive; `at` is the instant of judging.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from tests.real_data.files import OVER, ZONE, Idea, Use, history, usage

__all__ = ["OVER", "ZONE", "Idea", "Use", "history", "usage"]

ADVANCED = {"write-kep-yaml", "draw-diagram"}
STATES = (
    "submitted", "under_review", "accepted", "declined", "parked",
    "withdrawn", "merged", "in_pilot", "realised", "stopped",
)  # fmt: skip
Answer = dict[str, Any]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def ideas_submitted(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    number = len(_cohort(ideas, since, until, at))
    return _count(number)


def ideas_by_state(ideas: list[Idea], until: date, at: datetime) -> Answer:
    end = min(_second(midnight(until)), _second(at))
    found = [idea.state(end) for idea in ideas]
    number = len(found) - found.count(None)
    return _count(number, **{state: found.count(state) for state in STATES})


def realisation_a(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    cohort = _cohort(ideas, since, until, at)
    realised = [i for i in cohort if i.first("realised", _second(at)) is not None]
    return _ratio(len(realised), len(cohort))


def realisation_b(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    start, end, judged_at = _second(midnight(since)), _end(until, at), _second(at)
    accepted = whole = revised = 0
    for idea in ideas:
        judged = [s for s in idea.steps if s.kind in {"accepted", "declined"} and s.at < judged_at]
        if judged and start <= judged[0].at < end:
            whole += 1
            accepted += judged[0].kind == "accepted"
            revised += any(s.kind != judged[0].kind for s in judged)
    return _ratio(accepted, whole, revised=revised)


def processing_time_a(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    return _durations(ideas, {"accepted", "declined"}, since, until, at)


def processing_time_b(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    return _durations(ideas, {"realised"}, since, until, at)


def lead_time_to_pilot(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    end = _second(at)
    took: list[tuple[Fraction | int, bool]] = []
    exits = 0
    cohort = _cohort(ideas, since, until, at)
    for idea in cohort:
        born, pilot = idea.steps[0].at, idea.first("in_pilot", end)
        last = [s for s in idea.steps if s.at < end][-1]
        if pilot is not None:
            took.append((pilot - born, True))
        elif last.state in OVER:
            exits += 1
            took.append((last.at - born, False))
        else:
            took.append((end - born, False))
    pilots = sum(happened for _, happened in took)
    value, p85 = _waiting(took, Fraction(1, 2)), _waiting(took, Fraction(3, 20))
    reason = None if value is not None else "not_reached" if took else "no_data"
    return _answer(
        _days(value), None, None, len(took), reason,
        p85=_days(p85), pilots=pilots, exits=exits, open=len(took) - pilots - exits,
    )  # fmt: skip


def throughput(ideas: list[Idea], since: date, until: date, at: datetime) -> Answer:
    pilots = _firsts(ideas, "in_pilot", since, until, at)
    realised = _firsts(ideas, "realised", since, until, at)
    return _count(pilots, first_pilots=pilots, first_realisations=realised)


def wip(ideas: list[Idea], until: date, at: datetime) -> Answer:
    end = _end(until, at)
    number = sum(idea.state(end) not in {None, *OVER} for idea in ideas)
    return _count(number)


def age(ideas: list[Idea], until: date, at: datetime) -> Answer:
    end = _end(until, at)
    ages = sorted(end - i.steps[0].at for i in ideas if i.state(end) not in {None, *OVER})
    return _answer(_days(_middle(ages)), None, None, len(ages), None if ages else "no_data")


def active_users(uses: list[Use], month: date, department: str | None = None) -> Answer:
    persons = {u.person for u in _within(uses, month, department)}
    return _hidden(_count(len(persons)))


def feature_adoption(
    uses: list[Use], month: date, feature: str, department: str | None = None
) -> Answer:
    rows = _within(uses, month, department)
    users = {u.person for u in rows if u.feature == feature}
    return _hidden(_ratio(len(users), len({u.person for u in rows})))


def advanced_share(uses: list[Use], month: date, department: str | None = None) -> Answer:
    rows = _within(uses, month, department)
    users = {u.person for u in rows if u.feature in ADVANCED}
    return _hidden(_ratio(len(users), len({u.person for u in rows})))


def by_department(ideas: list[Idea]) -> dict[str, list[Idea]]:
    """Group ideas for the cells of `by=department`."""
    groups: dict[str, list[Idea]] = defaultdict(list)
    for idea in ideas:
        groups[idea.department or "unknown"].append(idea)
    return dict(sorted(groups.items()))


def _cohort(ideas: list[Idea], since: date, until: date, at: datetime) -> list[Idea]:
    start, end = _second(midnight(since)), _end(until, at)
    return [idea for idea in ideas if start <= idea.steps[0].at < end]


def _firsts(ideas: list[Idea], kind: str, since: date, until: date, at: datetime) -> int:
    start, end = _second(midnight(since)), _end(until, at)
    moments = [idea.first(kind, _second(at)) for idea in ideas]
    return sum(moment is not None and start <= moment < end for moment in moments)


def _durations(
    ideas: list[Idea], kinds: set[str], since: date, until: date, at: datetime
) -> Answer:
    start, end = _second(midnight(since)), _end(until, at)
    took = []
    for idea in ideas:
        first = next((s.at for s in idea.steps if s.kind in kinds), None)
        if first is not None and start <= first < end:
            took.append(first - idea.steps[0].at)
    took.sort()
    # The nearest rank: the smallest value that at least 90 % of the values do not exceed.
    p90 = next((t for k, t in enumerate(took, 1) if 10 * k >= 9 * len(took)), None)
    reason = None if took else "no_data"
    return _answer(_days(_middle(took)), None, None, len(took), reason, p90=_days(p90))


def _waiting(took: list[tuple[Fraction | int, bool]], left: Fraction) -> Fraction | int | None:
    """Return the first moment at which, by Kaplan-Meier, no more than `left` still wait."""
    share = Fraction(1)
    for moment in sorted({t for t, happened in took if happened}):
        at_risk = sum(t >= moment for t, _ in took)
        died = sum(t == moment and happened for t, happened in took)
        share = share * (at_risk - died) / at_risk
        if share <= left:
            return moment
    return None


def _within(uses: list[Use], month: date, department: str | None) -> list[Use]:
    return [
        u
        for u in uses
        if (u.day.year, u.day.month) == (month.year, month.month)
        and department in {None, u.department}
    ]


def _middle(ordered: Sequence[Fraction | int]) -> Fraction | None:
    if not ordered:
        return None
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return Fraction(low + high) / 2


def _count(number: int, **beside: Any) -> Answer:
    return _answer(number, number, None, number, None, **beside)


def _ratio(part: int, whole: int, **beside: Any) -> Answer:
    if not whole:
        return _answer(None, None, None, 0, "no_data", **beside)
    return _answer(_round(Fraction(part, whole)), part, whole, whole, None, **beside)


def _hidden(answer: Answer) -> Answer:
    if not answer["n"]:
        return _answer(None, None, None, 0, "no_data")
    return answer if answer["n"] >= 5 else HIDDEN


def _answer(
    value: Any, numerator: int | None, denominator: int | None, n: int | None,
    reason: str | None = None, **beside: Any,
) -> Answer:  # fmt: skip
    return {
        "value": value, "numerator": numerator, "denominator": denominator, "n": n,
        "reason": reason, "beside": beside,
    }  # fmt: skip


HIDDEN = _answer(None, None, None, None, "suppressed")
"""What is told of a group that is too small, or that would tell a small one beside it."""


def _end(until: date, at: datetime) -> Fraction:
    return min(_second(midnight(until)), _second(at))


def _second(moment: datetime) -> Fraction:
    """Return the seconds since 1970 exactly: a moment of judging lies between two of them."""
    whole = int(moment.astimezone(UTC).replace(microsecond=0).timestamp())
    return Fraction(whole * 10**6 + moment.microsecond, 10**6)


def _days(seconds: Fraction | int | None) -> float | None:
    return None if seconds is None else _round(Fraction(seconds) / 86_400)


def _round(exact: Fraction) -> float:
    """Round half to even to six decimals, in whole numbers until the last step."""
    millionths, rest = divmod(exact.numerator * 10**6, exact.denominator)
    above = 2 * rest - exact.denominator
    return (millionths + (above > 0 or (above == 0 and millionths % 2))) / 10**6
