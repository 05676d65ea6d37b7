"""What `ideas` tells: the life of an idea, from its submission to its end."""

from datetime import date
from typing import Literal

from msgspec import UNSET

from contracts.handed_up import IdeaHandedOver, IdeaHandedUp
from contracts.personal import AuthorsPersonal, Personal
from contracts.photos import PhotoAdded, PhotoRemoved
from contracts.vocabulary import (
    ChallengeId,
    Event,
    IdeaId,
    Language,
    Origin,
    PersonId,
    PilotId,
    Promised,
    State,
    Terms,
    ToolId,
    Way,
)

OWNER = "ideas"
TOPIC = "kiem.ideas.events"


class IdeaSubmitted(Promised, frozen=True, kw_only=True):
    """Somebody had an idea and told it; from here on it is owed an answer.

    `told_by` typed it for a colleague. It keeps `terms`, of its category or challenge on that day.
    """

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
    language: Language = "nl"
    way: Way = "named"
    told_by: PersonId | None = None
    tags: tuple[str, ...] = ()
    challenge: ChallengeId | None = None
    tool: ToolId | None = None
    terms: Terms | None = None
    title: AuthorsPersonal[str] = UNSET
    body: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class IdeaRevised(Promised, frozen=True, kw_only=True):
    """The author told the idea better. What is None stays as it was."""

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    title: AuthorsPersonal[str] = UNSET
    body: AuthorsPersonal[str] = UNSET


class CoAuthorsChanged(Promised, frozen=True, kw_only=True):
    """The idea has these authors beside the first one; whoever joined, joined by their own word."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    co_authors: tuple[PersonId, ...]


class AuthorRevealed(Promised, frozen=True, kw_only=True):
    """Whoever submitted under an alias says who they are, by their own word; nobody else can.

    The words of the idea are for everybody from here on.
    """

    idea: IdeaId
    author: PersonId
    by: PersonId
    language: Language = "nl"
    title: AuthorsPersonal[str] = UNSET
    body: AuthorsPersonal[str] = UNSET


class IdeaTakenUnderReview(Promised, frozen=True, kw_only=True):
    """A named reviewer looks at the idea."""

    idea: IdeaId
    author: PersonId
    reviewer: PersonId | None = None
    reason: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class IdeaWithdrawn(Event, frozen=True, kw_only=True):
    """The author took the idea back."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    reason: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class IdeaAccepted(Promised, frozen=True, kw_only=True):
    """The answer is yes, and somebody does something by a date."""

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    reason: AuthorsPersonal[str] = UNSET
    next_step: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class IdeaDeclined(Event, frozen=True, kw_only=True):
    """The answer is no, with what would make it a yes."""

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    reason: AuthorsPersonal[str] = UNSET
    next_step: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class IdeaParked(Promised, frozen=True, kw_only=True):
    """The answer is not now, with the date or the condition that wakes the idea."""

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    wake_on: date | None = None
    reason: AuthorsPersonal[str] = UNSET
    next_step: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class IdeaRevived(Promised, frozen=True, kw_only=True):
    """What a parked idea waited for has come: it is looked at again."""

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    reason: AuthorsPersonal[str] = UNSET


class IdeaMerged(Event, frozen=True, kw_only=True):
    """The idea goes on as part of another one, which tells much the same."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    into: IdeaId
    reason: AuthorsPersonal[str] = UNSET


class IdeaAbsorbed(Promised, frozen=True, kw_only=True):
    """Another idea became part of this one, with its authors and its support."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    absorbed: IdeaId
    authors: tuple[PersonId, ...]


class IdeaSeparated(Promised, frozen=True, kw_only=True):
    """The merger was a mistake: the other idea stands by itself again."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    separated: IdeaId
    reason: AuthorsPersonal[str] = UNSET


class PromiseMoved(Promised, frozen=True, kw_only=True):
    """The promise has another date.

    `longer`: the accountable person needs more time, says why before the date passes, and may do so
    once. `question`, `answer`: the clock stands still while the author owes an answer. `recusal`:
    another person is to answer. `outage`: the system itself was away.
    """

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    cause: Literal["longer", "question", "answer", "recusal", "outage"] = "longer"
    reason: AuthorsPersonal[str] = UNSET


class IdeaReopened(Promised, frozen=True, kw_only=True):
    """The idea went back to an earlier state, for a reason.

    `anew`: it asks for another review; on an appeal it waits for the one that the appeal asked for.
    """

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    to: State
    anew: bool = False
    reason: AuthorsPersonal[str] = UNSET
    origin: Origin = "live"


class PilotStarted(Promised, frozen=True, kw_only=True):
    """The idea is tried out: a hypothesis, a measure, a stop rule and an end date."""

    idea: IdeaId
    author: PersonId
    pilot: PilotId
    by: PersonId | None = None
    team: tuple[PersonId, ...] = ()
    super_users: tuple[PersonId, ...] = ()
    hypothesis: Personal[str] = UNSET
    measure: Personal[str] = UNSET
    stop_rule: Personal[str] = UNSET
    remark: Personal[str] = UNSET
    baseline: float | None = None
    target: float | None = None
    ends_on: date | None = None
    origin: Origin = "live"


class PilotJoined(Promised, frozen=True, kw_only=True):
    """A colleague takes part in the pilot."""

    idea: IdeaId
    author: PersonId
    pilot: PilotId
    by: PersonId


class PilotMeasured(Promised, frozen=True, kw_only=True):
    """The pilot's measure was taken; it starts no pilot by itself."""

    idea: IdeaId
    author: PersonId
    pilot: PilotId | None = None
    by: PersonId | None = None
    value: float | None = None
    remark: Personal[str] = UNSET
    origin: Origin = "live"


class PilotConcluded(Promised, frozen=True, kw_only=True):
    """The pilot ended, with what was learned. Stopped ends the idea; scaled and extended do not."""

    idea: IdeaId
    author: PersonId
    pilot: PilotId
    by: PersonId | None = None
    outcome: Literal["scaled", "stopped", "extended"]
    learning: Personal[str] = UNSET
    ends_on: date | None = None
    origin: Origin = "live"


class IdeaRealised(Event, frozen=True, kw_only=True):
    """The idea is how things are done now."""

    idea: IdeaId
    author: PersonId
    by: PersonId | None = None
    remark: Personal[str] = UNSET
    origin: Origin = "live"


class AliasErased(Event, frozen=True, kw_only=True):
    """The key of an alias is destroyed: everybody destroys theirs, and what it sealed is gone."""

    alias: PersonId


IdeaEvent = (
    IdeaSubmitted | IdeaRevised | CoAuthorsChanged | AuthorRevealed | PhotoAdded | PhotoRemoved
    | IdeaTakenUnderReview | IdeaWithdrawn | IdeaAccepted | IdeaDeclined | IdeaParked | IdeaReopened
    | IdeaRevived | IdeaMerged | IdeaAbsorbed | IdeaSeparated | PromiseMoved | IdeaHandedUp
    | IdeaHandedOver | PilotStarted | PilotJoined | PilotMeasured | PilotConcluded | IdeaRealised
)  # fmt: skip
STREAMS: dict[str, object] = {"idea": IdeaEvent, "alias": AliasErased}
