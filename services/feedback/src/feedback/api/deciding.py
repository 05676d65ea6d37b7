"""Answering ideas: one, or several that tell the same; and the reviewer's own notes."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.commands import Context
from chassis.decider import Rejected
from chassis.http import Caller, caller, command_context
from chassis.process import Parts
from contracts.feedback import Mark, Outcome
from contracts.vocabulary import IdeaId, PersonId
from feedback.api.here import require_here
from feedback.api.nearness import Nearness
from feedback.api.words import Moment, Person, Reviews, Sentence
from feedback.domain import CompleteReview, Open
from feedback.domain.limits import Latest, Limits
from feedback.projections.notes import Notes
from feedback.projections.reasons import Reasons
from feedback.projections.rubrics import find_named
from feedback.settings import FeedbackSettings

Reviewer = Annotated[Caller, Depends(caller("reviewer", "lead", "director", "desk"))]
Once = Annotated[Context, Depends(command_context)]
EVENING = timedelta(hours=7)  # from the end of a working day to that of the day itself
_EACH = UUID("3c0c1c36-5a77-4f0e-8f6e-5a3d5f1b8c42")


class Decision(BaseModel):
    """An answer. Every criterion needs a mark and a sentence.

    A yes names who goes on with it (`accountable`) and by when (`due`).
    """

    outcome: Outcome
    marks: Annotated[dict[str, Mark], Field(max_length=20)] = {}
    sentences: Annotated[dict[str, Sentence], Field(max_length=20)] = {}
    reason: Annotated[str, Field(max_length=10_000)] = ""
    next_step: Annotated[str, Field(max_length=10_000)] = ""
    wake_on: date | None = None
    accountable: Person | None = None
    due: Moment | None = None
    apart: Annotated[
        bool, Field(description="of a sealed idea: it is not yours, nor of somebody whom you lead")
    ] = False


class Decisions(Decision):
    """One answer to several similar ideas; each author is told by themselves."""

    ideas: Annotated[list[UUID], Field(min_length=1, max_length=50)]


class Decided(BaseModel):
    idea: UUID
    version: int
    outcome: Outcome


class Each(BaseModel):
    """What became of one of several; `reason` says why it was refused, and what to do."""

    idea: UUID
    result: Literal["answered", "refused"]
    reason: str | None = None


class Every(BaseModel):
    items: list[Each]


class Note(BaseModel):
    words: Annotated[str, Field(max_length=10_000)]


class Answers:
    """Gives answers, and knows a reason again that was given to another idea."""

    def __init__(
        self, parts: Parts, settings: FeedbackSettings, reviews: Reviews, nearness: Nearness
    ) -> None:
        self._parts, self._settings, self._reviews = parts, settings, reviews
        self._nearness = nearness
        self._reasons = Reasons(parts.keyring.derived_all("reasons")[-1])

    async def give(
        self, idea: UUID, given: Decision, who: Caller, once: Context, together: tuple[UUID, ...]
    ) -> Decided:
        """Answer an idea. Raises Rejected where that is no answer."""
        state, _ = await self._reviews.state(idea)
        if given.outcome != "declined" and given.accountable not in {None, self._settings.desk}:
            await require_here(self._parts, once, [str(given.accountable)])
        by, at_desk = PersonId(who.subject), "desk" in who.roles
        await self._nearness.require_apart(state, by, by, at_desk=at_desk)
        async with self._parts.db.reading() as connection:
            named = state.rubric if isinstance(state, Open) else None
            rubric = await find_named(connection, named)
            copied = await self._reasons.copied_from(connection, given.reason, (idea, *together))
        now = self._parts.clock.now()
        others = tuple(IdeaId(other) for other in together if other != idea)
        # What is parked the desk keeps in mind; a yes names somebody and a day itself.
        parked = given.outcome == "parked"
        owner = given.accountable or (self._settings.desk if parked else None)
        due = given.due or (self._follow_up(given, now) if parked else None)
        command = CompleteReview(
            by=by, at=now, outcome=given.outcome, criteria=rubric.names,
            rubric=rubric.version, marks=given.marks, sentences=given.sentences,
            reason=given.reason, next_step=given.next_step, wake_on=given.wake_on,
            accountable=PersonId(owner) if owner else None, due=due,
            at_desk=at_desk, together_with=others, copied_from=copied,
            apart=given.apart, limits=self._limits(now),
        )  # fmt: skip
        async with self._parts.db.transaction() as tx:
            done = await self._reviews.handle(idea, command, once, tx)
            await self._reasons.keep(tx, idea, given.reason)
        self._parts.wake()
        return Decided(idea=idea, version=done.version, outcome=given.outcome)

    def _limits(self, now: datetime) -> Limits:
        def ahead(days: int) -> Latest:
            day = self._parts.calendar.local_date(now) + timedelta(days)
            return Latest(day, self._parts.calendar.end_of(day) + EVENING)

        settings = self._settings
        return Limits(ahead(settings.longest_promise_days), ahead(settings.longest_wake_days))

    def _follow_up(self, given: Decision, now: datetime) -> datetime:
        calendar = self._parts.calendar
        if given.wake_on is not None and given.outcome == "parked":
            return calendar.end_of(given.wake_on)
        return calendar.add_working_days(now, self._settings.follow_up_days)


def deciding(
    parts: Parts, settings: FeedbackSettings, reviews: Reviews, nearness: Nearness
) -> APIRouter:
    """Return the routes of answers."""
    router = APIRouter(tags=["feedback"])
    answers, notes = Answers(parts, settings, reviews, nearness), Notes(parts.db, parts.keyring)

    @router.post("/reviews/{idea}/decision", status_code=201, summary="Answer an idea")
    async def complete_review(who: Reviewer, once: Once, idea: UUID, given: Decision) -> Decided:
        return await answers.give(idea, given, who, once, ())

    @router.post("/decisions", summary="Answer several similar ideas at once")
    async def complete_reviews(who: Reviewer, once: Once, given: Decisions) -> Every:
        together = tuple(dict.fromkeys(given.ideas))
        items = []
        for idea in together:
            # Each is a command of its own: what is sent again is carried out once, idea by idea.
            command = uuid5(_EACH, f"{once.command}|{idea}")
            each = Context(command=command, actor=once.actor, digest=once.digest)
            try:
                await answers.give(idea, given, who, each, together)
            except Rejected as refusal:
                items.append(Each(idea=idea, result="refused", reason=str(refusal)))
            else:
                items.append(Each(idea=idea, result="answered"))
        return Every(items=items)

    @router.get("/reviews/{idea}/note", summary="Your own note about it")
    async def read_note(who: Reviewer, idea: UUID) -> Note:
        return Note(words=await notes.find(idea, PersonId(who.subject)))

    @router.put("/reviews/{idea}/note", summary="Note something that nobody else reads")
    async def keep_note(who: Reviewer, idea: UUID, told: Note) -> Note:
        """Asked again, it changes nothing: the same words are kept."""
        await notes.keep(idea, PersonId(who.subject), told.words)
        return told

    return router
