"""From a question and the facts to an answer: a number, and one for each group of a cut."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from contracts.vocabulary import Origin
from metrics.domain import tools
from metrics.domain.editions import Edition
from metrics.domain.facts import Counted, Directory, Facts, IdeaFact, Usage
from metrics.domain.families import ALL
from metrics.domain.freezing import threshold_raised
from metrics.domain.ideas import Life, lives
from metrics.domain.measures import MEASURES
from metrics.domain.numbers import Number, nothing, suppressed
from metrics.domain.periods import Window, end_of
from metrics.domain.register import Cut, Definition
from metrics.domain.scene import Scene
from metrics.domain.series import Span
from metrics.domain.working import weekday

T = TypeVar("T")
Works = Callable[[date], bool]


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: a number, of a window, and how it is cut; `span` are the days as asked.

    `everything`: it is read with what does not count as well, to explain the number.
    """

    kpi: Definition
    window: Window
    by: Cut | None = None
    origin: Origin | None = None
    tool: str | None = None
    feature: str | None = None
    measure: str | None = None
    span: Span | None = None
    everything: bool = False


class Answer(Struct, frozen=True):
    """The number, and the cells of the cut where one was asked for, in order of their keys.

    `threshold` is how many persons it takes to be told of, as the council has it now.
    """

    number: Number
    cells: dict[str, Number] | None = None
    threshold: int | None = None


def answer(question: Question, facts: Facts, zone: ZoneInfo, works: Works = weekday) -> Answer:
    """Answer a question about ideas from all the facts that may bear on it."""
    if question.window.ahead:
        return Answer(nothing(), None if question.by is None else {})
    return _of_open(question, facts, zone, works)


def _of_open(question: Question, facts: Facts, zone: ZoneInfo, works: Works) -> Answer:
    measure, window = MEASURES[question.kpi.id], question.window
    scene = Scene(window, facts, zone, works)
    if measure.units is not None:
        found: Sequence[object] = measure.units(scene)
    else:
        found = ideas_of(question, facts, at_end=measure.at_end)
    groups: dict[str, Callable[[object], str]] = {
        name: lambda unit, group=group: group(scene, unit)  # type: ignore[misc]
        for name, group in measure.groups.items()
    }
    return _cut(found, question.by, groups, lambda group: measure.number(scene, group))


def ideas_of(question: Question, facts: Facts, *, at_end: bool = False) -> list[Life]:
    """Return the ideas of a question, as they stood when they are judged."""
    window = question.window
    known = window.known
    if question.kpi.id == "silent_ideas":  # nobody owes a word on what is not recorded
        known = min(window.known or window.at, window.at)
    return _lives(question, facts, window.until if at_end else window.at, known)


def counted(rows: Sequence[Usage], directory: Directory, zone: ZoneInfo) -> Counted:
    """Count a month of a tool, in all and by department."""
    departments: dict[str, list[Usage]] = {}
    for row in rows:
        departments.setdefault(department_of(row, directory, zone), []).append(row)
    found = {name: tools.counted(group) for name, group in departments.items()}
    return Counted(whole=tools.counted(rows), departments=found)


def of_edition(edition: Edition | None, by: Cut | None, threshold: int) -> Answer:
    """Answer from what was frozen; whatever it hides, or a threshold raised since, stays hidden."""
    if edition is None:
        return Answer(nothing(), threshold=threshold)
    cells = {
        key: suppressed() if cell.hidden else cell.number
        for key, cell in threshold_raised(edition, threshold).cells.items()
    }
    whole = cells.get(ALL, nothing())
    if by is None:
        return Answer(whole, threshold=threshold)
    told = {key: number for (cut, key), number in sorted(cells.items()) if cut == by}
    counted = {key: number for key, number in told.items() if number.n != 0}
    return Answer(whole, counted, threshold)


def _lives(
    question: Question, facts: Facts, before: datetime, known: datetime | None
) -> list[Life]:
    counted: Iterable[IdeaFact] = facts.ideas
    if known is not None:
        counted = [fact for fact in counted if fact.recorded_at < known]
    found = lives(counted, before, _directory(question, facts))
    return [life for life in found if question.origin in {None, life.origin}]


def _directory(question: Question, facts: Facts) -> Directory:
    counts = question.window.counts
    return Directory(f for f in facts.listings if counts(f.occurred_at, f.recorded_at))


def department_of(row: Usage, directory: Directory, zone: ZoneInfo) -> str:
    """Return where somebody was when they used a tool: by the use, else by the directory."""
    return row.department or department_on(directory, zone, row.person, row.day)


def department_on(directory: Directory, zone: ZoneInfo, person: bytes, day: date) -> str:
    """Return where somebody was when a day was over: of a use no more than the day is kept."""
    return directory.department(person, _last_moment(day, zone))


@lru_cache(1_000)
def _last_moment(day: date, zone: ZoneInfo) -> datetime:
    return end_of(day, zone) - timedelta(microseconds=1)


def _cut(
    rows: Sequence[T], by: str | None, groups: Mapping[str, Callable[[T], str]],
    number: Callable[[Sequence[T]], Number],
) -> Answer:  # fmt: skip
    if by is None:
        return Answer(number(rows))
    cells: dict[str, list[T]] = {}
    for row in rows:
        cells.setdefault(groups[by](row), []).append(row)
    told = {key: number(cells[key]) for key in sorted(cells)}
    # A group without a case has no cell; one that is hidden has no `n`.
    return Answer(number(rows), {key: cell for key, cell in told.items() if cell.n != 0})
