"""Puts ideas together."""

from chassis.process import Parts, Service
from ideas.api import api
from ideas.consumers import consumers
from ideas.domain import decider
from ideas.projections.ideas import PROJECTION
from ideas.projections.imports import UnplacedLines
from ideas.settings import IdeasSettings


def assemble(parts: Parts, settings: IdeasSettings) -> Service:
    """Return the service, made of its parts."""
    ideas = parts.commands(decider, "idea")
    return Service(
        router=api(parts, settings, ideas),
        subscriptions=consumers(ideas, parts.keyring, UnplacedLines(parts.db, parts.keyring)),
        projections=[PROJECTION],
    )
