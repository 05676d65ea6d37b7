"""Somebody else is accountable than who promised: what the owner of a matter says.

Told by `ideas` once it has heard Escalated, as a promise was broken, or PromisePassedOn, as whoever
gave it left or is away for long (`cause`): whoever took over may act from then on. An answered
idea is handed over by whoever is to go on with it.
"""

from msgspec import UNSET

from contracts.personal import AuthorsPersonal
from contracts.vocabulary import (
    BarrierId,
    ChallengeId,
    ExperimentId,
    HelpId,
    IdeaId,
    PersonId,
    Promised,
    RequestId,
    TakenOver,
)


class IdeaHandedUp(Promised, frozen=True, kw_only=True):
    """Who is accountable now may act; who was named, and let the promise break, still may."""

    idea: IdeaId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"


class IdeaHandedOver(Promised, frozen=True, kw_only=True):
    """Who was to go on with the idea gave it to somebody else, who does it by the same date."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    reason: AuthorsPersonal[str] = UNSET


class BarrierHandedUp(Promised, frozen=True, kw_only=True):
    """Who is accountable now may answer; who was named, and let the promise break, still may."""

    barrier: BarrierId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"


class TimeHandedUp(Promised, frozen=True, kw_only=True):
    """Who is accountable now may answer; who was named, and let the promise break, still may."""

    request: RequestId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"


class HelpHandedUp(Promised, frozen=True, kw_only=True):
    """Who is accountable now may help, and super-users still may."""

    help: HelpId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"


class ChallengeHandedUp(Promised, frozen=True, kw_only=True):
    """The report did not come: who is accountable now may close it, and its leader still may."""

    challenge: ChallengeId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"


class ExperimentHandedUp(Promised, frozen=True, kw_only=True):
    """Nobody told what was learned: who is accountable now may tell it, and the team still may."""

    experiment: ExperimentId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"
