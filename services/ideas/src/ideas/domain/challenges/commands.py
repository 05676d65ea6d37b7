"""What can be asked of a challenge."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.challenges import Phase
from contracts.vocabulary import ChallengeId, IdeaId, PersonId, TeamId
from ideas.domain.handing_up import HandUp


@dataclass(frozen=True, slots=True)
class LaunchChallenge:
    """Ask a question. `due` is when its report is there at the latest, after its last day."""

    challenge: ChallengeId
    by: PersonId
    at: datetime
    today: date
    question: str
    why: str
    first: date
    last: date
    due: datetime
    criteria: tuple[str, ...]
    audience: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    jury: tuple[PersonId, ...] = ()
    jury_weight: float = 0.5
    hackathon: bool = False
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class FormTeam:
    team: TeamId
    by: PersonId
    at: datetime
    members: tuple[PersonId, ...]
    name: str
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class ChangeTeam:
    team: TeamId
    by: PersonId
    at: datetime
    members: tuple[PersonId, ...]
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class JoinTeam:
    """Become a member: who is one already stays one. The team's other members need not agree."""

    team: TeamId
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class JudgeAnswer:
    """`authors` are those of the idea: who judges must be none of them."""

    idea: IdeaId
    authors: frozenset[PersonId]
    by: PersonId
    at: datetime
    points: dict[str, int]


@dataclass(frozen=True, slots=True)
class CloseChallenge:
    by: PersonId
    at: datetime
    report: str
    chosen: tuple[IdeaId, ...] = ()
    answers: int = 0
    at_desk: bool = False


ChallengeCommand = (
    LaunchChallenge | FormTeam | ChangeTeam | JoinTeam | JudgeAnswer | HandUp | CloseChallenge
)  # fmt: skip
