"""What is promised: to those whom it concerns, and to everybody in numbers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from msgspec import structs
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import Clock
from chassis.database import Database
from chassis.decider import NotAllowed, NotFound
from chassis.http import Caller, caller
from chassis.keyring import Keyring
from chassis.store import EventStore, Recorded
from contracts.catalog import declared
from contracts.vocabulary import Matter, PersonId, Rung, SubjectId
from notifications.api.people import MOST_PEOPLE, Named
from notifications.projections import contacts, directory, loops
from notifications.projections.loops import Promise

State = Literal["promised", "finished", "followed"]


class LoopStep(BaseModel):
    """A promise made, kept, broken, or handed up the ladder."""

    event: str
    at: datetime
    accountable: PersonId
    due: datetime
    rung: Rung | None = None


class LoopShown(BaseModel):
    """What is promised on a matter now, and all that was promised before."""

    subject: UUID
    matter: Matter
    idea: UUID | None
    state: State
    accountable: PersonId | None
    due: datetime | None
    rung: Rung | None
    broken: int
    kept: int
    history: list[LoopStep]


class LoopCounts(BaseModel):
    """How the guarantee stands over all matters of a kind; `silent` must be 0.

    `broken` counts every promise that ever was; `unanswered` the matters where one was broken and
    no word came since.
    """

    unfinished: int
    promised: int
    silent: int
    broken: int
    kept: int
    unanswered: int


class Guarantee(LoopCounts):
    """The guarantee at a moment of domain time: open ideas by the step of the ladder.

    The numbers are of ideas; `besides` has those of whatever else is owed an answer. `held_up` are
    those whose news waits behind a dead letter, so that what is promised there is not known, or of
    whom nobody who finds reviewers heard: each of them counts among the `silent` as well.
    """

    at: datetime
    held_up: int
    by_step: dict[str, int]
    besides: dict[Matter, LoopCounts]


class NotYourPromise(NotAllowed):
    """A promise is for its authors, the accountable person, that person's lead, and the desk."""


def loops_router(
    db: Database, store: EventStore, clock: Clock, keyring: Keyring, desk: PersonId
) -> APIRouter:
    router = APIRouter(tags=["loops"])
    router.include_router(_concerning(db, store, keyring, desk))

    @router.get("/loops")
    async def count_loops(_: Annotated[Caller, Depends(caller())]) -> LoopCounts:
        """Return how many ideas have a promise, and how many promises were broken and kept."""
        async with db.reading() as connection:
            found = await loops.counts(connection, clock.now())
        return LoopCounts.model_validate(found["idea"], from_attributes=True)

    @router.get("/guarantee", summary="No idea falls silent: the numbers, for everybody")
    async def read_guarantee(_: Annotated[Caller, Depends(caller())]) -> Guarantee:
        """Return how many ideas are open, on which step, and that none is silent."""
        now = clock.now()
        async with db.reading() as connection:
            found = await loops.counts(connection, now)
            steps = await loops.by_rung(connection)
            held = await loops.held_up(connection)
        ideas = structs.asdict(found.pop("idea"))
        ideas["silent"] += held
        besides = {
            matter: LoopCounts.model_validate(count, from_attributes=True)
            for matter, count in found.items()
        }
        return Guarantee(**ideas, at=now, held_up=held, by_step=steps, besides=besides)

    return router


def _concerning(db: Database, store: EventStore, keyring: Keyring, desk: PersonId) -> APIRouter:
    """Return the routes for those whom a promise concerns."""
    router = APIRouter()

    async def promised(connection: AsyncConnection, subject: UUID, who: Caller) -> Promise:
        promise = await loops.find(connection, SubjectId(subject))
        if promise is None:
            raise NotFound
        if not await _concerns(connection, promise, who, desk):
            raise NotYourPromise
        return promise

    @router.get("/loops/{subject}")
    async def show_loop(subject: UUID, who: Annotated[Caller, Depends(caller())]) -> LoopShown:
        """Return who owes the next word on a matter, until when, and how it went before."""
        async with db.reading() as connection:
            promise = await promised(connection, subject, who)
        return _shown(promise, await store.load(f"loop-{subject}"))

    @router.get("/loops/{subject}/people", summary="What those are called who owe or owed a word")
    async def name_people_of_loop(
        subject: UUID, who: Annotated[Caller, Depends(caller())]
    ) -> dict[str, Named]:
        """Return their names: whoever has the code of an idea may ask who answers for it."""
        async with db.reading() as connection:
            await promised(connection, subject, who)
        history = await store.load(f"loop-{subject}")
        owed = dict.fromkeys(_step(recorded.data).accountable for recorded in history)
        async with db.reading() as connection:
            found = await contacts.find(connection, keyring, list(owed)[:MOST_PEOPLE])
        return {person: Named(name=contact.name) for person, contact in found.items()}

    return router


async def _concerns(
    connection: AsyncConnection, promise: Promise, who: Caller, desk: PersonId
) -> bool:
    me = PersonId(who.subject)
    if "desk" in who.roles or me in {desk, promise.accountable, *promise.authors}:
        return True
    if promise.accountable is None:
        return False
    return await directory.lead_of(connection, promise.accountable) == me


def _shown(promise: Promise, history: list[Recorded]) -> LoopShown:
    settled: State = "finished" if promise.finished else "followed"
    steps = [_step(recorded.data) for recorded in history]
    return LoopShown(
        subject=promise.subject,
        matter=promise.matter,
        idea=promise.idea,
        state="promised" if promise.due else settled,
        accountable=promise.accountable,
        due=promise.due,
        rung=promise.rung,
        broken=promise.broken,
        kept=promise.kept,
        history=steps,
    )


def _step(event: Any) -> LoopStep:
    return LoopStep(
        event=declared(event).name,
        at=event.at,
        accountable=event.accountable,
        due=event.due,
        rung=getattr(event, "rung", None),
    )
