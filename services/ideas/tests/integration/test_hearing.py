"""What ideas hears of reviews and people leads to the same whatever comes first, or twice."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.feedback import ReviewCompleted, ReviewerAssigned, ReviewRequested
from contracts.ideas import IdeaAccepted, IdeaTakenUnderReview
from contracts.outside import AbsencePlanned, PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import Event, IdeaId, PersonId
from ideas.projections.directory import find_department, find_lead
from services.ideas.tests.house import House, envelope

pytestmark = pytest.mark.integration


def merges(*lanes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield every order in which lanes can interleave, each in its own order."""
    if not any(lanes):
        yield ()
    for n, lane in enumerate(lanes):
        if lane:
            rest = (*lanes[:n], lane[1:], *lanes[n + 1 :])
            yield from ((lane[0], *more) for more in merges(*rest))


class Scene:
    """An author, her lead and her reviewer, none of whom any other test knows."""

    def __init__(self, house: House, idea: str, mark: str) -> None:
        self.house, self.idea = house, IdeaId(UUID(idea))
        self.anna, self.lead, self.rik = (PersonId(f"{n}-{mark}") for n in ("a", "l", "r"))
        self.at = house.parts.clock.now()
        self.due = self.at + timedelta(days=28)

    def assigned(self, **changes: Any) -> ReviewerAssigned:
        told: dict[str, Any] = {
            "idea": self.idea, "author": self.anna, "reviewer": self.rik, "at": self.at,
            "due": self.due,
        }  # fmt: skip
        return ReviewerAssigned(**told | changes)

    def completed(self, outcome: Any = "accepted") -> ReviewCompleted:
        return ReviewCompleted(
            idea=self.idea, author=self.anna, reviewer=self.rik, outcome=outcome,
            at=self.at + timedelta(seconds=1), accountable=self.rik, due=self.due,
        )  # fmt: skip

    def listed(self, person: PersonId, seconds: float = 0, **told: Any) -> PersonListed:
        return PersonListed(person=person, at=self.at + timedelta(seconds=seconds), **told)

    async def found_lead(self, person: PersonId | None = None) -> PersonId | None:
        return await find_lead(self.house.parts.db.pool, person or self.anna)

    async def found_department(self, person: PersonId) -> str | None:
        return await find_department(self.house.parts.db.pool, person)


@pytest.fixture
async def scene(house: House) -> Scene:
    mark = uuid4().hex
    return Scene(house, await house.submitted(f"a-{mark}:employee", co_authors=[]), mark)


@cache
def orders() -> list[tuple[int, ...]]:
    return list(merges((0, 1), (2, 3), (4,)))


@pytest.mark.parametrize("order", orders(), ids=str)
async def test_any_interleaving_of_the_topics_ends_the_same(
    scene: Scene, order: tuple[int, ...]
) -> None:
    told: list[Event] = [
        scene.assigned(), scene.completed(),
        scene.listed(scene.anna, lead=scene.lead, department="zorg"),
        PersonErased(person=scene.anna, at=scene.at + timedelta(seconds=2)),
        scene.listed(scene.lead),
    ]  # fmt: skip
    heard = [envelope(event) for event in told]
    for n in order:
        await scene.house.hear_again(heard[n])
        await scene.house.hear_again(heard[n])  # whoever hears it twice does it once
    happened = await scene.house.events(scene.idea)
    assert [type(event).__name__ for event in happened] == [
        "IdeaSubmitted", "IdeaTakenUnderReview", "IdeaAccepted",
    ]  # fmt: skip
    shown = (await scene.house.get(f"/ideas/{scene.idea}")).json()
    assert (shown["state"], shown["accountable"], shown["title"]) == ("accepted", scene.rik, None)
    assert await scene.found_lead() is None
    assert await scene.found_department(scene.anna) is None


async def test_an_assignment_takes_the_idea_under_review(scene: Scene) -> None:
    await scene.house.hear(scene.assigned())
    taken = (await scene.house.events(scene.idea))[-1]
    assert isinstance(taken, IdeaTakenUnderReview)
    assert (taken.reviewer, taken.accountable, taken.due) == (scene.rik, scene.rik, scene.due)


async def test_an_assignment_counts_although_the_author_revised_in_between(scene: Scene) -> None:
    told = await scene.house.post(
        f"/ideas/{scene.idea}/revision", {"title": "Lopen"}, f"{scene.anna}:employee"
    )
    assert told.status_code == 200
    await scene.house.hear(scene.assigned(at=scene.at - timedelta(seconds=5)))
    shown = (await scene.house.get(f"/ideas/{scene.idea}")).json()
    assert (shown["state"], shown["reviewer"], shown["accountable"], shown["title"]) == (
        "under_review", scene.rik, scene.rik, "Lopen",
    )  # fmt: skip


async def test_a_past_assignment_changes_nothing(scene: Scene) -> None:
    await scene.house.hear(scene.assigned(origin="imported", due=None), scene.assigned(due=None))
    assert len(await scene.house.events(scene.idea)) == 1


async def test_what_does_not_concern_it_changes_nothing(scene: Scene) -> None:
    today = scene.at.date()
    await scene.house.hear(
        ReviewRequested(idea=scene.idea, author=scene.anna, at=scene.at),
        AbsencePlanned(person=scene.anna, first=today, last=today, at=scene.at),
    )
    assert len(await scene.house.events(scene.idea)) == 1


async def test_what_is_caused_says_by_what(scene: Scene) -> None:
    heard = envelope(scene.completed())
    await scene.house.hear_again(heard)
    answered = (await scene.house.parts.store.load(f"idea-{scene.idea}"))[-1]
    assert isinstance(answered.data, IdeaAccepted)
    assert (answered.causation, answered.correlation) == (heard.id, str(scene.idea))


async def test_an_answer_to_a_withdrawn_idea_changes_nothing(scene: Scene) -> None:
    await scene.house.post(f"/ideas/{scene.idea}/withdrawal", {}, f"{scene.anna}:employee")
    await scene.house.hear(scene.assigned(), scene.completed())
    shown = (await scene.house.get(f"/ideas/{scene.idea}")).json()
    assert shown["state"] == "withdrawn"


async def test_the_answer_to_an_unknown_idea_changes_nothing(scene: Scene) -> None:
    scene.idea = IdeaId(uuid4())
    await scene.house.hear(scene.assigned(), scene.completed())
    assert await scene.house.events(scene.idea) == []


async def test_the_last_word_about_a_person_wins_by_its_time(scene: Scene) -> None:
    older = scene.listed(scene.anna, -60, department="it")
    newer = scene.listed(scene.anna, 0, department="zorg")
    await scene.house.hear(newer, older)
    assert await scene.found_department(scene.anna) == "zorg"


async def test_who_has_left_leads_nobody_until_they_are_back(scene: Scene) -> None:
    later = scene.at + timedelta(seconds=1)
    await scene.house.hear(
        scene.listed(scene.lead), scene.listed(scene.anna, lead=scene.lead)
    )  # fmt: skip
    assert await scene.found_lead() == scene.lead
    await scene.house.hear(PersonLeft(person=scene.lead, at=later))
    assert await scene.found_lead() is None
    await scene.house.hear(scene.listed(scene.lead, 2))
    assert await scene.found_lead() == scene.lead


async def test_an_erased_person_has_no_words_but_their_ideas_count(scene: Scene) -> None:
    await scene.house.hear(PersonErased(person=scene.anna, at=scene.at))
    shown = (await scene.house.get(f"/ideas/{scene.idea}")).json()
    assert (shown["title"], shown["body"], shown["state"]) == (None, None, "submitted")
    await scene.house.post(
        f"/ideas/{scene.idea}/revision", {"title": "Toch"}, f"{scene.anna}:employee"
    )
    shown = (await scene.house.get(f"/ideas/{scene.idea}")).json()
    assert shown["title"] is None
