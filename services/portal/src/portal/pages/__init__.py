"""The pages: each asks the services what it shows, and sends what was filled in."""

from fastapi import APIRouter

from portal.pages import (
    door,
    home,
    idea,
    inbox,
    learning,
    numbers,
    operation,
    reports,
    reviewing,
    submitting,
    voices,
)


def pages() -> APIRouter:
    """Return the routes of all pages."""
    router = APIRouter()
    for room in (door, home, submitting, idea, voices, reviewing, inbox, numbers, learning,
                 operation, reports):  # fmt: skip
        router.include_router(room.router)
    return router
