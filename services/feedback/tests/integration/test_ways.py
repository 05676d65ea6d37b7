"""Ideas under an alias: who may judge them, and how their authors speak."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from contracts.feedback import QuestionAsked, ReviewCompleted, ReviewerAssigned
from contracts.ideas import AliasErased, AuthorRevealed, CoAuthorsChanged
from contracts.vocabulary import PersonId
from feedback.consumers.asking import Asking
from feedback.domain.rubric import RUBRIC
from local.databases import Addresses
from services.feedback.tests.house import (
    IN_A_MONTH,
    House,
    emptied,
    opened,
    person,
    reviewer,
    submitted,
)
from services.feedback.tests.neighbour import Ideas, at_home
from services.feedback.tests.stories import DESK, RIK, SAM, day

pytestmark = pytest.mark.integration

ALIAS = PersonId("alias-7")
DESK_ROLE = "eva:desk"


@pytest.fixture(scope="module")
async def ideas() -> AsyncIterator[Ideas]:
    async with at_home() as found:
        yield found


@pytest.fixture(scope="module")
async def whole_among(database: Addresses, ideas: Ideas) -> AsyncIterator[House]:
    async with opened(database, ideas_url=ideas.url, issuer=ideas.url) as found:
        yield found


@pytest.fixture
async def house(whole_among: House, ideas: Ideas) -> House:
    ideas.near, ideas.status = set(), 200
    ideas.asked.clear()
    return await emptied(whole_among)


def under_alias(way: Any = "confidential", alias: PersonId = ALIAS) -> Any:
    return submitted(author=alias, co_authors=(), way=way)


async def until_named(house: House, idea: Any, who: str | None) -> None:
    """Let feedback ask in its own time, until somebody is named."""
    _, asking = house.service.background
    task = asyncio.ensure_future(asking.run())
    async with asyncio.timeout(20):
        while await house.reviewer(idea) != who:
            assert not task.done()
            await house.follow()
            await asyncio.sleep(0.01)
    task.cancel()


def whole(**changes: Any) -> dict[str, Any]:
    return {
        "outcome": "declined", "marks": dict.fromkeys(RUBRIC.names, "not_met"),
        "sentences": {name: f"Dat is niet zo voor {name}." for name in RUBRIC.names},
        "reason": f"Het kost te veel tijd {uuid4()}.",
        "next_step": "Vraag het na de zomer opnieuw.",
    } | changes  # fmt: skip


async def test_a_confidential_idea_gets_a_reviewer_who_stands_apart(
    house: House, ideas: Ideas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Asking, "rests", 0.01)
    ideas.near = {RIK}
    await house.hear(reviewer(RIK, department="sales"), reviewer(SAM))
    await house.hear(idea := under_alias())
    assert [type(event).__name__ for event in await house.told(idea.idea)] == ["ReviewRequested"]
    assert ideas.asked == []  # what is heard never waits for anybody
    await house.look_again(day(1))
    assert await house.reviewer(idea.idea) is None
    await until_named(house, idea.idea, SAM)
    assert ideas.asked == [RIK, SAM]
    named = (await house.told(idea.idea))[-1]
    assert isinstance(named, ReviewerAssigned)
    assert named.author == ALIAS


async def test_while_ideas_is_away_the_desk_stays_accountable(
    house: House, ideas: Ideas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Asking, "rests", 0.01)
    ideas.status = 503
    await house.hear(reviewer(RIK))
    await house.hear(idea := under_alias())
    _, asking = house.service.background
    task = asyncio.ensure_future(asking.run())
    async with asyncio.timeout(20):
        while len(ideas.asked) < 2:
            assert not task.done()
            await asyncio.sleep(0.01)
    task.cancel()
    (asked,) = await house.told(idea.idea)
    assert asked.accountable == DESK
    ideas.status = 200
    await until_named(house, idea.idea, RIK)


async def test_nobody_who_stands_too_near_is_named_or_answers(house: House, ideas: Ideas) -> None:
    ideas.near = {RIK, "tess"}
    await house.hear(reviewer(RIK), person(SAM), idea := under_alias())
    path = f"/v1/reviews/{idea.idea}"
    refused = await house.tell(f"{path}/reviewer", {"reviewer": RIK}, "eva:desk")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:kiem:TheyStandTooNear")
    refused = await house.tell(f"{path}/decision", whole(), "tess:desk")
    assert refused.status_code == 403
    done = await house.tell(f"{path}/reviewer", {"reviewer": SAM}, "eva:desk")
    assert done.status_code == 201
    assert (await house.tell(f"{path}/decision", whole(), f"{SAM}:reviewer")).status_code == 201


async def test_the_lead_of_whoever_answers_reads_words_about_named_ideas_only(
    house: House, ideas: Ideas
) -> None:
    """They may be near to the author, and an answer tells what an idea was about."""
    await house.hear(person(RIK, lead="lea"), named := submitted(), hidden := under_alias())
    for idea in (named, hidden):
        path = f"/v1/reviews/{idea.idea}"
        assert (await house.tell(f"{path}/reviewer", {"reviewer": RIK}, DESK_ROLE)).is_success
        goes_on = {"outcome": "accepted", "accountable": RIK, "due": f"{IN_A_MONTH}T16:00:00Z"}
        marks = dict.fromkeys(RUBRIC.names, "met")
        said = await house.tell(
            f"{path}/decision", whole(marks=marks, **goes_on), f"{RIK}:reviewer"
        )
        assert said.is_success, said.text
        await house.follow()
    reasons = [
        (await house.ask(f"/v1/reviews/{idea.idea}", "lea:lead")).json()["reason"]
        for idea in (named, hidden)
    ]
    assert reasons[0] is not None
    assert reasons[1] is None


async def test_whose_it_is_is_told_to_nobody_who_only_asks(house: House, ideas: Ideas) -> None:
    ideas.near = {SAM, "tess"}
    await house.hear(person(RIK), person(SAM), person("tess"), person("zoe"))
    await house.hear(idea := under_alias())
    named = await house.tell(f"/v1/reviews/{idea.idea}/reviewer", {"reviewer": RIK}, "eva:desk")
    assert named.status_code == 201
    ideas.asked.clear()
    path = f"/v1/reviews/{idea.idea}"
    for who in (SAM, "tess", "zoe"):
        refused = await house.tell(f"{path}/reviewer", {"reviewer": who}, "lea:lead")
        assert (refused.status_code, refused.json()["type"]) == (
            403, "urn:kiem:OnlyTheReviewerDoesThis",
        )  # fmt: skip
        refused = await house.tell(f"{path}/decision", whole(), f"{who}:lead")
        assert refused.json()["type"] == "urn:kiem:OnlyTheReviewerAnswers"
        several = whole(ideas=[str(idea.idea)])
        (each,) = (await house.tell("/v1/decisions", several, f"{who}:reviewer")).json()["items"]
        assert each["reason"].startswith("Only the reviewer"), each
    assert ideas.asked == []


async def test_who_answers_a_sealed_idea_says_that_they_stand_apart(
    house: House, ideas: Ideas
) -> None:
    await house.hear(reviewer(RIK), idea := under_alias("sealed"))
    assert await house.reviewer(idea.idea) == RIK
    path = f"/v1/reviews/{idea.idea}/decision"
    refused = await house.tell(path, whole(), f"{RIK}:reviewer")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:SayThatYouStandApart")
    assert (await house.tell(path, whole(apart=True), f"{RIK}:reviewer")).status_code == 201
    told = (await house.told(idea.idea))[-1]
    assert isinstance(told, ReviewCompleted)
    assert told.apart
    assert ideas.asked == []


async def test_whoever_has_the_code_reads_answers_rates_and_appeals(
    house: House, ideas: Ideas
) -> None:
    await house.hear(reviewer(RIK), idea := under_alias("sealed"))
    path, token = f"/v1/reviews/{idea.idea}", ideas.token(ALIAS, idea.idea)
    asked = await house.tell(f"{path}/questions", {"words": "Met wie?"}, f"{RIK}:reviewer")
    question = asked.json()["id"]
    (shown,) = (await house.ask(f"{path}/questions", token)).json()["items"]
    assert (shown["words"], shown["answer"]) == ("Met wie?", None)
    said = await house.tell(f"{path}/questions/{question}/answer", {"words": "Met u."}, token)
    assert said.status_code == 200, said.text
    for who in (token, f"{RIK}:reviewer"):
        (shown,) = (await house.ask(f"{path}/questions", who)).json()["items"]
        assert shown["answer"] == "Met u."
    assert (await house.ask(f"{path}/questions", "zoe:employee")).status_code == 403
    await house.tell(f"{path}/decision", whole(apart=True), f"{RIK}:reviewer")
    assert (await house.ask(path, token)).json()["reason"].startswith("Het kost te veel tijd")
    rated = await house.tell(f"{path}/rating", {"useful": 2, "respectful": 4}, token)
    assert rated.status_code == 201, rated.text
    lodged = await house.tell(f"{path}/appeal", {"words": "Kijk nog eens."}, token)
    assert lodged.status_code == 201, lodged.text


async def test_a_token_of_an_alias_opens_nothing_else(house: House, ideas: Ideas) -> None:
    await house.hear(reviewer(RIK), one := under_alias("sealed"))
    await house.hear(other := under_alias("sealed", PersonId("alias-8")))
    token = ideas.token(ALIAS, one.idea)
    for path in (f"/v1/reviews/{other.idea}", "/v1/reviews", "/v1/rubric", "/v1/routing"):
        assert (await house.ask(path, token)).status_code == 403, path
    mine = f"/v1/reviews/{one.idea}"
    for path, body in (("decision", whole(apart=True)), ("questions", {"words": "Ja?"})):
        assert (await house.tell(f"{mine}/{path}", body, token)).status_code == 403, path


async def test_what_was_said_to_an_alias_goes_with_it(house: House, ideas: Ideas) -> None:
    alias = PersonId(f"alias-{uuid4()}")
    await house.hear(reviewer(RIK), idea := under_alias("sealed", alias))
    path = f"/v1/reviews/{idea.idea}"
    await house.tell(f"{path}/questions", {"words": "Met wie?"}, f"{RIK}:reviewer")
    assert (await house.told(idea.idea))[-1].words == "Met wie?"
    await house.hear(AliasErased(alias=alias, at=day(3)))
    house.parts.keyring._cache.clear()
    asked = (await house.told(idea.idea))[-1]
    assert isinstance(asked, QuestionAsked)
    assert not isinstance(asked.words, str)


async def test_a_reviewer_who_becomes_a_co_author_is_replaced(house: House, ideas: Ideas) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    assert await house.reviewer(idea.idea) == RIK
    told = CoAuthorsChanged(
        idea=idea.idea, author=idea.author, by=idea.author, co_authors=(RIK,), at=day(1),
        accountable=RIK, due=day(20),
    )  # fmt: skip
    await house.hear(told)
    assert await house.reviewer(idea.idea) is None
    assert [type(event).__name__ for event in (await house.told(idea.idea))[-2:]] == [
        "AuthorsChanged", "ReviewerRecused",
    ]  # fmt: skip
    await house.hear(reviewer(SAM))
    assert await house.reviewer(idea.idea) == SAM
    path = f"/v1/reviews/{idea.idea}/decision"
    await house.tell(path, whole(), f"{SAM}:reviewer")
    words = (await house.ask(f"/v1/reviews/{idea.idea}", f"{RIK}:employee")).json()["words"]
    assert words == "shown"


async def test_who_was_revealed_is_an_author_as_others_are(house: House, ideas: Ideas) -> None:
    await house.hear(idea := under_alias())
    told = AuthorRevealed(
        idea=idea.idea, author=ALIAS, by=RIK, at=day(1), accountable=DESK, due=day(5)
    )
    await house.hear(told)
    await house.hear(reviewer(RIK), reviewer(SAM))
    rows = await house.parts.db.pool.fetch("SELECT way, co_authors FROM idea_birth_v1")
    assert [(row["way"], row["co_authors"]) for row in rows] == [("named", [RIK])]
    assert ideas.asked == []
