"""Ways to submit: from a draft, under an alias, and speaking with a code afterwards."""

from fastapi import APIRouter

from chassis.process import Parts
from ideas.api.ways.drafting import Drafting, drafting
from ideas.api.ways.speaking import Speaking, speaking
from ideas.api.ways.submitting import Submitting, submitting
from ideas.api.ways.tokens import ISSUER, AliasTokens
from ideas.api.words import Ideas
from ideas.settings import IdeasSettings


def ways(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes; from here on the tokens of aliases are believed."""
    tokens = AliasTokens(parts.keyring, parts.settings.audience)
    parts.doors.verifier.trust(ISSUER, tokens.keys)
    router = APIRouter()
    taking = Submitting(parts, settings, ideas)
    router.include_router(submitting(taking))
    router.include_router(drafting(Drafting(parts, settings, ideas, taking)))
    router.include_router(speaking(Speaking(parts, settings, ideas, tokens)))
    return router
