"""What other systems tell: usage of tools, the workforce in numbers, who works where."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from contracts.vocabulary import Event, Language, PersonId

USAGE_TOPIC = "kiem.usage.events"
WORKFORCE_TOPIC = "kiem.workforce.events"
PEOPLE_TOPIC = "kiem.people.events"
ORGANISATION = "organisation"
"""Stands for all departments where something is told of the whole."""

# What strangers send is bounded: nobody's mistake may be too large to store.
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Quantity = Annotated[float, Meta(ge=0, le=1_000_000_000)]
Word = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=200)]
# The length keeps out the line end that `$` lets through.
Month = Annotated[str, Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7)]
# A week of the ISO calendar, which begins on a Monday.
Week = Annotated[str, Meta(pattern="^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$", max_length=8)]
# A month, a quarter or a year.
Period = Annotated[
    str, Meta(pattern="^[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$", min_length=4, max_length=7)
]
Amount = Annotated[float, Meta(ge=-1e15, le=1e15)]
Person = Annotated[PersonId, Meta(min_length=1, max_length=200)]


class ToolUsageRecorded(Event, frozen=True, kw_only=True):
    """A person used a feature of a tool. `person` is the directory's pseudonym."""

    person: Person
    tool: Word
    feature: Word
    advanced: bool = False
    department: Word | None = None


class ToolUsageReported(Event, frozen=True, kw_only=True):
    """How many persons used a feature of a tool in a week, and how often: nobody is named.

    For systems that send counts only. A later report of the same corrects an earlier one.
    """

    tool: Word
    feature: Word
    week: Week
    users: Count
    uses: Count
    department: Word = ORGANISATION


class WorkforceReported(Event, frozen=True, kw_only=True):
    """One department in one month, as sums: nobody's absence is known, only everybody's."""

    department: Word
    month: Month
    persons: Count
    sick_days: Quantity
    available_days: Quantity
    leavers: Count = 0
    leavers_voluntary: Count = 0
    leavers_first_year: Count = 0


class OutcomeReported(Event, frozen=True, kw_only=True):
    """What came of it all, as a sum of a department or the organisation in a period.

    Productivity, satisfaction of customers, profit: whatever another system measures. `n` is how
    many persons stand behind it; without it, it is told for the organisation only.
    """

    measure: Word
    unit: Word
    period: Period
    value: Amount
    department: Word = ORGANISATION
    n: Count | None = None


class PersonListed(Event, frozen=True, kw_only=True):
    """Who works where, as the directory has it now; no name, no address."""

    person: Person
    department: Word | None = None
    lead: Person | None = None
    deputy: Person | None = None
    roles: tuple[Word, ...] = ()
    language: Language = "nl"
    calendar: Word | None = None
    attributes: dict[Word, Text] = {}  # noqa: RUF012 - msgspec copies it


class PersonLeft(Event, frozen=True, kw_only=True):
    """A person does not work here any more."""

    person: Person


class AbsencePlanned(Event, frozen=True, kw_only=True):
    """A person will be away from the first day up to and including the last."""

    person: Person
    first: date
    last: date


class DeputyNamed(Event, frozen=True, kw_only=True):
    """A person chose who stands in for them in an absence; None: as the directory says again.

    It goes before the deputy whom PersonListed names, whichever came first.
    """

    person: Person
    deputy: Person | None = None


class PersonErased(Event, frozen=True, kw_only=True):
    """A person's words and keys must go; what was counted stays."""

    person: Person


UsageEvent = ToolUsageRecorded | ToolUsageReported
WorkforceEvent = WorkforceReported | OutcomeReported
PeopleEvent = PersonListed | PersonLeft | AbsencePlanned | DeputyNamed | PersonErased
