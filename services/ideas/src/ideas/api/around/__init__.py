"""What people may ask around ideas: talk, barriers, time, experiments, tools, challenges."""

from fastapi import APIRouter

from chassis.process import Parts
from ideas.api.around.barriers import barriers
from ideas.api.around.challenges import challenges
from ideas.api.around.experiments import experiments
from ideas.api.around.hours import hours
from ideas.api.around.letters import letters
from ideas.api.around.sharing import sharing
from ideas.api.around.talk import talk
from ideas.api.around.tools import tools
from ideas.api.words import Ideas
from ideas.settings import IdeasSettings


def around(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes around ideas."""
    router = APIRouter()
    router.include_router(talk(parts, ideas))
    router.include_router(sharing(parts, ideas))
    for made in (barriers, hours, experiments, tools):
        router.include_router(made(parts, settings))
    router.include_router(challenges(parts, settings, ideas))
    router.include_router(letters(parts))
    return router
