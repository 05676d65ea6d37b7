"""Who owes an answer, and until when: a named leader, else the asker's lead, else the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Rejected
from chassis.process import Parts
from contracts.vocabulary import PersonId
from ideas.domain.refusals import NobodyIsAtTheDesk
from ideas.projections.directory import find_department, find_lead, known, leads
from ideas.settings import IdeasSettings


@dataclass(frozen=True, slots=True)
class Owed:
    """An answer that is owed: by whom, since when, until when; and where the asker works."""

    person: PersonId
    at: datetime
    due: datetime
    department: str | None


class Owners:
    """Finds who owes an answer."""

    def __init__(self, parts: Parts, settings: IdeasSettings) -> None:
        self._parts = parts
        self._desk = settings.desk

    async def of(self, asker: PersonId, named: str | None, days: int) -> Owed:
        """Return who owes the asker an answer within so many working days."""
        if named and named != self._desk:
            await known(self._parts.db.pool, [named])
        now = self._parts.clock.now()
        lead = await find_lead(self._parts.db.pool, asker)
        department = await find_department(self._parts.db.pool, asker)
        due = self._parts.calendar.add_working_days(now, days)
        return Owed(PersonId(named or lead or self.desk()), now, due, department)

    async def leader(
        self, asker: PersonId, named: str | None, days: int, no: Callable[[str], Rejected]
    ) -> Owed:
        """Return which leader owes the asker an answer; raises `no` where the named one is none."""
        owed = await self.of(asker, named, days)
        await self.require_leader(asker, named, no)
        return owed

    async def require_leader(
        self, asker: PersonId, named: str | None, no: Callable[[str], Rejected]
    ) -> None:
        """Refuse who leads nobody, and say who can: the asker's own lead, else the desk."""
        pool = self._parts.db.pool
        if named and named != self._desk and not await leads(pool, named):
            raise no(await find_lead(pool, asker) or self._desk or "")

    def desk(self) -> PersonId:
        """Return the desk, behind which there is nobody."""
        if self._desk is None:
            raise NobodyIsAtTheDesk
        return PersonId(self._desk)
