"""What ideas shows: the timeline with its reasons, as of a version or a moment, and the list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ideas.api import timeline
from services.ideas.tests.acts import answered, piloted
from services.ideas.tests.house import Feedback, House

pytestmark = pytest.mark.integration


async def steps(house: House, idea: str, who: str = "anna:employee", **as_of: Any) -> list[Any]:
    answer = await house.get(f"/ideas/{idea}/timeline", who, **as_of)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["steps"]
    return found


async def test_the_timeline_says_who_decided_what_when_and_why(
    house: House, feedback: Feedback
) -> None:
    idea = await house.submitted()
    at = await answered(house, idea)
    feedback.review = {
        "words": "shown", "answered_at": at.isoformat(), "reason": "het bespaart tijd",
        "next_step": "een proef", "marks": {"value": "met"}, "sentences": {"value": "veel"},
    }  # fmt: skip
    told, taken, accepted = await steps(house, idea)
    assert (told["type"], told["by"], told["version"]) == ("IdeaSubmitted", "anna", 1)
    assert told["words"] == {"title": "Fietsen", "body": "Naar de klant."}
    assert (taken["type"], taken["by"], taken["accountable"]) == (
        "IdeaTakenUnderReview", "rik", "rik",
    )  # fmt: skip
    assert (accepted["type"], accepted["by"], accepted["at"]) == (
        "IdeaAccepted", "rik", at.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip
    assert accepted["why"]["reason"] == "het bespaart tijd"
    assert feedback.tokens == ["Bearer anna:employee"]


async def why(house: House, idea: str) -> str:
    return str((await steps(house, idea))[-1]["why"]["unavailable"])


async def test_the_timeline_says_what_keeps_the_reason_away(
    house: House, feedback: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = await house.submitted()
    at = await answered(house, idea)
    feedback.status = 503
    assert "can't be reached now" in await why(house, idea)
    feedback.status = 404
    assert "no reason that it may show" in await why(house, idea)
    feedback.status, feedback.review = 200, {"words": "for the author"}
    assert "only for those whom the answer concerns" in await why(house, idea)
    later = (at + timedelta(days=1)).isoformat()
    feedback.review = {"words": "shown", "answered_at": later, "reason": "toch niet"}
    assert "a later answer" in await why(house, idea)
    monkeypatch.setattr(timeline, "PATIENCE", 0.2)
    feedback.speaks.clear()
    assert "can't be reached now" in await why(house, idea)


async def test_the_timeline_shows_what_was_so_and_what_was_known(house: House) -> None:
    idea, _ = await piloted(house)
    assert len(await steps(house, idea)) == 4
    assert [step["version"] for step in await steps(house, idea, version=2)] == [1, 2]
    second = (await house.parts.store.load(f"idea-{idea}"))[1]
    known = await steps(house, idea, known_at=second.recorded_at.isoformat())
    assert [step["version"] for step in known] == [1, 2]
    before = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    answer = await house.get(f"/ideas/{idea}/timeline", known_at=before)
    assert answer.status_code == 404


async def test_the_list_shows_ideas_the_newest_first_page_by_page(house: House) -> None:
    ideas = [await house.submitted(title=f"Idee {n}") for n in range(3)]
    for idea in ideas:
        await house.follow(idea)
    found = (await house.get("/ideas", limit=2)).json()
    assert [item["idea"] for item in found["items"]] == [ideas[2], ideas[1]]
    assert [item["title"] for item in found["items"]] == ["Idee 2", "Idee 1"]
    more = (await house.get("/ideas", limit=1, after=found["next"])).json()
    assert [item["idea"] for item in more["items"]] == [ideas[0]]


async def test_the_list_follows_the_states(house: House) -> None:
    idea, pilot = await piloted(house)
    await house.follow(idea)
    (listed,) = [
        item for item in (await house.get("/ideas", state="in_pilot")).json()["items"]
        if item["idea"] == idea
    ]  # fmt: skip
    assert (listed["accountable"], listed["author"]) == ("rik", "anna")
    end = {"outcome": "stopped", "learning": "te druk"}
    await house.post(f"/ideas/{idea}/pilots/{pilot}/conclusion", end)
    await house.follow(idea)
    (row,) = await house.rows("SELECT * FROM idea_v2 WHERE idea = $1", idea)
    assert (row["state"], row["accountable"], row["due"]) == ("stopped", None, None)


async def test_the_table_of_the_list_holds_no_words(house: House) -> None:
    idea = await house.submitted(title="Xanthippe", category="vervoer")
    await house.follow(idea)
    (row,) = await house.rows("SELECT * FROM idea_v2 WHERE idea = $1", idea)
    assert "Xanthippe" not in str(dict(row))
    assert (row["category"], row["author"]) == ("vervoer", "anna")
