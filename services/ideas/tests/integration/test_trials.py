"""How the last pilots of many ideas go, asked at once."""

from typing import Any
from uuid import uuid4

import pytest

from services.ideas.tests.acts import PLAN, answered, piloted
from services.ideas.tests.house import House
from services.ideas.tests.nameless import confide

pytestmark = pytest.mark.integration


async def test_how_the_last_pilots_go_is_told_of_many_ideas_at_once(house: House) -> None:
    idea, first = await piloted(house)
    never = await house.submitted()
    asked: dict[str, Any] = {"idea": [idea, never, str(uuid4())]}

    async def told() -> Any:
        answer = await house.get("/ideas/trials", **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["trials"]

    (trial,) = (await told()).values()
    assert trial["began"]["more"]["baseline"] == 30
    assert trial["began"]["words"]["measure"] == "minuten"
    assert (trial["last"], trial["ended"]) == (None, None)

    for taken in ({"value": 24}, {"value": 21}, {"remark": "geen tijd"}):
        await house.post(f"/ideas/{idea}/pilots/{first}/measurements", taken, "rik:reviewer")
    end = {"outcome": "scaled", "learning": "het werkt"}
    await house.post(f"/ideas/{idea}/pilots/{first}/conclusion", end, "rik:reviewer")
    found = await told()
    assert found.keys() == {idea}
    assert found[idea]["last"]["more"]["value"] == 21, "a remark alone is no measurement"
    assert found[idea]["ended"]["more"]["outcome"] == "scaled"

    again = await house.post(f"/ideas/{idea}/pilots", PLAN, "rik:reviewer")
    trial = (await told())[idea]
    assert trial["began"]["more"]["pilot"] == again.json()["pilot"]
    assert (trial["last"], trial["ended"]) == (None, None), "of the last pilot alone"


async def test_the_words_of_a_pilot_are_for_who_may_read_its_idea(house: House) -> None:
    idea = (await confide(house))["idea"]
    await answered(house, idea)
    await house.post(f"/ideas/{idea}/pilots", PLAN, "rik:reviewer")
    for who, words in (("zoe:employee", {}), ("rik:reviewer", PLAN)):
        told = (await house.get("/ideas/trials", who, idea=[idea])).json()["trials"][idea]
        said = told["began"]["words"]
        assert {name: said[name] for name in said.keys() & PLAN.keys()} == {
            name: words[name] for name in ("hypothesis", "measure", "stop_rule") if words
        }
        assert told["began"]["more"]["baseline"] == 30
