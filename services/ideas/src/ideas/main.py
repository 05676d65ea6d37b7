"""Puts ideas together."""

from chassis.database import Tx
from chassis.process import Parts, Service
from chassis.timers import Timer
from ideas.api import api
from ideas.consumers import Ending, HandingUp, Hearing, consumers
from ideas.domain import decider
from ideas.domain.barriers import barrier_decider
from ideas.domain.challenges import challenge_decider
from ideas.domain.experiments import ENDED, experiment_decider
from ideas.domain.hours import time_decider
from ideas.domain.tools import help_decider
from ideas.projections import hours, index, learnings, matters, talks
from ideas.projections import ideas as listing
from ideas.projections.aliases import Aliases
from ideas.projections.imports import UnplacedLines
from ideas.settings import IdeasSettings


def assemble(parts: Parts, settings: IdeasSettings) -> Service:
    """Return the service, made of its parts."""
    ideas = parts.commands(decider, "idea")
    aliases, unplaced = Aliases(parts.keyring, parts.store), UnplacedLines(parts.db, parts.keyring)
    hearing = Hearing(ideas, parts.timers, parts.calendar, settings)
    experiments = parts.commands(experiment_decider, "experiment")
    up = HandingUp(
        {
            "idea": ideas,
            "barrier": parts.commands(barrier_decider, "barrier"),
            "time": parts.commands(time_decider, "time"),
            "help": parts.commands(help_decider, "help"),
            "challenge": parts.commands(challenge_decider, "challenge"),
            "experiment": experiments,
        }
    )
    ending = Ending(experiments)

    async def on_timer(tx: Tx, timer: Timer) -> None:
        await (ending if timer.kind == ENDED else hearing).on_timer(tx, timer)

    return Service(
        router=api(parts, settings, ideas),
        subscriptions=consumers(hearing, up, parts.keyring, unplaced, aliases, clock=parts.clock),
        on_timer=on_timer,
        projections=[
            listing.PROJECTION,
            index.PROJECTION,
            matters.PROJECTION,
            talks.PROJECTION,
            hours.PROJECTION,
            learnings.PROJECTION,
        ],
    )
