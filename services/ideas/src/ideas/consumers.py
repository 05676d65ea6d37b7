"""What ideas does when it hears of reviews and of people."""

from chassis.commands import Commands, caused_by
from chassis.consuming import Heard, Subscription
from chassis.database import Tx
from chassis.keyring import Keyring
from contracts import feedback, outside
from contracts.feedback import ReviewCompleted, ReviewerAssigned
from contracts.ideas import IdeaEvent
from contracts.outside import PersonErased
from ideas.domain import Idea, IdeaCommand, RecordAnswer, TakeUnderReview
from ideas.projections import directory
from ideas.projections.imports import UnplacedLines

GROUP = "ideas"
Ideas = Commands[Idea | None, IdeaCommand, IdeaEvent]


def consumers(ideas: Ideas, keyring: Keyring, unplaced: UnplacedLines) -> list[Subscription]:
    """Return the topics that ideas hears. Any interleaving of them is taken."""

    async def on_feedback_event(tx: Tx, heard: Heard) -> None:
        match heard.data:
            case ReviewerAssigned(origin="live", idea=idea, reviewer=who, at=at, due=due) if due:
                await ideas.handle(idea, TakeUnderReview(who, at, due), caused_by(GROUP, heard), tx)
            case ReviewCompleted() as review:
                answer = RecordAnswer(
                    outcome=review.outcome, by=review.reviewer, at=review.at,
                    accountable=review.accountable, due=review.due, wake_on=review.wake_on,
                )  # fmt: skip
                await ideas.handle(review.idea, answer, caused_by(GROUP, heard), tx)
            case _:
                pass

    async def on_people_event(tx: Tx, heard: Heard) -> None:
        await directory.fold(tx, heard)
        if isinstance(heard.data, PersonErased):
            await keyring.erase(tx.raw, heard.data.person)
            await unplaced.forget(tx, heard.data.person)

    return [
        Subscription(feedback.TOPIC, on_feedback_event),
        Subscription(outside.PEOPLE_TOPIC, on_people_event),
    ]
