"""What notifications does when it hears from other services, and of the people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.consuming import Heard, Subscription
from chassis.database import Tx
from chassis.keyring import Keyring
from contracts import feedback, ideas, outside
from contracts.feedback import (
    AppealDecided,
    AppealLodged,
    DueMoved,
    OpinionAsked,
    OpinionGiven,
    QuestionAnswered,
    QuestionAsked,
    ReviewClosed,
    ReviewerAssigned,
    ReviewerRecused,
)
from contracts.ideas import AliasErased
from contracts.outside import PersonErased
from notifications.consumers import unheard
from notifications.consumers.audience import Audience
from notifications.consumers.keeping import Keeper
from notifications.consumers.standing_in import StandingIn
from notifications.consumers.telling import Telling
from notifications.domain.notices import Notice
from notifications.domain.reviewing import (
    about_assignment,
    about_question,
    about_view_asked,
    about_view_given,
)
from notifications.domain.steps import imported
from notifications.domain.subjects import Subject, subject_of
from notifications.projections import audience as circle
from notifications.projections import (
    contacts,
    directory,
    endpoints,
    loops,
    notices,
    preferences,
    standing_apart,
)

# A clock that jumps back tells of a fact as if it were from before the first start, and that one
# is owed a notice as any other: so whatever is at most as old is news.
STILL_NEWS = timedelta(days=1)
# What moves the promise of an appeal while it is open: the steps of the review beside it.
_MOVES_AN_APPEAL = (
    ReviewerAssigned, ReviewerRecused, QuestionAsked, QuestionAnswered, DueMoved, ReviewClosed,
)  # fmt: skip


def subscriptions(
    keeper: Keeper,
    telling: Telling,
    standing_in: StandingIn,
    keyring: Keyring,
    first_start: datetime,
) -> Sequence[Subscription]:
    """Return what is heard. What is older than the first start, or imported, is no news."""
    audience = Audience(telling)

    def news(heard: Heard) -> bool:
        return heard.recorded_at >= first_start - STILL_NEWS and not imported(heard.data)

    async def on_idea_event(tx: Tx, heard: Heard) -> None:
        await _destroy(tx, keyring, heard.data)
        if (about := subject_of(heard.data)) is not None:
            await keeper.follow(tx, heard, about, news=news(heard))
        await audience.hear(tx, heard, news=news(heard))
        await unheard.hear(tx, heard.data, news=news(heard))

    async def on_feedback_event(tx: Tx, heard: Heard) -> None:
        await standing_apart.fold(tx, heard.data)
        if (appeal := await _appeal(tx, heard.data)) is not None:
            await keeper.follow(tx, heard, appeal, news=news(heard))
        if news(heard):
            await unheard.hear(tx, heard.data, news=True)
            told = await _of_a_review(tx, heard.data, heard.id)
            await telling.tell(tx, told, heard.id)

    async def on_people_event(tx: Tx, heard: Heard) -> None:
        await directory.fold(tx, heard.data)
        await standing_in.hear(tx, heard.data)
        if isinstance(heard.data, PersonErased):
            await contacts.forget(tx, keyring, heard.data.person)
            for table in (notices, endpoints, preferences, circle):
                await table.forget(tx, heard.data.person)

    return [
        Subscription(ideas.TOPIC, on_idea_event),
        Subscription(feedback.TOPIC, on_feedback_event),
        Subscription(outside.PEOPLE_TOPIC, on_people_event),
    ]


async def _destroy(tx: Tx, keyring: Keyring, event: Any) -> None:
    if isinstance(event, AliasErased):
        await keyring.erase(tx.raw, event.alias)


async def _appeal(tx: Tx, event: Any) -> Subject | None:
    """Return the appeal that a step of a review moves, if there is one."""
    match event:
        case AppealLodged() | AppealDecided():
            return subject_of(event)
        case _ if isinstance(event, _MOVES_AN_APPEAL):
            return await loops.open_appeal(tx, event.idea)
        case _:
            return None


async def _of_a_review(tx: Tx, event: Any, cause: str) -> Sequence[Notice]:
    """Return what to tell of a step of a review that no loop tells of."""
    match event:
        case ReviewerAssigned():
            return [about_assignment(event, cause)]
        case QuestionAsked():
            authors = await loops.authors(tx, event.idea) or (event.author,)
            return about_question(event, cause, authors)
        case OpinionAsked():
            return [about_view_asked(event, cause)]
        case OpinionGiven():
            person = await loops.accountable(tx, event.idea)
            return [about_view_given(event, cause, person)] if person else []
        case _:
            return []
