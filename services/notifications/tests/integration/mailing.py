"""Whom the tests of mails know, and the one notice that they are about."""

from typing import Any

from contracts.ideas import IdeaDeclined
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House

ANNA, RIK, DESK = map(PersonId, ("anna", "rik", "desk"))


async def declined(house: House, idea: IdeaId) -> None:
    """Let an idea be declined: one owed notice to Anna, and a mail that waits."""
    at = await house.now()
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=at))


async def told(house: House) -> tuple[Any, list[Any]]:
    """Return the only notice, and what is recorded of it."""
    (notice,) = await house.notices()
    return notice, await house.events("notice", notice["notice"])
