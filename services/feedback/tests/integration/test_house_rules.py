"""What the desk decides for all reviews, answers to several ideas, and private notes."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.feedback import ReviewerAssigned
from contracts.ideas import CoAuthorsChanged, IdeaSubmitted
from contracts.outside import PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, PersonId, Terms
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.house import House

pytestmark = pytest.mark.integration

RIK, SAM, ANNA, DESK = "rik:reviewer", "sam:reviewer", "anna:employee", "eva:desk"
CRITERIA = [{"name": "nut", "nl": "Wat levert het op?", "en": "What does it bring?"}]


async def submitted(house: House, **changes: Any) -> UUID:
    now = house.parts.clock.now()
    for who in ("rik", "sam"):
        await house.hear(PersonListed(person=PersonId(who), roles=("reviewer",), at=now))
    idea = IdeaId(uuid4())
    told: dict[str, Any] = {"author": PersonId("anna"), "accountable": PersonId("desk"), "at": now}
    due = house.parts.calendar.add_working_days(now, 5)
    await house.hear(IdeaSubmitted(idea=idea, due=due, **told | changes))
    return idea


def decision(names: Any = RUBRIC.names, **changes: Any) -> dict[str, Any]:
    return {
        "outcome": "declined", "marks": dict.fromkeys(names, "not_met"),
        "sentences": {name: f"Over {name} is met het team gesproken." for name in names},
        "reason": f"Er is dit jaar geen geld voor {uuid4()}.",
        "next_step": "Als er subsidie komt, dan wel.",
    } | changes  # fmt: skip


async def put(house: House, path: str, body: Any, who: str = DESK) -> Any:
    headers = {"authorization": f"Bearer {who}", "idempotency-key": str(uuid4())}
    return await house.door.put(path, json=body, headers=headers)


async def test_new_criteria_hold_for_new_ideas_and_old_ideas_keep_theirs(house: House) -> None:
    category, name = f"c-{uuid4()}", f"r-{uuid4()}"
    old = await submitted(house, category=category)
    wanted = {"category": category, "criteria": CRITERIA}
    assert (await put(house, f"/v1/rubrics/{name}", wanted, RIK)).status_code == 403
    published = await put(house, f"/v1/rubrics/{name}", wanted)
    assert published.status_code == 200, published.text
    await house.follow()
    new = await submitted(house, category=category)
    shown = (await house.ask(f"/v1/reviews/{new}", "anna:employee")).json()
    assert shown["criteria"] == ["nut"]
    kept = (await house.ask(f"/v1/reviews/{old}", "anna:employee")).json()
    assert kept["criteria"] == list(RUBRIC.names)
    reviewer = f"{await house.reviewer(new)}:reviewer"
    refused = await house.tell(f"/v1/reviews/{new}/decision", decision(), reviewer)
    assert refused.json()["type"] == "urn:kiem:TheseAreNoCriteria"
    given = await house.tell(f"/v1/reviews/{new}/decision", decision(["nut"]), reviewer)
    assert given.status_code == 201, given.text
    assert (await house.ask("/v1/rubric", ANNA, category=category)).json()["version"] == name
    changed = wanted | {"criteria": [CRITERIA[0] | {"nl": "Iets heel anders?"}]}
    again = await put(house, f"/v1/rubrics/{name}", changed)
    assert again.json()["type"] == "urn:kiem:TheRubricIsPublished"


async def test_a_reviewer_has_as_long_as_the_idea_was_promised(house: House) -> None:
    days, now = house.parts.calendar.add_working_days, house.parts.clock.now()
    idea = await submitted(house, terms=Terms(version=1, decision_days=3), at=now)
    other = await submitted(house, at=now)
    for which, long in ((idea, 3), (other, 20)):
        (named,) = [e for e in await house.told(which) if isinstance(e, ReviewerAssigned)]
        assert named.due == days(now, long)


async def test_a_question_that_no_table_can_hold_is_refused(house: House) -> None:
    wanted = {"criteria": [CRITERIA[0] | {"nl": "Wat \x00 levert het op?"}]}
    assert (await put(house, f"/v1/rubrics/r-{uuid4()}", wanted)).status_code == 422


async def test_the_desk_says_who_reviews_what(house: House) -> None:
    category = f"c-{uuid4()}"
    assert (await house.ask("/v1/routing", RIK)).status_code == 403
    wanted = {"rules": [{"reviewers": ["sam"], "category": category}], "most_open": 500}
    done = await put(house, "/v1/routing", wanted)
    assert done.status_code == 200, done.text
    for _ in range(3):
        assert await house.reviewer(await submitted(house, category=category)) == "sam"
    shown = (await house.ask("/v1/routing", DESK)).json()
    assert (shown["most_open"], shown["rules"][0]["reviewers"]) == (500, ["sam"])
    full = wanted | {"most_open": 1}
    await put(house, "/v1/routing", full)
    await submitted(house)  # the other reviewer is full as well now
    assert await house.reviewer(await submitted(house, category=category)) is None
    await put(house, "/v1/routing", {"rules": [], "most_open": 500})


async def test_a_rule_names_nobody_who_is_not_here_but_keeps_who_left(house: House) -> None:
    await submitted(house)  # rik and sam are listed
    rule = {"reviewers": ["rik", "nobody"]}
    said = await put(house, "/v1/routing", {"rules": [rule], "most_open": 500})
    assert (said.status_code, said.json()["type"]) == (409, "urn:kiem:NobodyOfThatName")
    rules = [{"reviewers": ["sam"]}]
    assert (await put(house, "/v1/routing", {"rules": rules, "most_open": 500})).status_code == 200
    await house.hear(PersonLeft(person=PersonId("sam"), at=house.parts.clock.now()))
    more = [*rules, {"reviewers": ["rik"], "category": "c"}]
    kept = await put(house, "/v1/routing", {"rules": more, "most_open": 500})
    assert kept.status_code == 200, kept.text
    await put(house, "/v1/routing", {"rules": [], "most_open": 500})


async def test_one_answer_goes_to_several_ideas_each_by_itself(house: House) -> None:
    await put(house, "/v1/routing", {"rules": [{"reviewers": ["rik"]}], "most_open": 500})
    ideas = [str(await submitted(house)) for _ in range(2)]
    answer = decision() | {"ideas": [*ideas, str(uuid4())]}
    key = str(uuid4())
    first, again = [await house.tell("/v1/decisions", answer, RIK, key) for _ in range(2)]
    assert first.status_code == 200, first.text
    assert [item["result"] for item in first.json()["items"]] == ["answered", "answered", "refused"]
    assert first.json() == again.json()
    for idea in ideas:
        completed = (await house.told(UUID(idea)))[-1]
        assert [str(other) for other in completed.together_with] != []


async def test_a_reason_that_another_idea_got_is_refused(house: House) -> None:
    await put(house, "/v1/routing", {"rules": [{"reviewers": ["rik"]}], "most_open": 500})
    one, other = [await submitted(house) for _ in range(2)]
    answer = decision()
    await house.tell(f"/v1/reviews/{one}/decision", answer, RIK)
    copied = answer | {"reason": f"  {answer['reason'].upper()} !"}
    refused = await house.tell(f"/v1/reviews/{other}/decision", copied, RIK)
    assert refused.json()["type"] == "urn:kiem:TheReasonIsCopied"
    rows = await house.parts.db.pool.fetch("SELECT print FROM reason_v1")
    assert all(answer["reason"].encode() not in bytes(row["print"]) for row in rows)


async def test_a_note_is_read_by_its_writer_alone_and_goes_with_them(house: House) -> None:
    idea, who = await submitted(house), f"tess-{uuid4()}"
    path = f"/v1/reviews/{idea}/note"
    for _ in range(2):
        await put(house, path, {"words": "MERKWOORD"}, f"{who}:reviewer")
    assert (await house.ask(path, f"{who}:reviewer")).json() == {"words": "MERKWOORD"}
    assert (await house.ask(path, SAM)).json() == {"words": ""}
    rows = await house.parts.db.pool.fetch("SELECT sealed FROM note_v1 WHERE reviewer = $1", who)
    assert len(rows) == 1
    assert b"MERKWOORD" not in bytes(rows[0]["sealed"])
    await house.hear(PersonErased(person=PersonId(who), at=house.parts.clock.now()))
    assert (await house.ask(path, f"{who}:reviewer")).json() == {"words": ""}
    left = await house.parts.db.pool.fetchval(
        "SELECT count(*) FROM note_v1 WHERE reviewer = $1", who
    )
    assert left == 0


async def test_a_co_author_who_joined_later_is_no_reviewer_of_it(house: House) -> None:
    await put(house, "/v1/routing", {"rules": [], "most_open": 500})
    idea = await submitted(house)
    now = house.parts.clock.now()
    joined = CoAuthorsChanged(
        idea=IdeaId(idea), author=PersonId("anna"), by=PersonId("anna"), at=now,
        co_authors=(PersonId("sam"),), accountable=PersonId("desk"),
        due=house.parts.calendar.add_working_days(now, 5),
    )  # fmt: skip
    await house.hear(joined)
    rows = await house.parts.db.pool.fetch(
        "SELECT co_authors FROM idea_birth_v1 WHERE idea = $1", idea
    )
    assert rows[0]["co_authors"] == ["sam"]
