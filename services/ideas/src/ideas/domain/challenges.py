"""Challenges: a named leader asks a question, says why, and fixes the criteria beforehand."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.challenges import (
    AnswerJudged,
    ChallengeClosed,
    ChallengeEvent,
    ChallengeLaunched,
    Phase,
    TeamChanged,
    TeamFormed,
)
from contracts.vocabulary import ChallengeId, IdeaId, PersonId, TeamId
from ideas.domain.refusals import TheDateIsTooFar


class ThereIsNoSuchChallenge(NotFound):
    """There is no challenge under this id. Look at the list of challenges."""


class AChallengeLastsSomeTime(Rejected):
    """A challenge ends after it begins, and its end is still to come. Give other dates."""


class PhasesLieWithinTheChallenge(Rejected):
    """Every phase lies within the challenge, and ends after it begins. Give other dates."""


class AChallengeHasCriteria(Rejected):
    """People must know by which criteria answers are judged. Name at least one."""


class TheChallengeIsClosed(Rejected):
    """The challenge is closed. Its report says what became of the answers."""


class TheChallengeAsksOthers(NotAllowed):
    """The challenge is a question to other departments. Submit your idea without it."""


class OnlyItsLeaderClosesIt(NotAllowed):
    """Only the leader who launched the challenge, or the desk, can do this. Ask one of them."""


class OnlyTheJuryJudges(NotAllowed):
    """Only members of the jury give points. The crowd supports ideas instead."""


class NobodyJudgesTheirOwn(NotAllowed):
    """The idea is your own or your team's. Leave it to the rest of the jury."""


class TheCriteriaAreFixed(Rejected):
    """Points are given by the challenge's own criteria, each once. Look at the challenge."""


class ThereIsNoSuchTeam(NotFound):
    """There is no such team in this challenge. Look at the challenge."""


class OnlyTheTeamChangesIt(NotAllowed):
    """Only a member can change a team. Ask one of them."""


class ATeamHasMembers(Rejected):
    """A team has at least one member. Name one."""


class TheTeamIsFull(Rejected):
    """A team has at most fifty members. Join another one, or form one."""


@dataclass(frozen=True, slots=True)
class LaunchChallenge:
    challenge: ChallengeId
    by: PersonId
    at: datetime
    today: date
    question: str
    why: str
    first: date
    last: date
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


ChallengeCommand = LaunchChallenge | FormTeam | ChangeTeam | JoinTeam | JudgeAnswer | CloseChallenge
MOST_MEMBERS = 50


@dataclass(frozen=True, slots=True)
class Team:
    members: frozenset[PersonId]
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    challenge: ChallengeId
    by: PersonId
    criteria: tuple[str, ...]
    jury: frozenset[PersonId]
    jury_weight: float
    audience: frozenset[str] = frozenset()
    teams: dict[TeamId, Team] = field(default_factory=dict)
    judged: dict[tuple[IdeaId, PersonId], dict[str, int]] = field(default_factory=dict)
    closed: bool = False


def decide(challenge: Challenge | None, command: ChallengeCommand) -> list[ChallengeEvent]:
    match challenge, command:
        case None, LaunchChallenge():
            return [_launched(command)]
        case _, LaunchChallenge():
            return []
        case None, _:
            raise ThereIsNoSuchChallenge
        case Challenge(closed=True), CloseChallenge():
            return []
        case Challenge(closed=True), _:
            raise TheChallengeIsClosed
        case Challenge(), FormTeam() | ChangeTeam():
            return _teamed(challenge, command)
        case Challenge(), JoinTeam():
            return _joined(challenge, command)
        case Challenge(), JudgeAnswer():
            return _judged(challenge, command)
        case Challenge(), CloseChallenge():
            return [_closed(challenge, command)]


def _launched(told: LaunchChallenge) -> ChallengeLaunched:
    if not told.first < told.last or told.last <= told.today:
        raise AChallengeLastsSomeTime
    if told.latest and told.last > told.latest:
        raise TheDateIsTooFar(told.latest)
    if any(not told.first <= p.first <= p.last <= told.last for p in told.phases):
        raise PhasesLieWithinTheChallenge
    if not told.criteria:
        raise AChallengeHasCriteria
    return ChallengeLaunched(
        at=told.at, challenge=told.challenge, by=told.by, first=told.first, last=told.last,
        audience=told.audience, criteria=told.criteria, phases=told.phases, jury=told.jury,
        jury_weight=told.jury_weight, hackathon=told.hackathon, question=told.question,
        why=told.why,
    )  # fmt: skip


def _teamed(challenge: Challenge, command: FormTeam | ChangeTeam) -> list[ChallengeEvent]:
    known = challenge.teams.get(command.team)
    wanted = Team(frozenset(command.members), command.idea)
    if isinstance(command, ChangeTeam):
        if known is None:
            raise ThereIsNoSuchTeam
        if command.by not in known.members:
            raise OnlyTheTeamChangesIt
    if not wanted.members:
        raise ATeamHasMembers
    if known == wanted or (known and isinstance(command, FormTeam)):
        return []
    about = {
        "at": command.at, "challenge": challenge.challenge, "team": command.team,
        "by": command.by, "members": command.members, "idea": command.idea,
    }  # fmt: skip
    if isinstance(command, FormTeam):
        return [TeamFormed(**about, name=command.name)]  # type: ignore[arg-type]
    return [TeamChanged(**about)]  # type: ignore[arg-type]


def _joined(challenge: Challenge, command: JoinTeam) -> list[ChallengeEvent]:
    team = challenge.teams.get(command.team)
    if team is None:
        raise ThereIsNoSuchTeam
    if command.by in team.members:
        return []
    if len(team.members) >= MOST_MEMBERS:
        raise TheTeamIsFull
    return [
        TeamChanged(
            at=command.at, challenge=challenge.challenge, team=command.team, by=command.by,
            members=(*sorted(team.members), command.by), idea=team.idea,
        )
    ]  # fmt: skip


def _judged(challenge: Challenge, command: JudgeAnswer) -> list[ChallengeEvent]:
    if command.by not in challenge.jury:
        raise OnlyTheJuryJudges
    teams = (team.members for team in challenge.teams.values() if team.idea == command.idea)
    if command.by in command.authors.union(*teams):
        raise NobodyJudgesTheirOwn
    if command.points.keys() != set(challenge.criteria):
        raise TheCriteriaAreFixed
    if challenge.judged.get((command.idea, command.by)) == command.points:
        return []
    return [
        AnswerJudged(
            at=command.at, challenge=challenge.challenge, idea=command.idea, by=command.by,
            points=command.points,
        )
    ]  # fmt: skip


def _closed(challenge: Challenge, command: CloseChallenge) -> ChallengeClosed:
    if command.by != challenge.by and not command.at_desk:
        raise OnlyItsLeaderClosesIt
    return ChallengeClosed(
        at=command.at, challenge=challenge.challenge, by=command.by, chosen=command.chosen,
        answers=command.answers, report=command.report,
    )  # fmt: skip


def evolve(challenge: Challenge | None, event: ChallengeEvent) -> Challenge | None:
    match challenge, event:
        case None, ChallengeLaunched():
            jury = frozenset(event.jury)
            return Challenge(
                event.challenge, event.by, event.criteria, jury, event.jury_weight,
                frozenset(event.audience),
            )  # fmt: skip
        case Challenge(), TeamFormed() | TeamChanged():
            team = Team(frozenset(event.members), event.idea)
            return replace(challenge, teams={**challenge.teams, event.team: team})
        case Challenge(), AnswerJudged():
            judged = {**challenge.judged, (event.idea, event.by): event.points}
            return replace(challenge, judged=judged)
        case Challenge(), ChallengeClosed():
            return replace(challenge, closed=True)
        case _:
            return challenge


challenge_decider = Decider[Challenge | None, ChallengeCommand, ChallengeEvent](
    None, decide, evolve
)
