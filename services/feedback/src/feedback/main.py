"""Puts feedback together."""

from chassis.process import Parts, Service
from feedback.api import api
from feedback.consumers import Hearing, consumers
from feedback.domain import decider
from feedback.projections.queue import PROJECTION
from feedback.settings import FeedbackSettings


def assemble(parts: Parts, settings: FeedbackSettings) -> Service:
    """Return the service, made of its parts."""
    reviews = parts.commands(decider, "review")
    hearing = Hearing(reviews, parts.calendar, parts.keyring, settings.decision_days)
    return Service(
        router=api(parts, settings, reviews),
        subscriptions=consumers(hearing),
        projections=[PROJECTION],
    )
