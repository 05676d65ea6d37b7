"""Ideas that become one, and two again: everybody whose they are hears of them, nobody else."""

import importlib.resources
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from contracts.feedback import AppealLodged
from contracts.ideas import CoAuthorsChanged, IdeaAbsorbed, IdeaDeclined, IdeaSeparated
from contracts.vocabulary import AppealId, Event, IdeaId, PersonId, SubjectId
from local.databases import Addresses
from notifications.projections import loops
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    DESK,
    HUGO,
    LENA,
    RIK,
    STAN,
    submitted,
)

pytestmark = pytest.mark.integration
OTHER = IdeaId(uuid4())


async def absorbed(house: House, idea: IdeaId, *authors: PersonId) -> IdeaAbsorbed:
    born = await submitted(house, idea)
    return IdeaAbsorbed(
        idea=idea, author=ANNA, by=DESK, absorbed=OTHER, authors=authors, at=born.at,
        accountable=DESK, due=born.due,
    )  # fmt: skip


async def separated(house: House, idea: IdeaId) -> IdeaSeparated:
    born = await submitted(house, idea)
    return IdeaSeparated(
        idea=idea, author=ANNA, by=DESK, separated=OTHER, at=born.at, accountable=DESK,
        due=born.due,
    )  # fmt: skip


async def changed(house: House, idea: IdeaId, *others: PersonId) -> CoAuthorsChanged:
    born = await submitted(house, idea)
    return CoAuthorsChanged(
        idea=idea, author=ANNA, by=ANNA, co_authors=others, at=born.at, accountable=DESK,
        due=born.due,
    )  # fmt: skip


async def whose(house: House, idea: IdeaId) -> set[PersonId]:
    async with house.parts.db.transaction() as tx:
        return set((await loops.following(tx, SubjectId(idea))).authors)


async def reads_the_promise(house: House, idea: IdeaId, person: PersonId) -> bool:
    answer = await house.client.get(f"/v1/loops/{idea}", headers=house.as_(person))
    return answer.status_code == 200


async def test_who_came_with_another_idea_hears_after_the_co_authors_changed(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(await absorbed(house, idea, LENA))
    await house.hear(await changed(house, idea, STAN))
    (promised,) = {n["due"] for n in await house.notices(kind="acknowledgement")}
    await house.pass_time(promised)
    told = {n["person"] for n in await house.notices(kind="promise_broken")}
    assert told == {ANNA, STAN, LENA}


async def test_who_went_with_their_idea_hears_and_reads_nothing_more(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(await absorbed(house, idea, LENA))
    assert await reads_the_promise(house, idea, LENA)
    await house.hear(await separated(house, idea))
    assert not await reads_the_promise(house, idea, LENA)
    (promised,) = {n["due"] for n in await house.notices(kind="acknowledgement")}
    await house.pass_time(promised)
    assert {n["person"] for n in await house.notices(kind="promise_broken")} == {ANNA}


async def test_both_sides_hear_of_a_merger_and_of_its_undoing_with_the_reason(
    house: House, idea: IdeaId
) -> None:
    for person in (ANNA, LENA):
        await house.introduce(person, person.title())
    house.neighbours.words = {"title": "Fietsen", "reason": "Beide vragen om fietsen."}
    await house.hear(await submitted(house, idea))
    await house.send_all()
    house.office.got.clear()
    await house.hear(await absorbed(house, idea, LENA))
    await house.hear(await separated(house, idea))
    await house.send_all()
    assert {(n["kind"], n["person"], n["subject"], n["other"]) for n in await house.notices()} >= {
        ("absorbed", ANNA, idea, OTHER), ("separated", ANNA, idea, OTHER),
        ("separated", LENA, OTHER, idea),
    }  # fmt: skip
    assert len(house.office.got) == 3
    for mail in house.office.got:
        (words, _) = mail.iter_parts()
        assert "> Beide vragen om fietsen." in words.get_content()
    assert house.neighbours.words["reason"] not in str(await house.notices())


async def test_an_appeal_is_that_of_everybody_whose_idea_it_is_now(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    await house.hear(await absorbed(house, idea, LENA))
    at = await house.now()
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=at))
    due = house.parts.calendar.add_working_days(at, 20)
    await house.hear(AppealLodged(
        idea=idea, author=ANNA, appeal=AppealId(uuid4()), by=ANNA, against=RIK, at=at,
        accountable=DESK, due=due,
    ))  # fmt: skip
    told = {n["person"] for n in await house.notices(kind="acknowledgement", matter="appeal")}
    assert told == {ANNA, LENA}
    await house.hear(await separated(house, idea))
    await house.pass_time(due)
    told = {n["person"] for n in await house.notices(kind="promise_broken", matter="appeal")}
    assert told == {ANNA}


async def test_what_was_heard_before_is_told_apart_from_the_journal(
    house: House, idea: IdeaId, database: Addresses
) -> None:
    mended, undone, plain = idea, IdeaId(uuid4()), IdeaId(uuid4())
    lives: dict[IdeaId, list[Event]] = {
        mended: [
            await submitted(house, mended), await absorbed(house, mended, LENA, HUGO),
            await changed(house, mended, STAN),
        ],
        undone: [
            await submitted(house, undone), await absorbed(house, undone, LENA),
            await separated(house, undone),
        ],
        plain: [await submitted(house, plain)],
    }  # fmt: skip
    # As the version before left them: whoever was absorbed is lost, or stays for ever.
    before = {mended: [ANNA, STAN], undone: [ANNA, LENA], plain: [ANNA]}
    owner = await asyncpg.connect(database.migration_url.replace("+asyncpg", ""), ssl=False)
    await owner.execute("ALTER TABLE loop DROP COLUMN own, DROP COLUMN joined")
    for place, (which, life) in enumerate(lives.items()):
        await owner.execute(
            "INSERT INTO loop (subject, matter, idea, authors, version) "
            "VALUES ($1, 'idea', $1, $2, $3)",
            which, before[which], len(life),
        )  # fmt: skip
        for version, event in enumerate(life, start=1):
            heard = house.envelope(event, version)
            await owner.execute(
                """
                INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream,
                    version, occurred_at, recorded_at, data)
                VALUES ('c', 'kiem.ideas.events', 7, $1, $2, 'kiem/ideas', $3, $4, $5, $6, now(),
                    now(), $7)
                """,
                place * 10 + version, heard.id, heard.type, heard.key,
                heard.stream, version, msgspec.json.encode(event).decode(),
            )  # fmt: skip
    versions = importlib.resources.files("notifications") / "migrations" / "versions"
    names: dict[str, str] = {}
    exec((versions / "0015_joined.py").read_text("utf-8"), names)  # noqa: S102 - our own
    await owner.execute(names["SQL"])
    await owner.close()
    assert await whose(house, mended) == {ANNA, STAN, LENA, HUGO}
    assert await whose(house, undone) == {ANNA}
    assert await whose(house, plain) == {ANNA}
    await house.hear(await changed(house, mended), 4)
    assert await whose(house, mended) == {ANNA, LENA, HUGO}
