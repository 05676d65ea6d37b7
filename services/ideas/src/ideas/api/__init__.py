"""What people and systems may ask of ideas over HTTP."""

from fastapi import APIRouter

from chassis.process import Parts
from ideas.api.around import around
from ideas.api.departments import departments
from ideas.api.erasures import erasures
from ideas.api.imports import imports
from ideas.api.lifecycle import lifecycle
from ideas.api.photos import photos
from ideas.api.pilots import pilots
from ideas.api.reading import reading
from ideas.api.terms import terms_router
from ideas.api.together import together
from ideas.api.ways import ways
from ideas.api.words import Ideas
from ideas.settings import IdeasSettings


def api(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes of ideas."""
    router = APIRouter(prefix="/v1")
    router.include_router(ways(parts, settings, ideas))
    router.include_router(lifecycle(parts, settings, ideas))
    router.include_router(together(parts, settings, ideas))
    router.include_router(photos(parts, settings, ideas))
    router.include_router(pilots(parts, settings, ideas))
    router.include_router(reading(parts, settings, ideas))
    router.include_router(around(parts, settings, ideas))
    router.include_router(departments(parts))
    router.include_router(imports(parts, settings))
    router.include_router(terms_router(parts, settings))
    router.include_router(erasures(parts))
    return router
