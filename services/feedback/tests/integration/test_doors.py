"""The doors of feedback: who reads and answers what, and what is refused with which words."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.outside import PersonErased, PersonLeft
from contracts.vocabulary import PersonId
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.house import (
    IN_A_MONTH,
    IN_A_YEAR,
    House,
    person,
    reviewer,
    submitted,
)
from services.feedback.tests.stories import DESK, RIK, SAM, TESS, day

pytestmark = pytest.mark.integration


FIRST = RUBRIC.names[0]


ANSWER: dict[str, Any] = {
    "outcome": "accepted", "reason": "It saves an hour.", "next_step": "A pilot in May.",
    "accountable": RIK, "due": f"{IN_A_MONTH}T16:00:00Z",
    "marks": dict.fromkeys(RUBRIC.names, "met"),
    "sentences": {name: f"Xanthippe says so of {name}." for name in RUBRIC.names},
}  # fmt: skip


@pytest.fixture
async def idea(house: House) -> str:
    """An idea of Anna and Bea that Rik reviews."""
    await house.hear(reviewer(RIK), told := submitted())
    return str(told.idea)


async def test_everybody_may_know_the_criteria_beforehand(house: House) -> None:
    told = (await house.ask("/v1/rubric")).json()
    assert [c["name"] for c in told["criteria"]] == list(RUBRIC.names)
    assert all(c["nl"] and c["en"] for c in told["criteria"])


async def test_nobody_asks_without_a_token(house: House, idea: str) -> None:
    for path in ("/v1/rubric", "/v1/reviews", f"/v1/reviews/{idea}"):
        assert (await house.door.get(path)).status_code == 401


async def test_a_reviewer_finds_their_own_reviews_and_the_desk_everybodys(
    house: House, idea: str
) -> None:
    await house.hear(submitted(co_authors=(), accountable=DESK, author=RIK))

    async def found(who: str, **params: str) -> list[str]:
        return [i["idea"] for i in (await house.ask("/v1/reviews", who, **params)).json()["items"]]

    assert await found("rik:reviewer") == [idea]
    assert await found("sam:reviewer") == []
    assert await found("sam:reviewer", reviewer="all") == []
    assert len(await found("desk:desk", reviewer="all")) == 2
    assert (await house.ask("/v1/reviews", "anna:employee")).status_code == 403


async def test_the_queue_is_read_in_pages_the_soonest_first(house: House) -> None:
    await house.hear(reviewer(RIK))
    ideas = [submitted(at=day(n)) for n in (7, 0, 14)]
    await house.hear(*ideas)
    seen: list[str] = []
    counts: list[int] = []
    after: str | None = None
    while True:
        params = {"limit": 1} | ({"after": after} if after else {})
        page = (await house.ask("/v1/reviews", "rik:reviewer", **params)).json()
        seen += [item["idea"] for item in page["items"]]
        counts.append(page["count"])
        after = page["next"]
        if after is None:
            break
    assert seen == [str(ideas[n].idea) for n in (1, 0, 2)]
    assert counts == [3, 3, 3], "each page tells of the whole queue, and none is empty"


async def test_words_are_for_those_whom_they_concern(house: House, idea: str) -> None:
    answer = ANSWER | {"accountable": SAM}
    await house.hear(person(SAM, lead="lea"))
    given = await house.tell(f"/v1/reviews/{idea}/decision", answer, "rik:reviewer")
    assert given.status_code == 201
    # Sam does what follows; Lea leads Sam, and Tess leads Rik, who owes nothing any more.
    await house.hear(reviewer(RIK, day(1), lead=TESS))
    for who in ("anna:employee", "bea:employee", "rik:reviewer", "sam:employee", "lea:lead",
                "zoe:desk"):  # fmt: skip
        shown = (await house.ask(f"/v1/reviews/{idea}", who)).json()
        assert (shown["words"], shown["reason"]) == ("shown", "It saves an hour.")
    for who in ("zoe:employee", "joe:reviewer", "tess:lead", "joe:director", "joe:hr",
                "notifications:service"):  # fmt: skip
        answered = await house.ask(f"/v1/reviews/{idea}", who)
        shown = answered.json()
        assert (shown["outcome"], shown["answered_by"]) == ("accepted", RIK)
        assert (shown["reason"], shown["next_step"], shown["sentences"]) == (None, None, None)
        assert "Xanthippe" not in answered.text


async def test_a_service_gets_the_words_that_its_recipient_may_see(house: House, idea: str) -> None:
    await house.tell(f"/v1/reviews/{idea}/decision", ANSWER, "rik:reviewer")
    await house.hear(person("eva", roles=("desk",)))
    for recipient, reads in (("anna", True), (RIK, True), (DESK, True), ("eva", True),
                             ("zoe", False)):  # fmt: skip
        path = f"/v1/reviews/{idea}"
        shown = (await house.ask(path, "notifications:service", **{"for": recipient})).json()
        assert (shown["words"] == "shown", shown["reason"] is not None) == (reads, reads)
    # Whoever is no service asks for themselves, whomever they name.
    shown = (await house.ask(f"/v1/reviews/{idea}", "zoe:employee", **{"for": "anna"})).json()
    assert shown["reason"] is None


async def test_whoever_waits_for_an_answer_is_led_by_somebody_who_may_read_the_last_one(
    house: House, idea: str
) -> None:
    await house.hear(reviewer(RIK, day(1), lead=TESS))
    await house.tell(f"/v1/reviews/{idea}/decision", ANSWER, "rik:reviewer")
    shown = (await house.ask(f"/v1/reviews/{idea}", "tess:lead")).json()
    assert shown["reason"] == "It saves an hour."


@pytest.mark.parametrize(
    ("changes", "status", "name"),
    [
        ({"marks": {}}, 409, "EveryCriterionNeedsAnOutcome"),
        ({"sentences": {}}, 409, "EveryOutcomeNeedsASentence"),
        ({"sentences": {**ANSWER["sentences"], FIRST: " "}}, 409, "EveryOutcomeNeedsASentence"),
        ({"marks": {**ANSWER["marks"], "taste": "met"}}, 409, "TheseAreNoCriteria"),
        ({"reason": "  "}, 409, "TheReasonIsMissing"),
        ({"next_step": ""}, 409, "TheNextStepIsMissing"),
        ({"due": "2026-01-01T00:00:00Z"}, 409, "TheDateIsOver"),
        ({"accountable": None}, 409, "NobodyOwesTheNextWord"),
        ({"due": None}, 409, "NobodyOwesTheNextWord"),
        ({"outcome": "parked", "wake_on": "2026-01-01", "due": None}, 409, "TheDateIsOver"),
        ({"due": f"{IN_A_YEAR}T16:00:00Z"}, 409, "TheDateIsTooFar"),
        ({"outcome": "parked", "due": f"{IN_A_YEAR}T16:00:00Z"}, 409, "TheDateIsTooFar"),
        ({"outcome": "parked", "wake_on": "2199-03-02"}, 409, "TheDateIsTooFar"),
        ({"outcome": "perhaps"}, 422, "InvalidRequest"),
        ({"marks": {FIRST: "great"}}, 422, "InvalidRequest"),
        ({"reason": "x" * 10_001}, 422, "InvalidRequest"),
        ({"due": "tomorrow"}, 422, "InvalidRequest"),
        ({"due": "9999-12-31T23:59:59-12:00"}, 422, "InvalidRequest"),
        ({"accountable": "a\u0000b"}, 422, "InvalidRequest"),
    ],
)
async def test_half_an_answer_is_no_answer_and_says_what_is_missing(
    house: House, idea: str, changes: dict[str, Any], status: int, name: str
) -> None:
    said = await house.tell(f"/v1/reviews/{idea}/decision", ANSWER | changes, "rik:reviewer")
    assert (said.status_code, said.json()["type"]) == (status, f"urn:kiem:{name}")
    assert said.headers["content-type"] == "application/problem+json"
    assert (await house.ask(f"/v1/reviews/{idea}")).json()["outcome"] is None


async def test_nothing_is_promised_in_the_name_of_who_is_not_here(house: House, idea: str) -> None:
    """Neither of a stranger nor of somebody who left; the desk is always here."""
    await house.hear(person(SAM), person(TESS), PersonLeft(person=TESS, at=day(1)))
    path = f"/v1/reviews/{idea}/decision"
    for who in ("nobody", TESS):
        said = await house.tell(path, ANSWER | {"accountable": who}, "rik:reviewer")
        assert (said.status_code, said.json()["type"]) == (409, "urn:kiem:NobodyOfThatName")
        assert who in said.json()["detail"]
        several = ANSWER | {"accountable": who, "ideas": [idea]}
        (item,) = (await house.tell("/v1/decisions", several, "rik:reviewer")).json()["items"]
        assert (item["result"], who in item["reason"]) == ("refused", True)
    assert (await house.ask(f"/v1/reviews/{idea}")).json()["outcome"] is None
    given = await house.tell(path, ANSWER | {"accountable": DESK}, "rik:reviewer")
    assert given.status_code == 201, given.text


async def test_what_is_sent_again_is_answered_as_it_was_whoever_left_since(
    house: House, idea: str
) -> None:
    await house.hear(person(SAM))
    path, answer = f"/v1/reviews/{idea}/decision", ANSWER | {"accountable": SAM}
    first = await house.tell(path, answer, "rik:reviewer", "once")
    await house.hear(PersonLeft(person=SAM, at=day(1)))
    again = await house.tell(path, answer, "rik:reviewer", "once")
    assert (again.status_code, again.json()) == (201, first.json())


async def test_back_in_the_directory_is_here_again(house: House, idea: str) -> None:
    await house.hear(PersonLeft(person=TESS, at=day(1)), person(TESS, at=day(2)))
    said = await house.tell(f"/v1/reviews/{idea}/decision", ANSWER | {"accountable": TESS},
                            "rik:reviewer")  # fmt: skip
    assert said.status_code == 201, said.text


async def test_only_the_reviewer_or_the_desk_answers(house: House, idea: str) -> None:
    path = f"/v1/reviews/{idea}/decision"
    for who, status in (("anna:employee", 403), ("sam:reviewer", 403), ("anna:desk", 403)):
        assert (await house.tell(path, ANSWER, who)).status_code == status
    assert (await house.tell(path, ANSWER, "zoe:desk")).status_code == 201


async def test_an_answer_that_is_sent_twice_is_given_once(house: House, idea: str) -> None:
    path = f"/v1/reviews/{idea}/decision"
    first = await house.tell(path, ANSWER, "rik:reviewer", key="k")
    again = await house.tell(path, ANSWER, "rik:reviewer", key="k")
    assert (first.status_code, again.json()) == (201, first.json())
    other = await house.tell(path, ANSWER | {"outcome": "declined"}, "rik:reviewer", key="k")
    assert (other.status_code, other.json()["type"]) == (422, "urn:kiem:CommandKnown")
    missing = await house.door.post(path, json=ANSWER, headers={"authorization": "Bearer rik:desk"})
    assert missing.json()["type"] == "urn:kiem:MissingIdempotencyKey"


@pytest.mark.parametrize(
    ("changes", "accountable"),
    [
        ({}, RIK),
        ({"accountable": SAM}, SAM),
        ({"outcome": "parked", "wake_on": IN_A_YEAR, "accountable": None, "due": None}, DESK),
        ({"outcome": "declined"}, None),
    ],
)
async def test_what_follows_an_answer_is_somebodys_by_a_date(
    house: House, idea: str, changes: dict[str, Any], accountable: str | None
) -> None:
    await house.hear(person(SAM))
    await house.tell(f"/v1/reviews/{idea}/decision", ANSWER | changes, "rik:reviewer")
    told = (await house.told(idea))[-1]  # type: ignore[arg-type]
    assert told.accountable == accountable
    assert (told.due is None) == (accountable is None)
    if "wake_on" in changes:
        assert told.due == house.parts.calendar.end_of(told.wake_on)


async def test_the_desk_names_who_reviews_and_nobody_else_does(house: House, idea: str) -> None:
    path = f"/v1/reviews/{idea}/reviewer"
    await house.hear(person(SAM), person("bea"))
    assert (await house.tell(path, {"reviewer": SAM}, "tess:reviewer")).status_code == 403
    named = await house.tell(path, {"reviewer": SAM}, "zoe:desk")
    assert (named.status_code, named.json()["reviewer"]) == (201, SAM)
    shown = (await house.ask(f"/v1/reviews/{idea}")).json()
    assert (shown["reviewer"], shown["criteria"]) == (SAM, list(RUBRIC.names))
    refused = await house.tell(path, {"reviewer": "bea"}, "zoe:desk")
    assert (refused.status_code, refused.json()["type"]) == (
        403, "urn:kiem:NobodyJudgesTheirOwnIdea",
    )  # fmt: skip


async def test_what_nobody_asked_for_is_not_found(house: House) -> None:
    assert (await house.ask(f"/v1/reviews/{uuid4()}")).status_code == 404
    assert (await house.ask("/v1/reviews/none")).status_code == 422


async def test_hr_sees_what_would_be_erased_before_it_is(house: House) -> None:
    eva = PersonId(f"eva-{uuid4()}")
    await house.hear(reviewer(RIK), told := submitted(author=eva, co_authors=()))
    await house.tell(f"/v1/reviews/{told.idea}/decision", ANSWER, "rik:reviewer")
    path = f"/v1/people/{eva}/erasure"
    assert (await house.ask(path, "rik:reviewer")).status_code == 403
    looked = (await house.ask(path, "hanna:hr")).json()
    assert (looked["erased"], looked["holds"]) == (False, {"answers_to_this_person": 1})
    await house.hear(PersonErased(person=eva, at=day(9)))
    looked = (await house.ask(path, "hanna:hr")).json()
    assert (looked["erased"], looked["holds"]) == (True, {"answers_to_this_person": 0})


async def test_what_is_too_large_is_refused_whole(house: House, idea: str) -> None:
    huge = ANSWER | {"reason": "x" * 70_000}
    said = await house.tell(f"/v1/reviews/{idea}/decision", huge, "rik:reviewer")
    assert (said.status_code, said.json()["type"]) == (413, "urn:kiem:ContentTooLarge")
