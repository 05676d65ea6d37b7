"""An idea that takes another one in has its authors too: none of them judges it."""

import importlib.resources
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from contracts.feedback import AuthorsChanged, ReviewerRecused
from contracts.ideas import IdeaAbsorbed, IdeaSeparated
from contracts.vocabulary import IdeaId, PersonId
from feedback.projections.authors import find_birth
from local.databases import Addresses
from services.feedback.tests.house import House, reviewer, submitted
from services.feedback.tests.stories import ANNA, BEA, DESK, RIK, SAM, day

pytestmark = pytest.mark.integration
OTHER = IdeaId(uuid4())


def absorbed(idea: IdeaId, *authors: PersonId) -> IdeaAbsorbed:
    return IdeaAbsorbed(idea=idea, author=ANNA, by=DESK, absorbed=OTHER, authors=authors, at=day(2))


def separated(idea: IdeaId) -> IdeaSeparated:
    return IdeaSeparated(idea=idea, author=ANNA, by=DESK, separated=OTHER, at=day(3))


async def test_a_reviewer_whose_own_idea_is_taken_in_stands_aside(house: House) -> None:
    await house.hear(reviewer(RIK), idea := submitted())
    assert await house.reviewer(idea.idea) == RIK
    heard = house.heard(absorbed(idea.idea, RIK, SAM))
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice
    changed, aside = (await house.told(idea.idea))[-2:]
    assert isinstance(changed, AuthorsChanged)
    assert set(changed.co_authors) == {BEA, RIK, SAM}
    assert isinstance(aside, ReviewerRecused)
    assert (aside.reviewer, aside.accountable) == (RIK, DESK)
    await house.hear(reviewer(SAM))
    refused = await house.tell(
        f"/v1/reviews/{idea.idea}/reviewer", {"reviewer": SAM}, f"{DESK}:desk"
    )
    assert refused.json()["type"] == "urn:kiem:NobodyJudgesTheirOwnIdea"


async def test_who_is_among_them_is_not_found_for_what_waits(house: House) -> None:
    await house.hear(idea := submitted(), absorbed(idea.idea, RIK))
    await house.hear(reviewer(RIK))
    assert await house.reviewer(idea.idea) is None
    await house.hear(reviewer(SAM))
    assert await house.reviewer(idea.idea) == SAM


async def test_where_the_merger_was_a_mistake_they_are_colleagues_again(house: House) -> None:
    await house.hear(idea := submitted(), absorbed(idea.idea, RIK), separated(idea.idea))
    (*_, changed) = await house.told(idea.idea)
    assert isinstance(changed, AuthorsChanged)
    assert changed.co_authors == (BEA,)
    await house.hear(reviewer(RIK))
    assert await house.reviewer(idea.idea) == RIK


async def test_what_was_heard_before_the_table_was_there_is_in_it(
    house: House, database: Addresses
) -> None:
    kept, undone = submitted(), submitted()
    versions = importlib.resources.files("feedback") / "migrations" / "versions"
    names: dict[str, str] = {}
    exec((versions / "0010_absorbed.py").read_text("utf-8"), names)  # noqa: S102 - our own
    owner = await asyncpg.connect(database.migration_url.replace("+asyncpg", ""), ssl=False)
    events = (absorbed(kept.idea, RIK), absorbed(undone.idea, RIK), separated(undone.idea))
    for number, event in enumerate(events):
        heard = house.heard(event)
        await owner.execute(
            """
            INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream,
                version, occurred_at, recorded_at, data)
            VALUES ('c', 'kiem.ideas.events', 7, $1, $2, 'kiem/ideas', $3, $4, $5, $6, now(),
                now(), $7)
            """,
            number, heard.id, heard.type, heard.key, heard.stream, heard.version,
            msgspec.json.encode(event).decode(),
        )  # fmt: skip
    await owner.execute("DROP TABLE absorbed_v1")
    await owner.execute(names["SQL"])
    await owner.execute("GRANT ALL ON absorbed_v1 TO PUBLIC")
    await owner.close()
    await house.hear(kept, undone)
    async with house.parts.db.transaction() as tx:
        found = [await find_birth(tx, idea.idea) for idea in (kept, undone)]
    assert [birth and birth.co_authors for birth in found] == [(BEA, RIK), (BEA,)]
