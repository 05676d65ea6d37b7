"""The pages: each asks the services what it shows, and sends what was filled in."""

from fastapi import APIRouter

from portal.pages import (
    axis,
    by_code,
    calendars,
    challenging,
    council,
    desk,
    door,
    drafting,
    erasures,
    going_on,
    helping,
    history,
    home,
    idea,
    inbox,
    kiosk,
    leading,
    learning,
    merging,
    numbers,
    operation,
    people,
    pictures,
    piloting,
    pulse,
    queue,
    reports,
    reviewing,
    room,
    sealed,
    sharing,
    submitting,
    terms,
    together,
    views,
    voices,
    why,
    wishing,
)


def pages() -> APIRouter:
    """Return the routes of all pages."""
    router = APIRouter()
    for shown in (door, home, drafting, submitting, sealed, idea, pictures, voices, by_code, kiosk,
                  sharing, wishing, together, queue, reviewing, inbox, numbers, axis, learning,
                  helping, challenging, people, operation, reports, room, leading, piloting, why,
                  council, desk, merging, going_on, calendars, terms, pulse, views, erasures,
                  history):  # fmt: skip
        router.include_router(shown.router)
    router.include_router(by_code.mine)
    return router
