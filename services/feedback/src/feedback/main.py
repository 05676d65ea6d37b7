"""Puts feedback together."""

from datetime import timedelta
from functools import partial

from chassis.process import Parts, Service
from feedback.api import api
from feedback.api.nearness import Nearness
from feedback.api.pulse import Pulses
from feedback.consumers import Hearing, consumers
from feedback.consumers.asking import Asking
from feedback.consumers.looking_again import LookingAgain
from feedback.consumers.standing_in import StandingIn
from feedback.domain import decider
from feedback.projections import opinions, queue, rubrics
from feedback.projections.rules import Rules
from feedback.settings import FeedbackSettings


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
    return Service(
        router=api(parts, settings, reviews, house, nearness, pulses=pulses),
        subscriptions=consumers(hearing),
        on_timer=standing_in.on_timer,
        projections=[queue.PROJECTION, rubrics.PROJECTION, opinions.PROJECTION],
        background=[
            LookingAgain(parts, hearing, pulses.close_due),
            Asking(parts, hearing, standing_in, nearness.near),
        ],
    )
