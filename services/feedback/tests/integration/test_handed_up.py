"""A broken promise goes up the ladder: who took over finds the review, and may answer it."""

from typing import Any
from uuid import UUID

import pytest

from contracts.feedback import ReviewCompleted, ReviewHandedUp
from contracts.notifications import Escalated
from contracts.vocabulary import IdeaId, PersonId, SubjectId
from services.feedback.tests.house import House, reviewer, submitted
from services.feedback.tests.stories import ANNA, RIK, TESS, day

pytestmark = pytest.mark.integration

MARKS = ("value", "feasibility", "fit")
ANSWER = {
    "outcome": "declined", "reason": "Het past niet bij de dienst van de nacht.",
    "next_step": "Met een tweede kar erbij kijken we er in mei weer naar.",
    "marks": dict.fromkeys(MARKS, "met"),
    "sentences": {name: f"Over {name} is met het team gesproken." for name in MARKS},
}  # fmt: skip


def up(idea: IdeaId, previous: PersonId, accountable: PersonId, at: float) -> Escalated:
    return Escalated(
        matter="idea", subject=SubjectId(UUID(str(idea))), idea=idea, author=ANNA,
        previous=previous, accountable=accountable, due=day(at + 7), rung="lead", at=day(at),
    )  # fmt: skip


async def queued(house: House, who: str) -> list[Any]:
    told = await house.ask("/v1/reviews", who)
    assert told.status_code == 200, told.text
    return [each["idea"] for each in told.json()["items"]]


async def test_who_took_over_has_it_in_the_queue_and_answers(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    path = f"/v1/reviews/{idea.idea}/decision"
    assert (await house.tell(path, ANSWER, f"{TESS}:lead")).status_code == 403

    heard = house.heard(up(idea.idea, RIK, TESS, 40))
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice
    (told,) = [e for e in await house.told(idea.idea) if isinstance(e, ReviewHandedUp)]
    assert (told.previous, told.accountable, told.due) == (RIK, TESS, day(47))
    assert await queued(house, f"{TESS}:lead") == [str(idea.idea)]
    assert await queued(house, f"{RIK}:reviewer") == [str(idea.idea)]
    shown = (await house.ask(f"/v1/reviews/{idea.idea}", f"{TESS}:lead")).json()
    assert (shown["reviewer"], shown["words"]) == (RIK, "shown")

    done = await house.tell(path, ANSWER, f"{TESS}:lead")
    assert done.status_code == 201, done.text
    await house.follow()
    (answer,) = [e for e in await house.told(idea.idea) if isinstance(e, ReviewCompleted)]
    assert answer.reviewer == TESS
    late = await house.tell(path, ANSWER, f"{RIK}:reviewer")
    assert (late.status_code, late.json()["type"]) == (409, "urn:kiem:NoReviewIsOpen")


async def test_what_was_handed_up_after_the_answer_changes_nothing(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    done = await house.tell(f"/v1/reviews/{idea.idea}/decision", ANSWER, f"{RIK}:reviewer")
    assert done.status_code == 201, done.text
    before = len(await house.told(idea.idea))
    await house.hear(up(idea.idea, RIK, TESS, 40))
    assert len(await house.told(idea.idea)) == before
