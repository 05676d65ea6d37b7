"""Puts ideas together."""

from chassis.process import Parts, Service
from ideas.api import api
from ideas.consumers import Hearing, consumers
from ideas.domain import decider
from ideas.projections import hours, index, matters, talks
from ideas.projections import ideas as listing
from ideas.projections.aliases import Aliases
from ideas.projections.imports import UnplacedLines
from ideas.settings import IdeasSettings


def assemble(parts: Parts, settings: IdeasSettings) -> Service:
    """Return the service, made of its parts."""
    ideas = parts.commands(decider, "idea")
    aliases, unplaced = Aliases(parts.keyring, parts.store), UnplacedLines(parts.db, parts.keyring)
    hearing = Hearing(ideas, parts.timers, parts.calendar, settings)
    return Service(
        router=api(parts, settings, ideas),
        subscriptions=consumers(hearing, parts.keyring, unplaced, aliases),
        on_timer=hearing.on_timer,
        projections=[
            listing.PROJECTION,
            index.PROJECTION,
            matters.PROJECTION,
            talks.PROJECTION,
            hours.PROJECTION,
        ],
    )
