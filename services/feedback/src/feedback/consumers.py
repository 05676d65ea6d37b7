"""What feedback does when it hears of ideas and of people."""

from collections.abc import Callable
from datetime import datetime

from uuid_utils.compat import uuid7

from chassis.calendar import Calendar
from chassis.commands import Commands, Context, caused_by
from chassis.consuming import Heard, Subscription
from chassis.database import Tx
from chassis.keyring import Keyring
from contracts import ideas, outside
from contracts.feedback import FeedbackEvent
from contracts.ideas import (
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
from contracts.outside import PersonErased, PersonListed
from contracts.vocabulary import PersonId
from feedback.domain import (
    Assignment,
    AssignReviewer,
    CloseReview,
    MoveDue,
    Open,
    RequestReview,
    Review,
    ReviewCommand,
)
from feedback.domain.dialogue import barred
from feedback.domain.routing import route
from feedback.domain.rubric import RUBRIC
from feedback.projections import authors, directory
from feedback.projections.queue import find_waiting

GROUP = "feedback"
MOST_WAITING = 100  # reviews that one new reviewer may bring into motion at once


class Hearing:
    """Feedback's ears."""

    def __init__(
        self, handle: Commands[Review, ReviewCommand, FeedbackEvent], calendar: Calendar,
        keyring: Keyring, decision_days: int,
    ) -> None:  # fmt: skip
        self._handle = handle
        self._calendar = calendar
        self._keyring = keyring
        self._days = decision_days

    async def on_idea_event(self, tx: Tx, heard: Heard) -> None:
        if isinstance(heard.data, IdeaSubmitted):
            await authors.fold(tx, heard.data)
        match heard.data:
            case IdeaSubmitted() | IdeaRevived() | IdeaReopened(to="submitted" | "under_review"):
                await self._request(tx, heard)
            case PromiseMoved(cause="longer" | "outage", accountable=who, due=due) if who and due:
                moved = MoveDue(heard.data.at, who, due)
                await self._handle.handle(heard.data.idea, moved, caused_by(GROUP, heard), tx)
            case IdeaTakenUnderReview(origin="imported"):
                await self._request(tx, heard)
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
                await self._route_waiting(tx, at, lambda idea: caused_by(GROUP, heard, idea))
            case PersonErased(person=person):
                await self._keyring.erase(tx.raw, person)
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
        # Only the birth of an idea names its co-authors and where it belongs.
        birth = await authors.find_birth(tx, idea.idea)
        co_authors = birth.co_authors if birth else ()
        department = birth.department if birth else None
        found = None
        if idea.origin == "live":
            concerned = frozenset({idea.author, *co_authors})
            found = await self._find(tx, concerned, department, idea.at)
        command = RequestReview(
            idea=idea.idea, author=idea.author, at=idea.at, accountable=idea.accountable,
            due=idea.due, co_authors=co_authors, department=department,
            category=birth.category if birth else None, origin=idea.origin, assignment=found,
        )  # fmt: skip
        await self._handle.handle(idea.idea, command, caused_by(GROUP, heard), tx)
        if found is not None:
            await directory.note_named(tx, idea.idea, found.reviewer)

    async def _close(self, tx: Tx, heard: Heard) -> None:
        idea = heard.data
        await self._handle.handle(idea.idea, CloseReview(idea.at), caused_by(GROUP, heard), tx)

    async def _find(
        self, tx: Tx, concerned: frozenset[PersonId], department: str | None, at: datetime
    ) -> Assignment | None:
        today = self._calendar.local_date(at)
        people = await directory.find_candidates(tx, concerned, today)
        load = await directory.count_open(tx)
        reviewer = route(people, load, authors=concerned, department=department, today=today)
        if reviewer is None:
            return None
        due = self._calendar.add_working_days(at, self._days)
        return Assignment(reviewer, RUBRIC.names, RUBRIC.version, due)

    async def look_again(self, tx: Tx, at: datetime) -> None:
        """Give waiting reviews to whoever can take them by now.

        Somebody is back from an absence; or an idea and its only reviewer were heard of at the
        same time, and neither knew of the other.
        """
        await self._route_waiting(tx, at, lambda _: Context(command=uuid7()))

    async def _route_waiting(self, tx: Tx, at: datetime, context: Callable[[str], Context]) -> None:
        """Somebody can review now: perhaps an idea came before the directory did."""
        for waiting in await find_waiting(tx.sql, MOST_WAITING):
            state, _ = await self._handle.state(waiting.idea)
            if not isinstance(state, Open):
                continue  # answered meanwhile: the queue follows
            concerned = barred(state)
            when = max(at, waiting.requested_at)
            found = await self._find(tx, concerned, waiting.department, when)
            if found is not None:
                command = AssignReviewer(found, when)
                await self._handle.handle(waiting.idea, command, context(str(waiting.idea)), tx)
                await directory.note_named(tx, waiting.idea, found.reviewer)


def consumers(hearing: Hearing) -> list[Subscription]:
    """Return the topics that feedback hears. Any interleaving of them is taken."""
    return [
        Subscription(ideas.TOPIC, hearing.on_idea_event),
        Subscription(outside.PEOPLE_TOPIC, hearing.on_people_event),
    ]
