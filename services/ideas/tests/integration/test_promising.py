"""The desk changes what ideas are promised: it sees first what changes; open ideas keep theirs."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.ideas import IdeaSubmitted
from services.ideas.tests.house import House

pytestmark = pytest.mark.integration

DESK = "desk:desk"


async def standing(house: House) -> dict[str, Any]:
    found: dict[str, Any] = (await house.get("/terms")).json()
    return found


async def change(house: House, *rules: dict[str, Any], query: str = "") -> Any:
    seen = (await standing(house))["version"]
    return await house.put(f"/terms{query}", DESK, {"seen": seen, "rules": list(rules)})


async def test_a_change_shows_first_what_it_would_change_and_open_ideas_keep_theirs(
    house: House,
) -> None:
    category = f"safety-{uuid4()}"
    idea = await house.submitted(category=category)
    await house.submitted(category="other")
    await house.follow(idea)
    before, now = await standing(house), house.parts.clock.now()
    days = house.parts.calendar.add_working_days
    rule = {"category": category, "answer_days": 1, "remind_days": [3, 1], "rungs": ["desk"]}

    shown = (await change(house, rule, query="?dry_run=true")).json()
    assert (shown["dry_run"], shown["open"]) == (True, 1)
    (touched,) = shown["ideas"]
    assert touched["idea"] == idea
    assert datetime.fromisoformat(touched["due"]) == days(now, 5)
    assert datetime.fromisoformat(touched["would_be"]) == days(now, 1)
    assert await standing(house) == before

    changed = await change(house, rule)
    assert changed.json()["version"] == before["version"] + 1
    assert datetime.fromisoformat((await house.get(f"/ideas/{idea}")).json()["due"]) == days(now, 5)
    later = await house.submit(category=category)
    assert datetime.fromisoformat(later.json()["due"]) == days(now, 1)
    born = (await house.events(later.json()["idea"]))[0]
    assert isinstance(born, IdeaSubmitted)
    assert born.terms is not None
    assert (born.terms.version, born.terms.remind_days) == (before["version"] + 1, (3, 1))

    assert (await change(house)).status_code == 200
    await house.post(f"/ideas/{later.json()['idea']}/withdrawal", {})
    back = {"to": "submitted", "reason": "Toch."}
    reopened = await house.post(f"/ideas/{later.json()['idea']}/reopening", back, DESK)
    assert datetime.fromisoformat(reopened.json()["due"]) == days(now, 1), "it keeps its terms"
    history = (await house.get("/terms/history")).json()["items"]
    assert [v["version"] for v in history] == list(range(1, before["version"] + 3))
    assert history[-2]["rules"][0]["category"] == category


async def test_only_the_desk_changes_what_is_promised(house: House) -> None:
    refused = await house.put("/terms", "anna:employee", {"seen": 0, "rules": []})
    assert refused.status_code == 403


async def test_who_looked_at_older_rules_looks_again(house: House) -> None:
    seen = (await standing(house))["version"]
    rule = {"category": f"c-{uuid4()}", "escalate_days": 2}
    assert (await change(house, rule)).status_code == 200
    late = await house.put("/terms", DESK, {"seen": seen, "rules": []})
    assert (late.status_code, late.json()["type"]) == (409, "urn:kiem:SomebodyChangedThemMeanwhile")
    assert (await change(house)).status_code == 200
