"""The rows that numbers are made of: what was heard, with persons as keyed hashes only."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from contracts.vocabulary import Origin, State

UNKNOWN = "unknown"
"""The cut of everything that belongs to no known department or category."""

PromiseStep = Literal["made", "kept", "broken", "extended", "passed_on", "escalated"]


class Owed(Struct, frozen=True):
    """Who owes the next word on an idea, and until when."""

    accountable: bytes
    due: datetime


class IdeaFact(Struct, frozen=True, kw_only=True):
    """One step of an idea; `state` is where the idea stands after it, None where it stays."""

    idea: UUID
    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    author: bytes
    state: State | None = None
    origin: Origin = "live"
    department: str | None = None
    category: str | None = None
    owed: Owed | None = None


class PromiseFact(Struct, frozen=True, kw_only=True):
    """One step of a feedback loop; an escalation is a promise by the next person."""

    idea: UUID
    version: int
    step: PromiseStep
    owed: Owed
    occurred_at: datetime
    recorded_at: datetime


class DeliveryFact(Struct, frozen=True, kw_only=True):
    """A notice arrived with a person."""

    notice: UUID
    version: int
    idea: UUID
    person: bytes
    kind: str
    occurred_at: datetime
    recorded_at: datetime


class ListingFact(Struct, frozen=True, kw_only=True):
    """The directory said where a person works from then on; `id` decides between equal moments."""

    person: bytes
    id: bytes
    department: str | None
    occurred_at: datetime
    recorded_at: datetime


class Usage(Struct, frozen=True, kw_only=True):
    """A person used a feature of a tool on a day."""

    day: date
    person: bytes
    tool: str
    feature: str
    department: str | None = None
    advanced: bool = False


class Counts(Struct, frozen=True, kw_only=True):
    """How many persons of a group used a tool: at all, anything advanced, each feature."""

    persons: int = 0
    advanced: int = 0
    features: Mapping[str, int] = {}


class Counted(Struct, frozen=True, kw_only=True):
    """A month of a tool, frozen as counts: of the organisation, and of each department."""

    whole: Counts
    departments: Mapping[str, Counts]


class Doing(Struct, frozen=True, kw_only=True):
    """What somebody did around ideas. `subject` is the idea, barrier or request; `kind` its sort.

    `person` is who did it, or who owes the answer; `others` are co-authors.
    """

    stream: str
    version: int
    type: str
    subject: UUID
    occurred_at: datetime
    recorded_at: datetime
    idea: UUID | None = None
    person: bytes | None = None
    others: tuple[bytes, ...] = ()
    kind: str | None = None
    department: str | None = None
    amount: float | None = None
    challenge: str | None = None
    tool: str | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """From a moment on a person is in the directory, with what it says of them, or has left it."""

    person: bytes
    id: bytes
    present: bool
    occurred_at: datetime
    recorded_at: datetime
    department: str | None = None
    level: str | None = None
    attributes: Mapping[str, str] = {}


class ToolFact(Struct, frozen=True, kw_only=True):
    """What a tool offers from a moment on, and to which departments; none means all."""

    tool: UUID
    version: int
    name: str | None
    features: Mapping[str, str]
    audience: tuple[str, ...]
    occurred_at: datetime
    recorded_at: datetime


class Report(Struct, frozen=True, kw_only=True):
    """Counts that another system told of a department and a period; a later one corrects it."""

    id: bytes
    type: str
    department: str
    period: str
    occurred_at: datetime
    recorded_at: datetime
    measure: str = ""
    unit: str = ""
    persons: int | None = None
    amounts: Mapping[str, float] = {}


class Directory:
    """Who worked where, at any moment."""

    def __init__(self, listings: Iterable[ListingFact]) -> None:
        self._listings: dict[bytes, list[ListingFact]] = {}
        for listing in sorted(listings, key=lambda fact: (fact.occurred_at, fact.id)):
            self._listings.setdefault(listing.person, []).append(listing)

    def department(self, person: bytes, before: datetime) -> str:
        """Return where a person worked by the last listing up to a moment, else `unknown`."""
        for listing in reversed(self._listings.get(person, ())):
            if listing.occurred_at <= before:
                return listing.department or UNKNOWN
        return UNKNOWN


class Facts(Struct, frozen=True, kw_only=True):
    """What a question is answered from. `parked` are ideas held up behind a dead letter.

    The counts of `counted` stand for rows of `usage` that are gone.
    """

    ideas: tuple[IdeaFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    deliveries: tuple[DeliveryFact, ...] = ()
    usage: tuple[Usage, ...] = ()
    listings: tuple[ListingFact, ...] = ()
    doings: tuple[Doing, ...] = ()
    standings: tuple[Standing, ...] = ()
    tools: tuple[ToolFact, ...] = ()
    reports: tuple[Report, ...] = ()
    parked: frozenset[UUID] = frozenset()
