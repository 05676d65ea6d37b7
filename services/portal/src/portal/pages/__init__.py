"""The pages: each asks the services what it shows, and sends what was filled in."""

from fastapi import APIRouter

from portal.pages import (
    calendars,
    council,
    desk,
    door,
    home,
    idea,
    inbox,
    leading,
    learning,
    numbers,
    operation,
    piloting,
    pulse,
    reports,
    reviewing,
    submitting,
    voices,
    why,
)


def pages() -> APIRouter:
    """Return the routes of all pages."""
    router = APIRouter()
    for room in (door, home, submitting, idea, voices, reviewing, inbox, numbers, learning,
                 operation, reports, leading, piloting, why,
                 council, desk, calendars, pulse):  # fmt: skip
        router.include_router(room.router)
    return router
