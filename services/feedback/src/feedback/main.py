"""Puts feedback together."""

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from chassis.auth import PeerUnavailable
from chassis.database import TRANSIENT
from chassis.decider import ConcurrentWrite
from chassis.process import Parts, Service
from feedback.api import api
from feedback.api.nearness import Nearness
from feedback.api.pulse import Pulses
from feedback.consumers import Hearing, consumers
from feedback.consumers.asking import Asking
from feedback.consumers.standing_in import StandingIn
from feedback.domain import decider
from feedback.projections import opinions, queue, rubrics
from feedback.projections.rules import Rules
from feedback.settings import FeedbackSettings

log = structlog.get_logger()

PASSING: tuple[type[BaseException], ...] = (*TRANSIENT, ConcurrentWrite)
ASK_SECONDS = 1.0  # between two looks for confidential ideas that need a reviewer
ASKING: tuple[type[BaseException], ...] = (*PASSING, PeerUnavailable)
AGAIN_SECONDS = 30.0  # between two looks for reviews that somebody could take by now


def assemble(parts: Parts, settings: FeedbackSettings) -> Service:
    """Return the service, made of its parts."""
    ideas = parts.peers(settings.ideas_url)
    parts.doors.verifier.trust("urn:kiem:ideas", partial(ideas.get, "/v1/aliases/keys"))
    nearness = Nearness(ideas)
    reviews = parts.commands(decider, "review")
    house = Rules(parts)
    pulses = Pulses(parts, settings)
    long = timedelta(settings.long_absence_days)
    standing_in = StandingIn(reviews, parts.timers, parts.calendar, house, long)
    hearing = Hearing(
        reviews, parts.calendar, parts.keyring, house, standing_in=standing_in, settings=settings
    )

    asking = Asking(parts.db, hearing, standing_in, nearness.near)

    async def look_again() -> None:
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                async with parts.db.transaction() as tx:
                    await hearing.look_again(tx, parts.clock.now())
                parts.wake()
                await pulses.close_due()
            except PASSING as error:
                log.warning("routing.interrupted", error=type(error).__name__)

    async def ask() -> None:
        while True:
            await asyncio.sleep(ASK_SECONDS)
            try:
                if await asking.round(parts.clock.now()):
                    parts.wake()
            except ASKING as error:
                log.warning("asking.interrupted", error=type(error).__name__)

    return Service(
        router=api(parts, settings, reviews, house, nearness, pulses=pulses),
        subscriptions=consumers(hearing),
        on_timer=standing_in.on_timer,
        projections=[queue.PROJECTION, rubrics.PROJECTION, opinions.PROJECTION],
        background=[look_again, ask],
    )
