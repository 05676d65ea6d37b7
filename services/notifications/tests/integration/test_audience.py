"""Those who follow, comment and take part are told by the whole of what notifications does."""

import json
from importlib import import_module
from uuid import uuid4

import pytest
from msgspec.structs import replace

from contracts.challenges import ChallengeClosed, TeamFormed
from contracts.feedback import OpinionAsked, OpinionGiven
from contracts.ideas import IdeaDeclined
from contracts.outside import PersonErased
from contracts.talk import CommentPosted, IdeaFollowed, IdeaUnfollowed
from contracts.vocabulary import ChallengeId, CommentId, IdeaId, OpinionId, PersonId, TeamId
from notifications.consumers.audience import PEOPLE
from notifications.projections import audience
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    LENA,
    RIK,
    submitted,
    under_review,
)
from services.notifications.tests.integration.test_more_news import told

pytestmark = pytest.mark.integration
BO = PersonId("bo")
_MIGRATION = "notifications.migrations.versions.0010_audience"


async def follow(house: House, idea: IdeaId, *people: PersonId) -> None:
    for person in people:
        await house.hear(IdeaFollowed(idea=idea, author=ANNA, by=person, at=await house.now()))


async def test_who_follows_is_told_once_and_who_follows_no_more_is_not(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await follow(house, idea, LENA, BO, ANNA)
    await house.hear(IdeaUnfollowed(idea=idea, author=ANNA, by=BO, at=await house.now()))
    declined = IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=await house.now())
    await house.hear(declined, 2)
    await house.spread_all()
    assert await told(house, "followed", idea) == [LENA]
    assert await told(house, "decision", idea) == [ANNA]


async def test_thousands_are_told_some_at_a_time_and_none_of_them_by_who_hears_it(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    people = [PersonId(f"follower-{number:04}") for number in range(2 * PEOPLE + 50)]
    await house.parts.db.pool.execute(
        "INSERT INTO follower (idea, person) SELECT $1, unnest($2::text[])", idea, people
    )
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=await house.now()), 2)
    assert await told(house, "followed", idea) == []
    assert await told(house, "decision", idea) == [ANNA]
    # Who comes later or leaves before their turn is not told; who is there is told once.
    await follow(house, idea, LENA)
    await house.hear(IdeaUnfollowed(idea=idea, author=ANNA, by=people[-1], at=await house.now()))
    assert await house.spread_all() == 3
    assert await told(house, "followed", idea) == people[:-1]
    assert await house.spread_all() == 0


async def test_news_that_is_being_told_by_another_process_is_left_to_it(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await follow(house, idea, LENA)
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=await house.now()), 2)
    async with house.parts.db.transaction() as tx:
        assert await audience.next_news(tx) is not None
        assert await house.spread_all() == 0
    assert await house.spread_all() == 1
    assert await told(house, "followed", idea) == [LENA]


async def test_a_comment_reaches_authors_whoever_it_names_and_whom_it_answers(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    first, at = CommentId(uuid4()), await house.now()
    await house.hear(CommentPosted(idea=idea, author=ANNA, comment=first, by=BO, at=at))
    await house.hear(CommentPosted(
        idea=idea, author=ANNA, comment=CommentId(uuid4()), by=ANNA, at=at, reply_to=first,
        mentions=(LENA,),
    ))  # fmt: skip
    assert await told(house, "commented", idea) == [ANNA]
    assert await told(house, "replied", idea) == [BO]
    assert await told(house, "mentioned", idea) == [LENA]


async def test_the_report_of_a_challenge_reaches_everybody_who_took_part(
    house: House, idea: IdeaId
) -> None:
    challenge, at = ChallengeId(uuid4()), await house.now()
    await house.hear(replace(await submitted(house, idea), challenge=challenge))
    await house.hear(TeamFormed(
        challenge=challenge, team=TeamId(uuid4()), by=BO, members=(BO, LENA), at=at
    ))  # fmt: skip
    await house.hear(ChallengeClosed(challenge=challenge, by=RIK, at=at, chosen=(idea,), answers=1))
    await house.spread_all()
    rows = await house.notices(kind="challenge_closed", subject=challenge)
    assert sorted(row["person"] for row in rows) == sorted([ANNA, BO, LENA])
    assert {row["person"]: row["idea"] for row in rows}[ANNA] == idea, "hers may be under an alias"


async def test_who_was_erased_follows_nothing_any_more(house: House, idea: IdeaId) -> None:
    await house.hear(await submitted(house, idea))
    gone = PersonId(f"gone-{uuid4().hex}")
    await follow(house, idea, gone)
    await house.hear(PersonErased(person=gone, at=await house.now()))
    left = "SELECT count(*) FROM follower WHERE person = $1"
    assert await house.parts.db.pool.fetchval(left, gone) == 0


async def test_who_is_asked_for_a_view_is_told_and_then_who_answers_for_the_idea(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(await under_review(house, idea), 2)
    at, opinion = await house.now(), OpinionId(uuid4())
    asked = OpinionAsked(idea=idea, author=ANNA, opinion=opinion, by=RIK, asked=LENA, due=at, at=at)
    await house.hear(asked)
    assert await told(house, "view_asked", idea) == [LENA]
    await house.hear(OpinionGiven(idea=idea, author=ANNA, opinion=opinion, by=LENA, at=at))
    assert await told(house, "view_given", idea) == [RIK]


async def test_who_followed_before_this_was_kept_is_told_from_now_on(
    house: House, idea: IdeaId
) -> None:
    challenge, at = ChallengeId(uuid4()), await house.now()
    await house.hear(replace(await submitted(house, idea), challenge=challenge))
    told = [
        ("IdeaFollowed", 1, {"idea": str(idea), "by": LENA}),
        ("IdeaFollowed", 2, {"idea": str(idea), "by": BO}),
        ("IdeaUnfollowed", 3, {"idea": str(idea), "by": BO}),
        ("AnswerJudged", 4, {"challenge": str(challenge), "idea": str(idea), "by": RIK}),
        ("TeamFormed", 5, {"challenge": str(challenge), "members": [BO, LENA]}),
    ]  # fmt: skip
    pool = house.parts.db.pool
    for name, version, data in told:
        await pool.execute(
            "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, version, "
            "occurred_at, recorded_at, data) "
            "VALUES ('before', $1, 0, $2, $1, 'kiem/ideas', $3, $1, $2, $4, $4, $5)",
            str(idea), version, f"kiem.ideas.{name}.v1", at, json.dumps(data),
        )  # fmt: skip
    await pool.execute(import_module(_MIGRATION).HEARD)
    followers = await pool.fetch("SELECT person FROM follower WHERE idea = $1", idea)
    assert [row["person"] for row in followers] == [LENA]
    parts = await pool.fetch(
        "SELECT DISTINCT person FROM participant WHERE challenge = $1", challenge
    )
    assert {row["person"] for row in parts} == {ANNA, RIK, BO, LENA}
