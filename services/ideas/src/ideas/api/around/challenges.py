"""Challenges: launched by a leader, answered by ideas, judged by jury and crowd side by side."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.decider import NotFound
from chassis.process import Parts
from contracts.challenges import Phase, TeamFormed
from contracts.vocabulary import ChallengeId, IdeaId, PersonId, TeamId
from ideas.api.around.reading import Done, Leader, Page, Shown, Which, page_of, shown
from ideas.api.limits import latest
from ideas.api.words import Body, Employee, Ideas, Name, Once, Person, Title
from ideas.domain import challenges as domain
from ideas.domain.standing import Standing, standings
from ideas.projections.directory import known
from ideas.projections.ideas import find_answers
from ideas.projections.talks import count_supports
from ideas.settings import IdeasSettings

Names = Annotated[list[Name], Field(max_length=50)]
People = Annotated[list[Person], Field(max_length=domain.MOST_MEMBERS)]


class Part(BaseModel):
    name: Name
    first: date
    last: date


class Launch(BaseModel):
    """A question with a why; an empty audience means everybody. What is judged is fixed now."""

    question: Title
    why: Body
    first: date
    last: date
    criteria: Annotated[Names, Field(min_length=1)]
    audience: Names = []
    phases: Annotated[list[Part], Field(max_length=10)] = []
    jury: People = []
    jury_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    hackathon: bool = False


class Team(BaseModel):
    name: Title
    members: People
    idea: UUID | None = None


class Members(BaseModel):
    members: People
    idea: UUID | None = None


class Judgement(BaseModel):
    points: Annotated[dict[Name, Annotated[int, Field(ge=0, le=10)]], Field(max_length=50)]


class Closing(BaseModel):
    """What became of the answers; everybody who took part gets it."""

    report: Body
    chosen: Annotated[list[UUID], Field(max_length=50)] = []


class Ranked(BaseModel):
    """The answers by what jury and crowd think, each by itself and together."""

    jury_weight: float
    answers: list[Standing]


class Formed(Done):
    team: UUID


class _Challenges:
    """Carries out what is asked of challenges."""

    def __init__(self, parts: Parts) -> None:
        self.commands = parts.commands(domain.challenge_decider, "challenge")

    async def carry_out(
        self, challenge: UUID, command: domain.ChallengeCommand, once: Once
    ) -> Done:
        done = await self.commands.handle(challenge, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)


def challenges(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes of challenges."""
    router = APIRouter(prefix="/challenges", tags=["challenges"])
    asked_of = _Challenges(parts)
    commands, carry_out = asked_of.commands, asked_of.carry_out
    router.include_router(_ending(parts, asked_of))
    router.include_router(_answering(parts, ideas, asked_of))

    @router.get("", summary="Challenges, the newest first")
    async def list_challenges(who: Employee, asked: Which) -> Page:
        return await page_of(parts, commands, "challenge", who, asked)

    @router.get("/{challenge}", summary="One challenge, with all its steps")
    async def read_challenge(_: Employee, challenge: UUID) -> Shown:
        return shown(challenge, await commands.history(challenge))

    @router.post("", status_code=201, summary="Launch a challenge")
    async def launch_challenge(who: Leader, once: Once, told: Launch) -> Done:
        now = parts.clock.now()
        until = latest(parts, settings.longest_challenge_days).day
        over = parts.calendar.end_of(min(told.last, until))  # a later one is refused
        due = parts.calendar.add_working_days(over, settings.report_days)
        criteria = tuple(dict.fromkeys(told.criteria))
        command = domain.LaunchChallenge(
            ChallengeId(uuid7()), PersonId(who.subject), now, parts.calendar.local_date(now),
            told.question, told.why, told.first, told.last, due, criteria,
            tuple(told.audience), tuple(Phase(**part.model_dump()) for part in told.phases),
            await known(parts.db.pool, told.jury), told.jury_weight, told.hackathon,
            until,
        )  # fmt: skip
        return await carry_out(command.challenge, command, once)

    return router


def _ending(parts: Parts, asked_of: _Challenges) -> APIRouter:
    """Return the routes of how answers stand, and of the report at the end."""
    router = APIRouter()
    commands, carry_out = asked_of.commands, asked_of.carry_out

    @router.get("/{challenge}/standing", summary="What jury and crowd think, side by side")
    async def read_standing(_: Employee, challenge: UUID) -> Ranked:
        known, _version = await commands.state(challenge)
        if known is None:
            raise NotFound
        async with parts.db.reading() as connection:
            answers = await find_answers(connection, challenge)
            crowd = await count_supports(connection, answers)
        ranked = standings(known, [IdeaId(a) for a in answers], crowd)
        return Ranked(jury_weight=known.jury_weight, answers=ranked)

    @router.post("/{challenge}/closing", summary="Close it, with a report to everybody in it")
    async def close_challenge(who: Employee, once: Once, challenge: UUID, told: Closing) -> Done:
        async with parts.db.reading() as connection:
            answers = len(await find_answers(connection, challenge))
        command = domain.CloseChallenge(
            PersonId(who.subject), parts.clock.now(), told.report,
            tuple(IdeaId(i) for i in told.chosen), answers, "desk" in who.roles,
        )  # fmt: skip
        return await carry_out(challenge, command, once)

    return router


def _answering(parts: Parts, ideas: Ideas, asked_of: _Challenges) -> APIRouter:
    """Return the routes of those who answer, and of the jury."""
    router = APIRouter()
    carry_out = asked_of.carry_out

    @router.post("/{challenge}/teams", status_code=201, summary="Form a team")
    async def form_team(who: Employee, once: Once, challenge: UUID, told: Team) -> Formed:
        by, team = PersonId(who.subject), TeamId(uuid7())
        others = await known(parts.db.pool, told.members)
        members = (by, *(person for person in others if person != by))
        idea = IdeaId(told.idea) if told.idea else None
        command = domain.FormTeam(team, by, parts.clock.now(), members, told.name, idea)
        done = await carry_out(challenge, command, once)
        # What is asked again has made another id: the first one counts.
        history = await asked_of.commands.history(challenge)
        mine = (r.data for r in history if r.command == once.command)
        formed = next((told.team for told in mine if isinstance(told, TeamFormed)), team)
        return Formed(matter=challenge, version=done.version, team=formed)

    @router.put("/{challenge}/teams/{team}", summary="Say who is in the team, and its idea")
    async def change_team(
        who: Employee, once: Once, challenge: UUID, team: UUID, told: Members
    ) -> Done:
        command = domain.ChangeTeam(
            TeamId(team), PersonId(who.subject), parts.clock.now(),
            await known(parts.db.pool, told.members),
            IdeaId(told.idea) if told.idea else None,
        )  # fmt: skip
        return await carry_out(challenge, command, once)

    @router.put("/{challenge}/teams/{team}/members/me", summary="Join a team")
    async def join_team(who: Employee, once: Once, challenge: UUID, team: UUID) -> Done:
        command = domain.JoinTeam(TeamId(team), PersonId(who.subject), parts.clock.now())
        return await carry_out(challenge, command, once)

    @router.put("/{challenge}/judgements/{idea}", summary="Give an answer points, as the jury")
    async def judge_answer(
        who: Employee, once: Once, challenge: UUID, idea: UUID, told: Judgement
    ) -> Done:
        state, _ = await ideas.state(idea)
        if state is None or state.submission.challenge != challenge:
            raise NotFound
        command = domain.JudgeAnswer(
            IdeaId(idea), state.authors, PersonId(who.subject), parts.clock.now(), told.points
        )
        return await carry_out(challenge, command, once)

    return router
