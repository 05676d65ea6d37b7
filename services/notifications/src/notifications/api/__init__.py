"""What people and services may ask of notifications over HTTP."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.clock import Clock
from chassis.database import Database
from chassis.keyring import Keyring
from chassis.store import EventStore
from contracts.vocabulary import PersonId
from notifications.api.erasures import Erasures, erased_router, erasures_router
from notifications.api.loops import loops_router
from notifications.api.notices import notices_router
from notifications.api.people import people_router


def api(  # noqa: PLR0917 - each is a part of its own
    db: Database, keyring: Keyring, store: EventStore, clock: Clock, erasures: Erasures,
    desk: PersonId, more: Sequence[APIRouter],
) -> APIRouter:  # fmt: skip
    router = APIRouter(prefix="/v1")
    router.include_router(people_router(db, keyring, clock))
    router.include_router(erasures_router(db, clock, erasures))
    router.include_router(erased_router(db))
    router.include_router(notices_router(db, clock))
    router.include_router(loops_router(db, store, clock, keyring, desk))
    for each in more:
        router.include_router(each)
    return router
