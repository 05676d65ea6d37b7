"""The dialogue about an idea over HTTP, on a real PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.ideas import IdeaRevived, IdeaSubmitted
from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, PersonId
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.house import IN_A_MONTH, House

pytestmark = pytest.mark.integration

RIK, SAM, ANNA, DESK = "rik:reviewer", "sam:reviewer", "anna:employee", "eva:desk"


async def waiting(house: House) -> UUID:
    """Return an idea that rik is to answer."""
    now = house.parts.clock.now()
    for who in ("rik", "sam"):
        await house.hear(PersonListed(person=PersonId(who), roles=("reviewer",), at=now))
    for who in ("lia", "tess"):
        await house.hear(PersonListed(person=PersonId(who), roles=("lead",), at=now))
    idea = IdeaId(uuid4())
    due = house.parts.calendar.add_working_days(now, 5)
    await house.hear(IdeaSubmitted(
        idea=idea, author=PersonId("anna"), co_authors=(PersonId("sam"),),
        accountable=PersonId("desk"), due=due, at=now,
    ))  # fmt: skip
    assert await house.reviewer(idea) == "rik"
    return idea


def decision(outcome: str = "declined", **changes: Any) -> dict[str, Any]:
    return {
        "outcome": outcome, "marks": dict.fromkeys(RUBRIC.names, "met"),
        "sentences": {name: f"Over {name} is met het team gesproken." for name in RUBRIC.names},
        "reason": "Er is een jaar geen geld voor.", "next_step": "Als er subsidie komt, dan wel.",
    } | changes  # fmt: skip


async def told(house: House, path: str, body: Any, who: str, status: int = 201) -> Any:
    answer = await house.tell(path, body, who)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_question_stops_the_clock_until_the_author_answers(house: House) -> None:
    idea = await waiting(house)
    calendar, now = house.parts.calendar, house.parts.clock.now()
    path = f"/v1/reviews/{idea}/questions"
    asked = await told(house, path, {"words": "Voor welke dienst is het?"}, RIK)
    until = calendar.add_working_days(now, 10)
    assert datetime.fromisoformat(asked["due"]) == calendar.add_working_days(until, 20)
    assert asked["accountable"] == "rik"
    again = await house.tell(path, {"words": "En waarom?"}, RIK)
    assert again.json()["type"] == "urn:kiem:AQuestionIsOpen"
    answered = await told(house, f"{path}/{asked['id']}/answer", {"words": "De nacht."}, ANNA, 200)
    assert datetime.fromisoformat(answered["due"]) == calendar.add_working_days(now, 20)


async def test_a_stranger_asks_and_answers_nothing(house: House) -> None:
    idea = await waiting(house)
    refused = await house.tell(f"/v1/reviews/{idea}/questions", {"words": "Waarom?"}, SAM)
    assert refused.status_code == 403
    refused = await house.tell(f"/v1/reviews/{uuid4()}/questions", {"words": "Waarom?"}, RIK)
    assert refused.status_code == 404


async def test_a_reviewer_stands_aside_and_the_desk_answers_for_it(house: House) -> None:
    idea = await waiting(house)
    done = await told(house, f"/v1/reviews/{idea}/recusal", {"reason": "mijn zus"}, RIK, 200)
    assert done["accountable"] == "desk"
    await house.follow()
    await house.look_again(house.parts.clock.now())
    assert await house.reviewer(idea) is None, "sam has the idea too, and rik stood aside"
    named = await house.tell(f"/v1/reviews/{idea}/reviewer", {"reviewer": "rik"}, DESK)
    assert named.json()["type"] == "urn:kiem:SomebodyElseLooks"


async def test_a_view_is_asked_for_and_given_by_nobody_else(house: House) -> None:
    idea = await waiting(house)
    path = f"/v1/reviews/{idea}/opinions"
    view = {"asked": "lia", "words": "Kan dit bij jullie?", "touches_team": True}
    asked = await told(house, path, view, RIK)
    await house.follow()
    (found,) = (await house.ask("/v1/opinions", "lia:lead")).json()["items"]
    assert (found["opinion"], found["idea"], found["by"]) == (asked["id"], str(idea), "rik")
    assert (found["words"], found["touches_team"]) == ("Kan dit bij jullie?", True)
    assert (await house.ask("/v1/opinions", ANNA)).json() == {"items": []}
    refused = await house.tell(f"{path}/{asked['id']}", {"words": "Nee."}, ANNA)
    assert refused.status_code == 403
    await told(house, f"{path}/{asked['id']}", {"words": "Ja, in mei."}, "lia:lead", 200)
    await house.follow()
    assert (await house.ask("/v1/opinions", "lia:lead")).json() == {"items": []}


async def test_views_are_read_by_who_answers_and_by_nobody_who_waits(house: House) -> None:
    idea = await waiting(house)
    path = f"/v1/reviews/{idea}/opinions"
    asked = await told(house, path, {"asked": "lia", "words": "Kan dit bij jullie?"}, RIK)
    await told(house, f"{path}/{asked['id']}", {"words": "Ja, in mei."}, "lia:lead", 200)
    for who, seen in ((RIK, True), (DESK, True), ("lia:lead", True), (ANNA, False), (SAM, False)):
        items = (await house.ask(path, who)).json()["items"]
        assert [(each["words"], each["view"]) for each in items] == [
            ("Kan dit bij jullie?", "Ja, in mei.")
        ] * seen, who
    assert (await house.ask(f"/v1/reviews/{uuid4()}/opinions", RIK)).status_code == 404


async def test_an_idea_keeps_the_criteria_that_it_was_told_under(house: House) -> None:
    idea = await waiting(house)
    path = f"/v1/reviews/{idea}/rubric"
    before = (await house.ask(path, ANNA)).json()
    assert before["version"] == RUBRIC.version
    later = {"criteria": [{"name": "later", "nl": "Is het later?", "en": "Is it later?"}]}
    headers = {"authorization": f"Bearer {DESK}", "idempotency-key": "later"}
    wanted = await house.door.put("/v1/rubrics/later", json=later, headers=headers)
    assert wanted.status_code == 200, wanted.text
    await house.follow()  # so that it holds from now on, and goes with the tables of this test
    assert (await house.ask(path, ANNA)).json() == before
    assert (await house.ask(f"/v1/reviews/{uuid4()}/rubric", ANNA)).status_code == 404


async def test_nobody_is_asked_for_a_view_of_what_is_answered(house: House) -> None:
    idea = await waiting(house)
    view = {"asked": "lia", "words": "Kan dit bij jullie?"}
    await told(house, f"/v1/reviews/{idea}/opinions", view, RIK)
    await told(house, f"/v1/reviews/{idea}/decision", decision(), RIK)
    await house.follow()
    assert (await house.ask("/v1/opinions", "lia:lead")).json() == {"items": []}


async def test_an_idea_that_wakes_during_an_appeal_asks_for_another_answer(house: House) -> None:
    idea = await waiting(house)
    later = decision("parked", accountable="desk", due=f"{IN_A_MONTH}T16:00:00Z")
    await told(house, f"/v1/reviews/{idea}/decision", later, RIK)
    await told(house, f"/v1/reviews/{idea}/appeal", {"words": "Het kan wel."}, ANNA)
    now = house.parts.clock.now()
    due = house.parts.calendar.add_working_days(now, 5)
    await house.hear(IdeaRevived(
        idea=IdeaId(idea), author=PersonId("anna"), accountable=PersonId("desk"), due=due, at=now,
    ))  # fmt: skip
    closed, requested, *_ = [e for e in await house.told(idea) if e.at == now]
    assert [type(each).__name__ for each in (closed, requested)] == [
        "ReviewClosed", "ReviewRequested",
    ]  # fmt: skip


async def test_what_is_asked_again_has_the_id_that_it_was_given_first(house: House) -> None:
    idea = await waiting(house)
    path = f"/v1/reviews/{idea}"

    async def ids(door: str, body: Any, who: str) -> set[str]:
        key = str(uuid4())
        answers = [await house.tell(f"{path}/{door}", body, who, key) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 201]
        return {each.json()["id"] for each in answers}

    question = await ids("questions", {"words": "Voor welke dienst?"}, RIK)
    opinion = await ids("opinions", {"asked": "tess", "words": "Kan dit?"}, RIK)
    await told(house, f"{path}/decision", decision(), RIK)
    appeal = await ids("appeal", {"words": "De cijfers kloppen niet."}, ANNA)
    known = [
        str(getattr(event, name)) for event in await house.told(idea)
        for name in ("question", "opinion", "appeal") if hasattr(event, name)
    ]  # fmt: skip
    for each in (question, opinion, appeal):
        assert len(each) == 1
        assert each <= set(known)


async def test_an_answer_is_rated_once_and_appealed_once(house: House) -> None:
    idea = await waiting(house)
    await told(house, f"/v1/reviews/{idea}/decision", decision(), RIK)
    rating = {"useful": 2, "respectful": 5, "words": "helder, maar kort"}
    await told(house, f"/v1/reviews/{idea}/rating", rating, ANNA)
    again = await house.tell(f"/v1/reviews/{idea}/rating", rating, ANNA)
    assert again.json()["type"] == "urn:kiem:TheAnswerIsRated"
    path = f"/v1/reviews/{idea}/appeal"
    lodged = await told(house, path, {"words": "De cijfers kloppen niet."}, ANNA)
    assert lodged["accountable"] == "desk"
    await house.follow()
    named = await house.tell(f"/v1/reviews/{idea}/reviewer", {"reviewer": "rik"}, DESK)
    assert named.json()["type"] == "urn:kiem:SomebodyElseLooks"
    await told(house, f"/v1/reviews/{idea}/reviewer", {"reviewer": "tess"}, DESK)
    answer = decision(
        "accepted", reason="De cijfers zijn nu nagerekend en goed.", accountable="tess",
        due=f"{IN_A_MONTH}T16:00:00Z",
    )  # fmt: skip
    await told(house, f"/v1/reviews/{idea}/decision", answer, "tess:reviewer")
    kinds = [type(event).__name__ for event in await house.told(idea)]
    assert kinds[-2:] == ["ReviewCompleted", "AppealDecided"]
    refused = await house.tell(path, {"words": "Nog eens."}, ANNA)
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": "nee"}, "TheReasonSaysNothing"),
        ({"next_step": "later"}, "TheNextStepSaysNothing"),
        ({"sentences": dict.fromkeys(RUBRIC.names, "Het past hier niet.")},
         "TheSentencesAreAllTheSame"),
    ],
)  # fmt: skip
async def test_an_answer_that_says_nothing_is_refused(
    house: House, changes: dict[str, Any], refusal: str
) -> None:
    idea = await waiting(house)
    answer = await house.tell(f"/v1/reviews/{idea}/decision", decision(**changes), RIK)
    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:kiem:{refusal}")


async def test_a_reviewer_hands_over_to_a_colleague(house: House) -> None:
    idea = await waiting(house)
    done = await house.tell(f"/v1/reviews/{idea}/reviewer", {"reviewer": "tess"}, RIK)
    assert done.status_code == 201, done.text
    await house.follow()
    assert await house.reviewer(idea) == "tess"
    refused = await house.tell(f"/v1/reviews/{idea}/reviewer", {"reviewer": "sam"}, RIK)
    assert refused.status_code == 403


async def test_nobody_is_asked_or_named_who_is_not_here(house: House) -> None:
    idea = await waiting(house)
    await house.hear(PersonLeft(person=PersonId("lia"), at=house.parts.clock.now()))
    for who in ("lia", "nobody"):
        for path, body, by in (
            ("opinions", {"asked": who, "words": "Kan dit bij jullie?"}, RIK),
            ("reviewer", {"reviewer": who}, RIK),
            ("reviewer", {"reviewer": who}, DESK),
        ):
            said = await house.tell(f"/v1/reviews/{idea}/{path}", body, by)
            assert (said.status_code, said.json()["type"]) == (409, "urn:kiem:NobodyOfThatName")
    await house.follow()
    assert await house.reviewer(idea) == "rik"
