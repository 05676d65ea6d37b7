"""A promise was broken, and somebody one step up is accountable: what the owner of a matter says.

Told by `ideas` once it has heard Escalated: whoever took over may act from then on.
"""

from contracts.vocabulary import (
    BarrierId,
    ChallengeId,
    ExperimentId,
    HelpId,
    IdeaId,
    PersonId,
    Promised,
    RequestId,
)


class IdeaHandedUp(Promised, frozen=True, kw_only=True):
    """The promise was broken: who is accountable now may act, and who was named still may."""

    idea: IdeaId
    author: PersonId
    previous: PersonId


class BarrierHandedUp(Promised, frozen=True, kw_only=True):
    """The promise was broken: who is accountable now may answer, and who was named still may."""

    barrier: BarrierId
    author: PersonId
    previous: PersonId


class TimeHandedUp(Promised, frozen=True, kw_only=True):
    """The promise was broken: who is accountable now may answer, and who was named still may."""

    request: RequestId
    author: PersonId
    previous: PersonId


class HelpHandedUp(Promised, frozen=True, kw_only=True):
    """The promise was broken: who is accountable now may help, and super-users still may."""

    help: HelpId
    author: PersonId
    previous: PersonId


class ChallengeHandedUp(Promised, frozen=True, kw_only=True):
    """The report did not come: who is accountable now may close it, and its leader still may."""

    challenge: ChallengeId
    author: PersonId
    previous: PersonId


class ExperimentHandedUp(Promised, frozen=True, kw_only=True):
    """Nobody told what was learned: who is accountable now may tell it, and the team still may."""

    experiment: ExperimentId
    author: PersonId
    previous: PersonId
