"""What ideas are promised now, and what a change of it would change."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from chassis.calendar import Calendar
from chassis.commands import Commands
from chassis.decider import NotFound
from chassis.process import Parts
from contracts.ideas import IdeaEvent
from contracts.terms import TermsChanged
from contracts.vocabulary import FINISHED, ChallengeId, Terms
from ideas.domain import Idea, IdeaCommand
from ideas.domain.terms import ChangeTerms, Standing, fitting, terms_decider
from ideas.projections.ideas import IDEAS
from ideas.settings import IdeasSettings

Ideas = Commands[Idea | None, IdeaCommand, IdeaEvent]
HOUSE = "house"  # the one set of rules that there is


class Touched(Struct, frozen=True, kw_only=True):
    """An open idea to which another rule would fit. It keeps its date, `due`.

    `would_be` is the date that it would have, had it been submitted under the changed rules.
    """

    idea: UUID
    category: str | None
    challenge: UUID | None
    state: str
    due: datetime | None
    would_be: datetime


class HouseTerms:
    """The rules by which ideas are promised an answer."""

    def __init__(self, parts: Parts, settings: IdeasSettings) -> None:
        self._parts = parts
        self._settings = settings
        self.changes: Commands[Standing, ChangeTerms, TermsChanged] = parts.commands(
            terms_decider, "terms"
        )

    async def standing(self) -> Standing:
        try:
            state, _ = await self.changes.state(HOUSE)
        except NotFound:
            return Standing()  # nobody gave any yet
        return state

    async def of(self, category: str | None, challenge: UUID | None) -> Terms | None:
        """Return what an idea that is submitted now is promised."""
        which = None if challenge is None else ChallengeId(challenge)
        return fitting(await self.standing(), category, which)

    async def history(self) -> Sequence[TermsChanged]:
        """Return every version of the rules, the first one first."""
        found = await self._parts.store.load(self.changes.stream(HOUSE))
        return [r.data for r in found if isinstance(r.data, TermsChanged)]

    async def touched(self, now: Standing, then: Standing) -> list[Touched]:
        """Return the open ideas to which a change means another promise, the first due first."""
        columns = (IDEAS.c.idea, IDEAS.c.category, IDEAS.c.challenge, IDEAS.c.state,
                   IDEAS.c.state_since, IDEAS.c.due)  # fmt: skip
        found = select(*columns).where(IDEAS.c.state.not_in(FINISHED)).order_by(IDEAS.c.due)
        async with self._parts.db.reading() as connection:
            rows = (await connection.execute(found)).all()
        return [
            Touched(
                idea=row.idea, category=row.category, challenge=row.challenge, state=row.state,
                due=row.due, would_be=self._date(row.state_since, row.state, after),
            )
            for row in rows
            if _promises(fitting(now, row.category, row.challenge))
            != _promises(after := fitting(then, row.category, row.challenge))
        ]  # fmt: skip

    def _date(self, since: datetime, state: str, terms: Terms | None) -> datetime:
        settings, calendar = self._settings, self._parts.calendar
        if state == "submitted":
            return answer_by(calendar, settings, since, terms)
        return decision_by(calendar, settings, since, terms)


async def terms_of(ideas: Ideas, idea: UUID) -> Terms | None:
    """Return what an idea was promised when it was submitted; None: as it is for everybody."""
    try:
        state, _ = await ideas.state(idea)
    except NotFound:
        return None  # whoever commands it says so
    return state.submission.terms if state else None


def _promises(terms: Terms | None) -> tuple[object, ...]:
    """Return what is promised, whatever the version of the rules."""
    if terms is None:
        return (None,) * 5
    return (
        terms.answer_days, terms.decision_days, terms.remind_days, terms.escalate_days, terms.rungs,
    )  # fmt: skip


def answer_by(
    calendar: Calendar, settings: IdeasSettings, at: datetime, terms: Terms | None
) -> datetime:
    """Return until when an idea that waits since a moment is taken up."""
    days = terms and terms.answer_days
    return calendar.add_working_days(at, days or settings.answer_days)


def decision_by(
    calendar: Calendar, settings: IdeasSettings, at: datetime, terms: Terms | None
) -> datetime:
    """Return until when an open idea takes its next step, otherwise."""
    days = terms and terms.decision_days
    return calendar.add_working_days(at, days or settings.decision_days)
