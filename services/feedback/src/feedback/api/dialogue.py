"""What is said around an answer: questions, views of others, recusal, rating, appeal."""

from datetime import datetime
from typing import Annotated, TypeGuard
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, StringConstraints
from uuid_utils.compat import uuid7

from chassis.commands import Context
from chassis.decider import NotFound
from chassis.http import Caller, caller, command_context
from chassis.process import Parts
from contracts.feedback import AppealLodged, OpinionAsked, QuestionAsked, Stars
from contracts.vocabulary import AppealId, OpinionId, PersonId, QuestionId
from feedback.api.here import require_here
from feedback.api.words import Person, Reviews, working_days_between
from feedback.domain import (
    AnswerQuestion,
    AskOpinion,
    AskQuestion,
    GiveOpinion,
    LodgeAppeal,
    Open,
    RateFeedback,
    RecuseReviewer,
    Review,
    ReviewCommand,
)
from feedback.settings import FeedbackSettings

Anybody = Annotated[Caller, Depends(caller("employee", "reviewer", "lead", "director", "desk"))]
Author = Annotated[
    Caller, Depends(caller("employee", "reviewer", "lead", "director", "desk", "alias"))
]
"""An employee, or whoever speaks for one idea with its code."""
Reviewer = Annotated[Caller, Depends(caller("reviewer", "lead", "director", "desk"))]
Once = Annotated[Context, Depends(command_context)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


class Said(BaseModel):
    words: Words


class Recusal(BaseModel):
    """Why you stand aside; only the desk reads it."""

    reason: Annotated[str, StringConstraints(max_length=10_000)] = ""


class View(BaseModel):
    """Whose view is asked for, and about what; `touches_team`: it is about their team."""

    asked: Person
    words: Words
    touches_team: bool = False


class Rating(BaseModel):
    """Was the answer useful, and was it respectful: 1 to 5.

    Who answered and the desk read it, with its words; others only counts of many.
    """

    useful: Stars
    respectful: Stars
    words: Annotated[str, StringConstraints(max_length=10_000)] = ""


class Done(BaseModel):
    """What a command led to: where the review stands, and until when somebody owes the answer."""

    idea: UUID
    version: int
    accountable: str | None
    due: datetime | None
    id: UUID | None = None


class _Dialogue:
    """Carries out what is said, and works out what is left of the time."""

    def __init__(self, parts: Parts, settings: FeedbackSettings, reviews: Reviews) -> None:
        self.parts, self.settings, self.reviews = parts, settings, reviews

    async def carry_out(
        self, idea: UUID, command: ReviewCommand, once: Once, made: UUID | None = None
    ) -> Done:
        done = await self.reviews.handle(idea, command, once)
        state, version = await self.reviews.state(idea)
        if done.repeated and made is not None:
            made = await self._first_made(idea, once) or made
        owed = (state.accountable, state.due) if isinstance(state, Open) else (None, None)
        return Done(
            idea=idea, version=max(version, done.version), accountable=owed[0], due=owed[1], id=made
        )

    async def _first_made(self, idea: UUID, once: Once) -> UUID | None:
        """Return the id that was made when it was asked for the first time."""
        history = await self.reviews.history(idea)
        match next((told.data for told in history if told.command == once.command), None):
            case QuestionAsked(question=first):
                return first
            case OpinionAsked(opinion=first):
                return first
            case AppealLodged(appeal=first):
                return first
            case _:
                return None

    async def state(self, idea: UUID) -> Review:
        return (await self.reviews.state(idea))[0]

    def from_now(self, days: int) -> datetime:
        return self.parts.calendar.add_working_days(self.parts.clock.now(), days)

    async def question(self, idea: UUID, by: PersonId, words: str) -> AskQuestion:
        """Return a question, with what is promised if nobody answers it."""
        state, now = await self.state(idea), self.parts.clock.now()
        until = self.from_now(self.settings.question_days)
        left = working_days_between(self.parts.calendar, now, state.due) if _waits(state) else 0
        due = self.parts.calendar.add_working_days(until, left)
        return AskQuestion(QuestionId(uuid7()), by, now, words, until, due)

    async def reply(self, idea: UUID, question: UUID, by: PersonId, words: str) -> AnswerQuestion:
        """Return an answer to a question, with the date that is promised from now on."""
        state, now = await self.state(idea), self.parts.clock.now()
        due = now
        if _waits(state) and state.question is not None:
            left = working_days_between(self.parts.calendar, state.question.until, state.due)
            due = self.parts.calendar.add_working_days(now, left)
        return AnswerQuestion(QuestionId(question), by, now, words, due)


def dialogue(parts: Parts, settings: FeedbackSettings, reviews: Reviews) -> APIRouter:
    """Return the routes of the dialogue about an idea."""
    router = APIRouter(prefix="/reviews/{idea}", tags=["feedback"])
    said = _Dialogue(parts, settings, reviews)
    router.include_router(_judging(said))

    @router.post("/questions/{question}/answer", summary="Answer the reviewer's question")
    async def answer_question(
        who: Author, once: Once, idea: UUID, question: UUID, told: Said
    ) -> Done:
        command = await said.reply(idea, question, PersonId(who.subject), told.words)
        return await said.carry_out(idea, command, once, question)

    @router.post("/opinions/{opinion}", summary="Give the view that you were asked for")
    async def give_opinion(who: Anybody, once: Once, idea: UUID, opinion: UUID, told: Said) -> Done:
        command = GiveOpinion(
            OpinionId(opinion), PersonId(who.subject), parts.clock.now(), told.words
        )
        return await said.carry_out(idea, command, once, opinion)

    @router.post("/rating", status_code=201, summary="Say whether the answer helped")
    async def rate_feedback(who: Author, once: Once, idea: UUID, told: Rating) -> Done:
        command = RateFeedback(
            PersonId(who.subject), parts.clock.now(), told.useful, told.respectful, told.words
        )
        return await said.carry_out(idea, command, once)

    @router.post("/appeal", status_code=201, summary="Ask another reviewer to look, once")
    async def lodge_appeal(who: Author, once: Once, idea: UUID, told: Said) -> Done:
        appeal, desk = AppealId(uuid7()), PersonId(settings.desk)
        due = said.from_now(settings.appeal_days)
        command = LodgeAppeal(
            appeal, PersonId(who.subject), parts.clock.now(), told.words, desk, due
        )
        return await said.carry_out(idea, command, once, appeal)

    return router


def _judging(said: _Dialogue) -> APIRouter:
    router = APIRouter()
    parts, settings = said.parts, said.settings

    @router.post("/questions", status_code=201, summary="Ask the author; the clock stands still")
    async def ask_question(who: Reviewer, once: Once, idea: UUID, told: Said) -> Done:
        command = await said.question(idea, PersonId(who.subject), told.words)
        return await said.carry_out(idea, command, once, command.question)

    @router.post("/recusal", summary="Stand aside: you are too near to judge it")
    async def recuse_reviewer(who: Reviewer, once: Once, idea: UUID, why: Recusal) -> Done:
        desk, due = PersonId(settings.desk), said.from_now(settings.appeal_days)
        command = RecuseReviewer(PersonId(who.subject), parts.clock.now(), why.reason, desk, due)
        return await said.carry_out(idea, command, once)

    @router.post("/opinions", status_code=201, summary="Ask somebody else for a view")
    async def ask_opinion(who: Reviewer, once: Once, idea: UUID, told: View) -> Done:
        await require_here(parts, once, [told.asked])
        opinion = OpinionId(uuid7())
        command = AskOpinion(
            opinion, PersonId(who.subject), parts.clock.now(), PersonId(told.asked), told.words,
            said.from_now(settings.opinion_days), told.touches_team,
        )  # fmt: skip
        return await said.carry_out(idea, command, once, opinion)

    return router


def _waits(review: Review) -> TypeGuard[Open]:
    if review is None:
        raise NotFound
    return isinstance(review, Open)
