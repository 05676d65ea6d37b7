"""A challenge: launched with its criteria, answered, judged, and closed with a report."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from chassis.decider import Decider
from contracts.challenges import (
    AnswerJudged,
    ChallengeClosed,
    ChallengeEvent,
    ChallengeLaunched,
    TeamChanged,
    TeamFormed,
)
from contracts.handed_up import ChallengeHandedUp
from contracts.vocabulary import ChallengeId, IdeaId, PersonId, TeamId
from ideas.domain.challenges import refusals as no
from ideas.domain.challenges.commands import (
    ChallengeCommand,
    ChangeTeam,
    CloseChallenge,
    FormTeam,
    JoinTeam,
    JudgeAnswer,
    LaunchChallenge,
)
from ideas.domain.handing_up import HandUp, takes_over
from ideas.domain.refusals import TheDateIsTooFar

MOST_MEMBERS = 50


@dataclass(frozen=True, slots=True)
class Team:
    members: frozenset[PersonId]
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge. It takes answers from `first` until `last`, the day itself included.

    `owner` owes the report until `due`: its leader `by`, who may still give it after the promise
    was broken and handed up. Both are None for one that is closed, or promised none.
    """

    challenge: ChallengeId
    by: PersonId
    criteria: tuple[str, ...]
    jury: frozenset[PersonId]
    jury_weight: float
    first: date
    last: date
    owner: PersonId | None = None
    due: datetime | None = None
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
        case None, HandUp():
            return []
        case None, _:
            raise no.ThereIsNoSuchChallenge
        case Challenge(closed=True), CloseChallenge() | HandUp():
            return []
        case Challenge(closed=True), _:
            raise no.TheChallengeIsClosed
        case Challenge(), FormTeam() | ChangeTeam():
            return _teamed(challenge, command)
        case Challenge(), JoinTeam():
            return _joined(challenge, command)
        case Challenge(), JudgeAnswer():
            return _judged(challenge, command)
        case Challenge(), HandUp():
            return _handed_up(challenge, command)
        case Challenge(), CloseChallenge():
            return [_closed(challenge, command)]


def _launched(told: LaunchChallenge) -> ChallengeLaunched:
    if not told.first < told.last or told.last <= told.today:
        raise no.AChallengeLastsSomeTime
    if told.latest and told.last > told.latest:
        raise TheDateIsTooFar(told.latest)
    if any(not told.first <= p.first <= p.last <= told.last for p in told.phases):
        raise no.PhasesLieWithinTheChallenge
    if not told.criteria:
        raise no.AChallengeHasCriteria
    return ChallengeLaunched(
        at=told.at, challenge=told.challenge, by=told.by, first=told.first, last=told.last,
        audience=told.audience, criteria=told.criteria, phases=told.phases, jury=told.jury,
        jury_weight=told.jury_weight, hackathon=told.hackathon, question=told.question,
        why=told.why, accountable=told.by, due=told.due,
    )  # fmt: skip


def require_answerable(challenge: Challenge | None, today: date, department: str | None) -> None:
    """Refuse an answer on a day on which none is taken, or of those who are not asked."""
    if challenge is None or challenge.closed:
        raise no.TheChallengeIsClosed
    if today < challenge.first:
        raise no.TheChallengeBeginsLater(challenge.first, challenge.last)
    if today > challenge.last:
        raise no.TheChallengeIsOver(challenge.first, challenge.last)
    if challenge.audience and department not in challenge.audience:
        raise no.TheChallengeAsksOthers


def _teamed(challenge: Challenge, command: FormTeam | ChangeTeam) -> list[ChallengeEvent]:
    known = challenge.teams.get(command.team)
    wanted = Team(frozenset(command.members), command.idea)
    if isinstance(command, ChangeTeam):
        if known is None:
            raise no.ThereIsNoSuchTeam
        if command.by not in known.members:
            raise no.OnlyTheTeamChangesIt
    if not wanted.members:
        raise no.ATeamHasMembers
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
        raise no.ThereIsNoSuchTeam
    if command.by in team.members:
        return []
    if len(team.members) >= MOST_MEMBERS:
        raise no.TheTeamIsFull
    return [
        TeamChanged(
            at=command.at, challenge=challenge.challenge, team=command.team, by=command.by,
            members=(*sorted(team.members), command.by), idea=team.idea,
        )
    ]  # fmt: skip


def _judged(challenge: Challenge, command: JudgeAnswer) -> list[ChallengeEvent]:
    if command.by not in challenge.jury:
        raise no.OnlyTheJuryJudges
    teams = (team.members for team in challenge.teams.values() if team.idea == command.idea)
    if command.by in command.authors.union(*teams):
        raise no.NobodyJudgesTheirOwn
    if command.points.keys() != set(challenge.criteria):
        raise no.TheCriteriaAreFixed
    if challenge.judged.get((command.idea, command.by)) == command.points:
        return []
    return [
        AnswerJudged(
            at=command.at, challenge=challenge.challenge, idea=command.idea, by=command.by,
            points=command.points,
        )
    ]  # fmt: skip


def _handed_up(challenge: Challenge, told: HandUp) -> list[ChallengeEvent]:
    if not takes_over(told, challenge.owner, challenge.due):
        return []
    return [
        ChallengeHandedUp(
            at=told.at, challenge=challenge.challenge, author=challenge.by,
            previous=told.previous, accountable=told.accountable, due=told.due,
            cause=told.cause,
        )
    ]  # fmt: skip


def _closed(challenge: Challenge, command: CloseChallenge) -> ChallengeClosed:
    if command.by not in {challenge.by, challenge.owner} and not command.at_desk:
        raise no.OnlyItsLeaderClosesIt
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
                event.first, event.last, event.accountable, event.due, frozenset(event.audience),
            )  # fmt: skip
        case Challenge(), TeamFormed() | TeamChanged():
            team = Team(frozenset(event.members), event.idea)
            return replace(challenge, teams={**challenge.teams, event.team: team})
        case Challenge(), AnswerJudged():
            judged = {**challenge.judged, (event.idea, event.by): event.points}
            return replace(challenge, judged=judged)
        case Challenge(), ChallengeClosed():
            return replace(challenge, closed=True, owner=None, due=None)
        case Challenge(), ChallengeHandedUp():
            return replace(challenge, owner=event.accountable, due=event.due)
        case _:
            return challenge


challenge_decider = Decider[Challenge | None, ChallengeCommand, ChallengeEvent](
    None, decide, evolve
)
