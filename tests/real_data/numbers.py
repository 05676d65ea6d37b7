"""The open numbers that no file holds by itself, counted plainly from stories, from docs/kpis.md.

Nothing of ours is used but what `lived.py` says by rule. Each function returns what an answer over
HTTP says: value, numerator, denominator, n, reason, beside.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

from tests.real_data import lived
from tests.real_data.lived import Person
from tests.real_data.stories import ZONE, Move, Story
from tests.real_data.straight import Answer, midnight

ANSWERS = {"accepted", "declined", "parked"}


class Asked(NamedTuple):
    """A period of local days, and the instant of judging."""

    since: date
    until: date
    at: datetime

    @property
    def end(self) -> datetime:
        return min(midnight(self.until), self.at)

    def has(self, moment: datetime) -> bool:
        return midnight(self.since) <= moment < self.end


def idea_rate(stories: list[Story], people: dict[str, Person], asked: Asked) -> Answer:
    number = sum(asked.has(story.born) for story in stories)
    last = asked.end.astimezone(ZONE).date()
    last += timedelta(days=asked.end > midnight(last))
    length = (last - asked.since).days
    spent = lived.days_of(people, asked.since, last)
    if not spent:
        return _said(None, 0, headcount=None)
    headcount = Fraction(spent, length)
    return _said(Fraction(number * 365, spent), number, numerator=number, headcount=headcount)


def idea_diversity(stories: list[Story], _: Any, asked: Asked) -> Answer:
    cohort = [story for story in stories if asked.has(story.born)]
    kinds = Counter(story.category for story in cohort if story.category)
    n, without = kinds.total(), sum(story.category is None for story in cohort)
    names = ("q0", "q1", "q2", "shannon", "pielou", "simpson", "simpson_unbiased")
    empty: dict[str, Any] = dict.fromkeys(names)
    if n < 30:
        return _said(None, n, **empty, without_category=without)
    with localcontext() as exact:
        exact.prec = 40
        parts = [Decimal(m) / n for m in kinds.values()]
        shannon = -sum((part * part.ln() for part in parts), Decimal(0))
        q1, pielou = Fraction(shannon.exp()), Fraction(shannon / Decimal(len(parts)).ln())
    squares = Fraction(sum(m * m for m in kinds.values()), n * n)
    pairs = Fraction(sum(m * (m - 1) for m in kinds.values()), n * (n - 1))
    return _said(
        q1, n, q0=len(parts), q1=q1, q2=1 / squares, shannon=Fraction(shannon), pielou=pielou,
        simpson=1 - squares, simpson_unbiased=1 - pairs, without_category=without,
    )  # fmt: skip


def cross_department(stories: list[Story], people: dict[str, Person], asked: Asked) -> Answer:
    def at_work(who: str, moment: datetime) -> str | None:
        person = people[who]
        gone = person.left is not None and person.left <= moment
        return None if gone or moment < person.came else person.department

    cohort = [story for story in stories if asked.has(story.born)]
    across = 0
    for story in cohort:
        first = story.department or at_work(story.authors[0], story.born)
        found = {first, *(at_work(who, story.born) for who in story.authors[1:])}
        likes, regrets = story.born + timedelta(days=1), story.born + timedelta(days=3)
        takes_back = story.number % 8 == 0 and regrets < asked.at
        if story.number % 4 == 0 and likes < asked.at and not takes_back:
            found.add(at_work(story.reviewer, likes))
        across += len(found - {None, "unknown"}) > 1
    return _share(across, len(cohort))


def first_response(stories: list[Story], _: Any, asked: Asked) -> Answer:
    took: list[tuple[Fraction, Fraction, bool]] = []
    left = answered = 0
    for story in stories:
        if not asked.has(story.born):
            continue
        known = story.before(asked.at)
        gone = known[-1].at if known[-1].state == "withdrawn" else None
        word = next((move.at for move in known if move.kind in ANSWERS), None)
        word = None if word and gone and word > gone else word
        end = word or gone or asked.at
        answered, left = answered + (word is not None), left + (word is None and gone is not None)
        whole = _days(end - story.born)
        took.append((whole, _working(story.born, end), word is not None))
    days = [(whole, heard) for whole, _, heard in took]
    working = [(spent, heard) for _, spent, heard in took]
    half, rest = Fraction(1, 2), Fraction(1, 10)
    beside: dict[str, Any] = {
        "p90": _waiting(days, rest), "working_median": _waiting(working, half),
        "working_p90": _waiting(working, rest), "answered": answered, "left": left,
        "open": len(took) - answered - left,
    }  # fmt: skip
    return _reached(_waiting(days, half), len(took), beside)


def sla_attainment(stories: list[Story], _: Any, asked: Asked) -> Answer:
    met = missed = 0
    for story in stories:
        known = story.before(asked.at)
        gone = known[-1].at if known and known[-1].state == "withdrawn" else None
        for place, move in enumerate(known):
            owed = lived.owed_by(story, move)
            if owed is None or not lived.is_told(story, move):
                continue
            due = owed[1]
            if not asked.has(due) or (gone and gone < due):
                continue
            kept = [later.at for later in known[place + 1 :]][:1]
            in_time = bool(kept) and kept[0] <= due
            met, missed = met + in_time, missed + (not in_time)
    return _share(met, met + missed, missed=missed, moved=0, handed_over=0)


def silent_ideas(stories: list[Story], _: Any, asked: Asked) -> Answer:
    causes: dict[str, Any] = dict.fromkeys(
        ("held_up", "no_promise", "promise_not_told", "overdue", "outcome_not_delivered"), 0
    )
    born = [story for story in stories if story.before(asked.at)]
    for story in born:
        known = story.before(asked.at)
        last = known[-1]
        owed = lived.owed_by(story, last)
        ends = [move for move in known if move.kind in ANSWERS | {"concluded"}]
        if owed is None:
            late = ends and asked.at >= ends[-1].at + timedelta(days=1)
            causes["outcome_not_delivered"] += bool(late and not lived.is_notified(story, ends[-1]))
        elif not lived.is_told(story, last) and asked.at >= last.at + timedelta(minutes=1):
            causes["promise_not_told"] += 1
        elif asked.at > owed[1] + timedelta(hours=1) and not _is_kept(story, known):
            causes["overdue"] += 1
    if not born:
        return _said(None, 0, **causes)
    silent = sum(causes.values())
    return _said(Fraction(silent), len(born), numerator=silent, whole=True, **causes)


def _is_kept(story: Story, known: list[Move]) -> bool:
    """Whether a move of the same instant promised the same, which this last one kept."""
    owed = lived.owed_by(story, known[-1])
    return any(lived.owed_by(story, move) == owed for move in known[:-1])


def closed_loop(stories: list[Story], _: Any, asked: Asked) -> Answer:
    outcomes = delivered = useful = 0
    for story in stories:
        told = [move for move in story.before(asked.at) if move.kind in ANSWERS]
        inside = [place for place, move in enumerate(told) if asked.has(move.at)]
        if not inside:
            continue
        answer, later = told[inside[-1]], told[inside[-1] + 1 :]
        until = later[0].at if later else asked.at
        outcomes += 1
        arrives, rated = answer.at + lived.TOLD, answer.at + timedelta(hours=1)
        # What was said of an earlier answer may still come after this one.
        before = [move for move in told[: inside[-1]] if answer.at <= move.at + lived.TOLD < until]
        notices = [answer] if arrives < min(until, asked.at) else []
        delivered += any(lived.is_notified(story, move) for move in [*before, *notices])
        if story.number % 2 == 0 and story.number % 5 + 1 >= 4:
            late = [m for m in told[: inside[-1]] if answer.at <= m.at + timedelta(hours=1) < until]
            useful += bool(late) or rated < min(until, asked.at)
    return _share(delivered, outcomes, seen=None, rated_useful=useful)


def pilot_outcomes(stories: list[Story], _: Any, asked: Asked) -> Answer:
    ended = [m for s in stories for m in s.before(asked.at) if m.kind == "concluded"]
    found = Counter(move.outcome for move in ended if asked.has(move.at))
    n = found.total()
    return _said(
        Fraction(n), n, numerator=n, whole=True, with_learning=n,
        scaled=found["scaled"], stopped=found["stopped"], extended=found["extended"],
    )  # fmt: skip


def barrier_resolution(stories: list[Story], _: Any, asked: Asked) -> Answer:
    took: list[tuple[Fraction, bool]] = []
    for story in stories:
        known = story.before(asked.at)
        for place, move in enumerate(known):
            if move.kind == "parked" and asked.has(move.at):
                later = known[place + 1 :]
                end = later[0].at if later else asked.at
                took.append((_days(end - move.at), bool(later)))
    removed = sum(gone for _, gone in took)
    beside: dict[str, Any] = {
        "p85": _waiting(took, Fraction(3, 20)), "removed": removed, "declined": 0,
        "open": len(took) - removed,
    }  # fmt: skip
    return _reached(_waiting(took, Fraction(1, 2)), len(took), beside)


def time_granted(stories: list[Story], _: Any, asked: Asked) -> Answer:
    wanted = granted = Fraction(0)
    n = refused = 0
    for story in stories:
        for move in story.before(asked.at):
            if move.kind != "in_pilot" or not asked.has(move.at):
                continue
            n, wanted = n + 1, wanted + Fraction(lived.hours_asked(story))
            if move.at + timedelta(days=2) < asked.at:
                refused += story.number % 3 == 0
                granted += Fraction(lived.hours_granted(story)) if story.number % 3 else 0
    beside: dict[str, Any] = {"hours_asked": wanted, "hours_granted": granted, "refused": refused}
    return _said(granted / wanted, n, **beside) if wanted else _said(None, 0, **beside)


NUMBERS: dict[str, Callable[[list[Story], dict[str, Person], Asked], Answer]] = {
    "idea_rate": idea_rate, "idea_diversity": idea_diversity,
    "cross_department": cross_department, "first_response": first_response,
    "sla_attainment": sla_attainment, "silent_ideas": silent_ideas, "closed_loop": closed_loop,
    "pilot_outcomes": pilot_outcomes, "barrier_resolution": barrier_resolution,
    "time_granted": time_granted,
}  # fmt: skip


def _working(start: datetime, end: datetime) -> Fraction:
    """Return the days from Monday to Friday that lie between two moments; a day has 24 hours."""
    total = Fraction(0)
    day = start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        if day.weekday() < 5:
            begun = min(max(start - midnight(day), timedelta(0)), timedelta(days=1))
            over = min(max(end - midnight(day), timedelta(0)), timedelta(days=1))
            total += _days(over - begun)
        day += timedelta(days=1)
    return total


def _waiting(took: Sequence[tuple[Fraction, bool]], left: Fraction) -> Fraction | None:
    """Return the first moment at which, by Kaplan-Meier, no more than `left` still wait."""
    share, at_risk = Fraction(1), len(took)
    leaving, happening = Counter(t for t, _ in took), Counter(t for t, h in took if h)
    for moment in sorted(leaving):
        if happening[moment]:
            share *= 1 - Fraction(happening[moment], at_risk)
            if share <= left:
                return moment
        at_risk -= leaving[moment]
    return None


def _days(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), 86_400 * 10**6)


def _share(part: int, whole: int, **beside: Any) -> Answer:
    if not whole:
        return _said(None, 0, **beside)
    return _said(Fraction(part, whole), whole, numerator=part, denominator=whole, **beside)


def _reached(value: Fraction | None, n: int, beside: dict[str, Any]) -> Answer:
    found = _said(value, n, **beside)
    return found | {"reason": "not_reached" if n and value is None else found["reason"]}


def _said(
    value: Fraction | None, n: int, *, numerator: int | None = None,
    denominator: int | None = None, whole: bool = False, **beside: Any,
) -> Answer:  # fmt: skip
    said = int(value) if whole and value is not None else _rounded(value)
    return {
        "value": said, "numerator": numerator, "denominator": denominator, "n": n,
        "reason": "no_data" if value is None else None,
        "beside": {name: _rounded(each) for name, each in beside.items()},
    }  # fmt: skip


def _rounded(value: Any) -> Any:
    return float(round(value, 6)) if isinstance(value, Fraction) else value
