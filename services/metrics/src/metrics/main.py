"""Puts metrics together."""

from datetime import UTC, datetime, timedelta
from functools import partial

from fastapi import APIRouter

from chassis.process import Parts, Service
from metrics.api import Numbers, council, erasures, kpis, report, usage
from metrics.consumers import consumers
from metrics.domain.answers import Question
from metrics.domain.asking import Day
from metrics.domain.facts import Facts
from metrics.projections.council import Council
from metrics.projections.doings import DoingRows
from metrics.projections.door import counting
from metrics.projections.facts import FactRows
from metrics.projections.persons import hashing
from metrics.projections.reading import Reading
from metrics.projections.renewal import renewal
from metrics.projections.retention import retention
from metrics.projections.usage import Ledger
from metrics.settings import MetricsSettings


def assemble(parts: Parts, settings: MetricsSettings) -> Service:
    """Return the service, made of its parts."""
    zone = settings.zone
    hashed = hashing(settings.person_key_bytes)
    facts, doings = FactRows(hashed), DoingRows(hashed)
    ledger = Ledger(hashed, zone, parts.clock.now)
    max_age = timedelta(days=settings.usage_max_age_days)

    async def read(question: Question) -> Facts:
        async with parts.db.reading() as connection:
            return await Reading(connection, zone).facts(question)

    def today() -> Day:
        return Day(parts.clock.now(), zone, parts.calendar.is_working_day)

    consents = Council(parts)
    numbers = Numbers(read, today, consents.standing, consents.note_refused)
    router = APIRouter()
    router.include_router(kpis(numbers))
    router.include_router(report(numbers))
    router.include_router(council(consents, today))
    router.include_router(erasures(partial(ledger.is_erased, parts.db)))
    # The age of an event is real, as it is on the Kafka side: development moves domain time only.
    router.include_router(usage(counting(parts.db, ledger), lambda: datetime.now(UTC), max_age))
    return Service(
        router=router,
        subscriptions=consumers(facts, doings, ledger, parts.keyring, max_age),
        background=[
            renewal(parts.db, facts, doings),
            retention(parts.db, zone, parts.clock.now),
        ],
    )
