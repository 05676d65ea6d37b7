"""What feedback does when it hears of ideas and of people."""

from collections.abc import Callable
from datetime import datetime

from uuid_utils.compat import uuid7

from chassis.calendar import Calendar
from chassis.commands import Commands, Context, caused_by
from chassis.consuming import Heard, Subscription
from chassis.database import Tx
from chassis.keyring import Keyring
from contracts import ideas, notifications, outside
from contracts.feedback import FeedbackEvent
from contracts.ideas import (
    AliasErased,
    IdeaAccepted,
    IdeaDeclined,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevived,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotStarted,
    PromiseMoved,
)
from contracts.notifications import Escalated, PromisePassedOn
from contracts.outside import AbsencePlanned, PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import AppealId, Origin, PersonId
from feedback.consumers.standing_in import StandingIn
from feedback.domain import (
    Assignment,
    AssignReviewer,
    ChangeAuthors,
    CloseReview,
    HandUp,
    MoveDue,
    Open,
    RequestReview,
    Review,
    ReviewCommand,
)
from feedback.domain.dialogue import barred
from feedback.domain.routing import Asked, route
from feedback.domain.rubric import Rubric
from feedback.projections import authors, directory, notes, pulse
from feedback.projections.authors import Birth
from feedback.projections.queue import Queued, find_waiting
from feedback.projections.rubrics import find_named, find_rubric
from feedback.projections.rules import Rules
from feedback.settings import FeedbackSettings

SERVICE = "feedback"
MOST_WAITING = 100  # reviews that one new reviewer may bring into motion at once


class Hearing:
    """Feedback's ears."""

    def __init__(
        self, handle: Commands[Review, ReviewCommand, FeedbackEvent], calendar: Calendar,
        keyring: Keyring, rules: Rules, *, standing_in: StandingIn, settings: FeedbackSettings,
    ) -> None:  # fmt: skip
        self._handle = handle
        self._calendar = calendar
        self._keyring = keyring
        self._rules = rules
        self._standing_in = standing_in
        self._settings = settings

    async def on_idea_event(self, tx: Tx, heard: Heard) -> None:
        if await authors.fold(tx, heard.data):
            await self._authored(tx, heard)
        match heard.data:
            case IdeaSubmitted() | IdeaRevived() | IdeaReopened(to="submitted" | "under_review"):
                await self._request(tx, heard)
            case PromiseMoved(cause="longer" | "outage", accountable=who, due=due) if who and due:
                moved = MoveDue(heard.data.at, who, due)
                await self._handle.handle(heard.data.idea, moved, caused_by(SERVICE, heard), tx)
            case IdeaTakenUnderReview(origin="imported"):
                await self._request(tx, heard)
            case AliasErased(alias=alias):
                await self._keyring.erase(tx.raw, alias)
            case IdeaWithdrawn() | IdeaMerged() | IdeaReopened():
                await self._close(tx, heard)
            case IdeaAccepted() | IdeaDeclined() | IdeaParked() | PilotStarted() | IdeaRealised():
                # Of a live idea these follow an answer; a history may tell them of a waiting one.
                await self._close(tx, heard)
            case _:
                pass

    async def on_people_event(self, tx: Tx, heard: Heard) -> None:
        await directory.fold(tx, heard)
        match heard.data:
            case PersonListed(roles=roles, at=at) if "reviewer" in roles:
                await self._route_waiting(tx, at, lambda idea: caused_by(SERVICE, heard, idea))
            case AbsencePlanned() as away:
                await self._standing_in.plan(tx, away)
            case PersonLeft(person=person):
                await self._standing_in.leave(tx, person)
            case PersonErased(person=person):
                await self._standing_in.leave(tx, person)
                await self._keyring.erase(tx.raw, person)
                await notes.forget(tx, person)
                await pulse.forget(tx, person)
            case _:
                pass

    async def on_promise_event(self, tx: Tx, heard: Heard) -> None:
        """Let who took over answer: a promise that is handed up must be one that can be kept."""
        match heard.data:
            case (
                Escalated(matter="idea" | "appeal" as matter, idea=idea)
                | PromisePassedOn(matter="idea" | "appeal" as matter, idea=idea)
            ) as up if idea:
                appeal = AppealId(up.subject) if matter == "appeal" else None
                cause = up.cause if isinstance(up, PromisePassedOn) else "broken"
                command = HandUp(up.at, up.previous, up.accountable, up.due, appeal, cause)
                await self._handle.handle(idea, command, caused_by(SERVICE, heard), tx)
            case _:
                pass

    async def _request(self, tx: Tx, heard: Heard) -> None:
        """Ask for an answer, of a named person where one is found.

        An imported idea waits for the desk: routing hundreds of old ideas would bury everybody.
        Of these only the last event names a person and a date, and only that one asks.
        """
        idea = heard.data
        if idea.accountable is None or idea.due is None:
            return
        origin: Origin = getattr(idea, "origin", "live")  # what wakes up, wakes here
        # Only the birth of an idea names its co-authors and where it belongs.
        birth = await authors.find_birth(tx, idea.idea)
        born = birth or Birth()
        rubric = await find_rubric(tx.sql, category=born.category, at=born.told_at or idea.at)
        found = None
        # Who may judge a confidential idea is asked of `ideas`, and never from here.
        if origin == "live" and born.way != "confidential":
            asked = Asked(
                frozenset({idea.author, *born.co_authors}), born.department, born.category,
                born.challenge,
            )  # fmt: skip
            found = await self._find(tx, asked, rubric, idea.at, born.decision_days)
        # Whatever wakes an idea asks for another answer, also while an appeal is open here.
        anew = isinstance(idea, IdeaRevived) or getattr(idea, "anew", False)
        command = RequestReview(
            idea=idea.idea, author=idea.author, at=idea.at, accountable=idea.accountable,
            due=idea.due, co_authors=born.co_authors, department=born.department,
            category=born.category, challenge=born.challenge, rubric=rubric.version,
            way=born.way, origin=origin, assignment=found, anew=anew,
        )  # fmt: skip
        await self._handle.handle(idea.idea, command, caused_by(SERVICE, heard), tx)
        if found is not None:
            await directory.note_named(tx, idea.idea, found.reviewer)

    async def _close(self, tx: Tx, heard: Heard) -> None:
        idea = heard.data
        await self._handle.handle(idea.idea, CloseReview(idea.at), caused_by(SERVICE, heard), tx)

    async def _authored(self, tx: Tx, heard: Heard) -> None:
        """Let the review know whose the idea is now."""
        idea, at = heard.data.idea, heard.data.at
        birth = await authors.find_birth(tx, idea)
        if birth is None:
            return  # the idea's birth is still to be heard of, and tells it
        desk = PersonId(self._settings.desk)
        due = self._calendar.add_working_days(at, self._settings.appeal_days)
        command = ChangeAuthors(at, birth.co_authors, desk, due)
        await self._handle.handle(idea, command, caused_by(SERVICE, heard), tx)

    async def _find(
        self, tx: Tx, asked: Asked, rubric: Rubric, at: datetime, days: int | None
    ) -> Assignment | None:
        today = self._calendar.local_date(at)
        routing = await self._rules.routing(tx)
        people = await directory.find_candidates(tx, asked.authors | routing.named, today)
        load = await directory.count_open(tx)
        reviewer = route(people, load, asked, today, routing)
        if reviewer is None:
            return None
        due = self._calendar.add_working_days(at, days or self._settings.decision_days)
        return Assignment(reviewer, rubric.names, rubric.version, due)

    async def look_again(self, tx: Tx, at: datetime) -> None:
        """Give waiting reviews to whoever can take them by now.

        Somebody is back from an absence; or an idea and its only reviewer were heard of at the
        same time, and neither knew of the other.
        """
        await self._route_waiting(tx, at, lambda _: Context(command=uuid7()))

    async def _route_waiting(self, tx: Tx, at: datetime, context: Callable[[str], Context]) -> None:
        """Somebody can review now: perhaps an idea came before the directory did."""
        for waiting in await find_waiting(tx.sql, MOST_WAITING):
            birth = await authors.find_birth(tx, waiting.idea) or Birth()
            if birth.way == "confidential":
                continue
            found = await self.candidate(tx, waiting, at)
            if found is not None:
                await self.name(tx, waiting, found, at, context(str(waiting.idea)))

    async def candidate(
        self, tx: Tx, waiting: Queued, at: datetime, near: frozenset[PersonId] = frozenset()
    ) -> Assignment | None:
        """Return who could review what waits, but for those who stand too near."""
        state, _ = await self._handle.state(waiting.idea)
        if not isinstance(state, Open) or state.reviewer is not None:
            return None  # answered or named meanwhile: the queue follows
        birth = await authors.find_birth(tx, waiting.idea) or Birth()
        asked = Asked(
            frozenset({state.author, *state.co_authors}), birth.department, birth.category,
            birth.challenge, barred(state) | near,
        )  # fmt: skip
        rubric = await find_named(tx.sql, state.rubric)
        since = max(at, waiting.requested_at)
        return await self._find(tx, asked, rubric, since, birth.decision_days)

    async def name(
        self, tx: Tx, waiting: Queued, found: Assignment, at: datetime, context: Context
    ) -> None:
        """Name somebody who was found."""
        command = AssignReviewer(found, max(at, waiting.requested_at))
        await self._handle.handle(waiting.idea, command, context, tx)
        await directory.note_named(tx, waiting.idea, found.reviewer)


def consumers(hearing: Hearing) -> list[Subscription]:
    """Return the topics that feedback hears. Any interleaving of them is taken."""
    return [
        Subscription(ideas.TOPIC, hearing.on_idea_event),
        Subscription(outside.PEOPLE_TOPIC, hearing.on_people_event),
        # Of what is promised only what was handed up matters here, and a rebuild needs none of it.
        Subscription(notifications.TOPIC, hearing.on_promise_event, journal=False),
    ]
