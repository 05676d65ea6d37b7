"""Questions to everybody, told by `ideas`: challenges, their teams, and how they ended."""

from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, Struct

from contracts.handed_up import ChallengeHandedUp
from contracts.personal import Personal
from contracts.vocabulary import ChallengeId, Event, IdeaId, PersonId, Promised, TeamId

OWNER = "ideas"
TOPIC = "kiem.ideas.events"

Share = Annotated[float, Meta(ge=0, le=1)]
Points = Annotated[int, Meta(ge=0, le=10)]


class Phase(Struct, frozen=True, kw_only=True):
    """A part of a challenge: what happens from the first to the last day."""

    name: str
    first: date
    last: date


class ChallengeLaunched(Promised, frozen=True, kw_only=True):
    """A named leader asks a question, says why, and by which criteria the answers are judged.

    An empty `audience` means everybody. `jury_weight` is the jury's part of the order of answers,
    the rest is the crowd's; both are shown side by side. `due` is when the report is there at the
    latest: some working days after the last day. Who launched it is accountable.
    """

    challenge: ChallengeId
    by: PersonId
    first: date
    last: date
    audience: tuple[str, ...] = ()
    criteria: tuple[str, ...]
    phases: tuple[Phase, ...] = ()
    jury: tuple[PersonId, ...] = ()
    jury_weight: Share = 0.5
    hackathon: bool = False
    question: Personal[str] = UNSET
    why: Personal[str] = UNSET


class TeamFormed(Event, frozen=True, kw_only=True):
    """Some colleagues work on an answer together."""

    challenge: ChallengeId
    team: TeamId
    by: PersonId
    members: tuple[PersonId, ...]
    idea: IdeaId | None = None
    name: Personal[str] = UNSET


class TeamChanged(Event, frozen=True, kw_only=True):
    """A team has other members now, or shows another idea."""

    challenge: ChallengeId
    team: TeamId
    by: PersonId
    members: tuple[PersonId, ...]
    idea: IdeaId | None = None


class AnswerJudged(Event, frozen=True, kw_only=True):
    """A member of the jury gave an idea points, criterion by criterion."""

    challenge: ChallengeId
    idea: IdeaId
    by: PersonId
    points: dict[str, Points]


class ChallengeClosed(Event, frozen=True, kw_only=True):
    """The challenge ended; everybody who took part gets the report."""

    challenge: ChallengeId
    by: PersonId
    chosen: tuple[IdeaId, ...] = ()
    answers: int = 0
    report: Personal[str] = UNSET


ChallengeEvent = (
    ChallengeLaunched | TeamFormed | TeamChanged | AnswerJudged | ChallengeHandedUp
    | ChallengeClosed
)  # fmt: skip
STREAMS: dict[str, object] = {"challenge": ChallengeEvent}
