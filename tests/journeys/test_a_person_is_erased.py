"""HR erases a person with one command, and no service shows or keeps a word of theirs any more."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.outside import USAGE_TOPIC, ToolUsageRecorded
from contracts.vocabulary import PersonId
from metrics.projections.persons import hashing
from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, House, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


async def live(house: House, cast: Cast) -> str:
    """Let the author say, be told, use and leave behind something in every service."""
    words = {"title": "Fietsen", "body": "Naar de klant."}
    idea = str((await house.done("ideas", "/v1/ideas", words, cast.author))["idea"])
    await house.in_state(idea, "under_review")
    path = f"/v1/reviews/{idea}/decision"
    yes = whole_answer(by=cast.reviewer, day=await house.today())
    await house.done("feedback", path, yes, cast.reviewer, "employee reviewer")
    await house.in_state(idea, "accepted")
    line = {"line": 1, "reason": "tbd", "raw": f'{{"by": "{cast.author}"}}'}
    box = {"source": f"box of {cast.author}", "lines": [line]}
    await house.done("ideas", "/v1/imports/unplaced", box, "op", "operator")
    await house.publish(USAGE_TOPIC, [use(cast)])

    async def counted() -> bool:
        return bool(await rows_of_use(house, cast))

    await until("metrics has counted a use", counted)
    return idea


def use(cast: Cast) -> ToolUsageRecorded:
    now = datetime.now(UTC)
    return ToolUsageRecorded(person=PersonId(cast.author), tool="wiki", feature="read", at=now)


async def rows_of_use(house: House, cast: Cast) -> list[Any]:
    hashed = hashing(base64.b64decode(house.home.key("person-key")))
    sql = "SELECT 1 FROM usage_ledger WHERE person = $1"
    return await house.rows("metrics", sql, hashed(cast.author))


async def test_after_one_command_nobody_shows_a_word_of_who_was_erased(house: House) -> None:
    cast = await house.cast()
    idea = await live(house, cast)

    code, told, trouble = house.kiem("person", "erase", cast.author, "--dry-run")
    assert code == 0, trouble
    assert "name and mail address" in told
    shown = await house.get("ideas", f"/v1/ideas/{idea}", cast.lead)
    assert shown["title"] == "Fietsen"

    code, told, trouble = house.kiem("person", "erase", cast.author, "--yes")
    assert code == 0, (told, trouble)

    await nobody_shows_a_word(house, cast, idea)
    # What comes late of an erased person is not kept again.
    await house.publish(USAGE_TOPIC, [use(cast)])
    body = {"items": [{"person": cast.author, "name": "Anna"}]}
    answer = await house.done(
        "notifications", "/v1/people/contacts", body, "op", "operator", method="PUT"
    )
    assert answer["items"][0]["result"] == "refused"
    assert await rows_of_use(house, cast) == []


async def nobody_shows_a_word(house: House, cast: Cast, idea: str) -> None:
    shown = await house.get("ideas", f"/v1/ideas/{idea}", cast.author)
    assert (shown["state"], shown["title"], shown["body"]) == ("accepted", None, None)
    steps = (await house.get("ideas", f"/v1/ideas/{idea}/timeline", cast.author))["steps"]
    assert [step["words"] for step in steps] == [{}] * len(steps)
    review = await house.get("feedback", f"/v1/reviews/{idea}", "dora", "desk")
    assert (review["outcome"], review["reason"], review["sentences"]) == ("accepted", None, None)
    named = await house.get("notifications", "/v1/people", cast.lead, ids=cast.author)
    assert named == {}
    sql = "SELECT 1 FROM contact WHERE person = $1"
    assert await house.rows("notifications", sql, cast.author) == []
    assert await rows_of_use(house, cast) == []
    source = f"box of {cast.author}"
    kept = await house.get("ideas", "/v1/imports/unplaced", "op", "operator", source=source)
    assert [(one["line"], one["raw"]) for one in kept["items"]] == [(1, None)]
    for service in ("ideas", "feedback", "notifications"):
        sql = "SELECT wrapped FROM subject_key WHERE subject = $1"
        (key,) = await house.rows(service, sql, cast.author)
        assert key["wrapped"] is None, service
