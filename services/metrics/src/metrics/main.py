"""Puts metrics together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from fastapi import APIRouter

from chassis.consuming import Admit, BatchSubscription, Heard
from chassis.consuming.letters import Letters
from chassis.http import Pace
from chassis.process import Parts, Service
from contracts.outside import USAGE_TOPIC, ToolUsageReported
from metrics.api import (
    Inlet,
    Numbers,
    Validator,
    axis,
    council,
    erasures,
    events,
    kpis,
    numbers_again,
    pulse,
    recounts,
    report,
    sources,
    waves_again,
)  # fmt: skip
from metrics.api import editions as overseeing
from metrics.api.events import Count
from metrics.api.validating import MOST_EVENTS
from metrics.consumers import consumers
from metrics.domain.admission import Admission, doubt
from metrics.domain.answers import Question
from metrics.domain.asking import Day
from metrics.domain.facts import Facts
from metrics.domain.pulse import Given, Wave
from metrics.projections.council import Council
from metrics.projections.doings import NAME, VERSION, DoingRows
from metrics.projections.door import counting
from metrics.projections.facts import FactRows
from metrics.projections.making import Editions, finding, listing, naming
from metrics.projections.persons import hashing
from metrics.projections.pulse import find_wave
from metrics.projections.reading import Reading
from metrics.projections.recounting import Recounting
from metrics.projections.recounting_waves import Waves
from metrics.projections.rejected import Rejections
from metrics.projections.renewal import Renewal
from metrics.projections.retention import Retention
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

    async def wave(wanted: UUID) -> tuple[Wave, Sequence[Given]] | None:
        return await find_wave(parts.db, NAME, wanted, VERSION)

    def today() -> Day:
        return Day(parts.clock.now(), zone, parts.calendar.is_working_day)

    consents = Council(parts)
    editions = Editions(
        parts.db, parts.timers, consents.standing, zone=zone, works=parts.calendar.is_working_day,
        now=parts.clock.now, quiet=timedelta(minutes=settings.edition_quiet_minutes),
    )  # fmt: skip
    numbers = Numbers(read, finding(parts.db), today, consents.standing, consents.note_refused)
    router = APIRouter()
    router.include_router(kpis(numbers))
    router.include_router(report(numbers, naming(parts.db)))
    router.include_router(axis(numbers, naming(parts.db)))
    router.include_router(pulse(wave, today, consents.standing))
    router.include_router(council(consents, editions.soon, listing(parts.db), today))
    router.include_router(overseeing(listing(parts.db), editions.soon))
    recounting = Recounting(parts.db, hashed, zone, parts.calendar.is_working_day)
    router.include_router(_again(recounting, Waves(parts.db, wave, consents.standing)))
    router.include_router(erasures(partial(ledger.is_erased, parts.db)))
    heard = consumers(
        facts, doings, ledger, editions, keyring=parts.keyring, max_age=max_age,
        admit=admitting(_admission(settings)),
    )  # fmt: skip
    count = counting(parts.db, ledger, editions)
    router.include_router(_doors_of_others(parts, settings, heard, count))
    return Service(
        router=router,
        subscriptions=heard,
        on_timer=editions.on_timer,
        background=[
            Renewal(parts.db, facts, doings, editions.soon),
            Retention(parts.db, zone, parts.clock.now),
        ],
    )


def _again(recounting: Recounting, waves: Waves) -> APIRouter:
    """Return where an operator has numbers counted a second time."""
    router = APIRouter()
    router.include_router(recounts(recounting.page))
    router.include_router(numbers_again(recounting.number))
    router.include_router(waves_again(waves.again))
    return router


def _admission(settings: MetricsSettings) -> Admission:
    return Admission(settings.holders, settings.event_bytes)


def _doors_of_others(
    parts: Parts, settings: MetricsSettings, heard: Sequence[BatchSubscription], count: Count
) -> APIRouter:
    """Return where other systems tell events, and see what of theirs was refused."""
    admission = _admission(settings)
    rejections = Rejections(parts.db, Letters(parts.keyring))
    usage = next(each for each in heard if each.topic == USAGE_TOPIC)
    validator = Validator(admission, usage.refusal, admitting(admission))
    rate = settings.events_per_second
    pace = Pace(rate, max(2 * MOST_EVENTS, int(rate)))
    max_age = timedelta(days=settings.usage_max_age_days)
    router = APIRouter()
    router.include_router(events(Inlet(validator, count, rejections.keep, max_age, pace)))
    router.include_router(sources(admission, rejections.of))
    return router


def admitting(admission: Admission) -> Admit:
    """Return what judges an event from outside, whichever way it came.

    The age of an event is real: development moves domain time only.
    """

    def admit(event: Heard, size: int) -> str | None:
        now, told = datetime.now(UTC), event.data
        if type(told) is ToolUsageReported and (
            why := doubt(told.week, told.users, told.uses, now)
        ):
            return why
        return admission.refusal(event.source, size, event.occurred_at, now)

    return admit
