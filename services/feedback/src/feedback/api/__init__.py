"""What people may ask of feedback over HTTP."""

from fastapi import APIRouter

from chassis.process import Parts
from feedback.api.deciding import deciding
from feedback.api.dialogue import dialogue
from feedback.api.erasures import erasures
from feedback.api.imports import imports
from feedback.api.nearness import Nearness
from feedback.api.pulse import Pulses, pulse
from feedback.api.reviews import reviews
from feedback.api.rules import rules
from feedback.api.views import views
from feedback.api.words import Reviews
from feedback.projections.rules import Rules
from feedback.settings import FeedbackSettings


def api(
    parts: Parts, settings: FeedbackSettings, commands: Reviews, house: Rules, nearness: Nearness,
    *, pulses: Pulses,
) -> APIRouter:  # fmt: skip
    """Return the routes of feedback."""
    router = APIRouter(prefix="/v1")
    router.include_router(reviews(parts, settings, commands, nearness))
    router.include_router(rules(parts, house))
    router.include_router(deciding(parts, settings, commands, nearness))
    router.include_router(dialogue(parts, settings, commands))
    router.include_router(views(parts, commands))
    router.include_router(imports(parts, commands))
    router.include_router(erasures(parts))
    router.include_router(pulse(pulses))
    return router
