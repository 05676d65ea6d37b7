"""Facts in a real database: each once, in any order, with nobody's name or words in them."""

import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chassis.consuming.reading import key_of
from contracts import ideas, notifications
from contracts.catalog import DECLARED
from contracts.vocabulary import IdeaId, NoticeId, PersonId, PilotId, SubjectId
from local.databases import connect
from metrics.domain.answers import Answer, Question, answer
from metrics.domain.definitions import REGISTER
from metrics.domain.explaining import explain
from metrics.domain.periods import Window
from metrics.projections.facts import NAME
from metrics.projections.reading import Reading
from metrics.projections.renewal import to_version
from services.metrics.tests.integration.conftest import Kept, listed, told
from services.metrics.tests.making import ZONE, day, idea, period

ANNA, BEN, DESK = PersonId("p-anna"), PersonId("p-ben"), PersonId("p-desk")
pytestmark = pytest.mark.integration


def about(number: int, author: PersonId = ANNA) -> dict[str, Any]:
    return {"idea": IdeaId(idea(number)), "author": author}


def a_few_lives() -> list[Any]:
    pilot = PilotId(idea(77))
    owed: dict[str, Any] = {"accountable": DESK, "due": day(5)}
    return [
        told(
            ideas.IdeaSubmitted(at=day(0), department="care", category="tools", **owed, **about(1))
        ),
        told(ideas.IdeaAccepted(at=day(1), **owed, **about(1)), 2),
        told(ideas.PilotStarted(at=day(3), pilot=pilot, **owed, **about(1)), 3),
        told(ideas.PilotConcluded(at=day(4), pilot=pilot, outcome="stopped", **about(1)), 4),
        told(ideas.IdeaSubmitted(at=day(0), **owed, **about(2, BEN))),
        told(ideas.IdeaDeclined(at=day(2), **about(2, BEN)), 2),
        told(ideas.IdeaReopened(at=day(3), to="under_review", **owed, **about(2, BEN)), 3),
        told(ideas.IdeaRevised(at=day(4), category="home", **owed, **about(2, BEN)), 4),
        told(ideas.IdeaSubmitted(at=day(1), **owed, **about(3, BEN))),
        told(ideas.IdeaRealised(at=day(9), **about(3, BEN)), 2),
        told(
            notifications.PromiseMade(
                at=day(0),
                accountable=DESK,
                due=day(5),
                matter="idea",
                subject=SubjectId(idea(2)),
                **about(2, BEN),
            )
        ),
        listed(BEN, 0.5, "it"),
    ]


async def test_numbers_come_out_of_what_was_heard(kept: Kept) -> None:
    await kept.hear(*a_few_lives())
    window = period(0, 10)
    states = (await kept.ask("ideas_by_state", window)).number.beside
    assert {s: n for s, n in states.items() if n} == {
        "stopped": 1, "under_review": 1, "realised": 1,
    }  # fmt: skip
    assert (await kept.ask("ideas_submitted", window)).number.value == 3
    judged = (await kept.ask("realisation_b", window)).number
    assert (judged.numerator, judged.denominator) == (1, 2)
    assert (await kept.ask("lead_time_to_pilot", window)).number.beside["pilots"] == 1
    assert (await kept.ask("processing_time_b", window)).number.value == 8
    cells = (await kept.ask("ideas_submitted", window, by="department")).cells or {}
    assert {key: cell.value for key, cell in cells.items()} == {"care": 1, "it": 1, "unknown": 1}
    cells = (await kept.ask("wip", window, by="category")).cells or {}
    assert {key: cell.value for key, cell in cells.items()} == {"home": 1}


async def test_any_interleaving_and_any_repetition_gives_the_same_rows(kept: Kept) -> None:
    heard = a_few_lives()
    await kept.hear(*heard)
    expected = await contents(kept)
    for seed in range(5):
        shuffled = heard + heard[::3]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - the same each time
        await kept.db.pool.execute("DELETE FROM idea_fact_v1")
        for start in range(0, len(shuffled), 4):
            await kept.hear(*shuffled[start : start + 4])
        assert await contents(kept) == expected


async def contents(kept: Kept) -> list[list[tuple[Any, ...]]]:
    tables = ("idea_fact_v1", "promise_fact_v1", "listing_fact_v1")
    return [sorted((tuple(row) for row in await kept.rows(t)), key=repr) for t in tables]


async def test_what_is_read_for_a_question_gives_what_everything_would_give(kept: Kept) -> None:
    await kept.hear(*a_few_lives())
    for kpi in ("ideas_submitted", "realisation_a", "realisation_b", "processing_time_a",
                "processing_time_b", "lead_time_to_pilot", "throughput"):  # fmt: skip
        for since in (None, 0, 1, 2):
            window = period(since, 3, 9)
            assert await kept.ask(kpi, window, by="state") == await everything(kept, kpi, window)


async def everything(kept: Kept, kpi: str, window: Window) -> Answer:
    """Answer from all facts there are, by asking first for a number that needs them all."""
    all_of_them = Question(kpi=REGISTER["ideas_by_state"], window=window)
    async with kept.db.reading() as connection:
        facts = await Reading(connection, ZONE).facts(all_of_them)
    return answer(Question(kpi=REGISTER[kpi], window=window, by="state"), facts, ZONE)


async def test_an_explanation_reads_what_lies_outside_the_period_too(kept: Kept) -> None:
    await kept.hear(*a_few_lives())
    born = sum(row["type"] == "IdeaSubmitted" for row in await kept.rows("idea_fact_v1"))
    question = Question(kpi=REGISTER["ideas_submitted"], window=period(900, 901), everything=True)
    async with kept.db.reading() as connection:
        found = explain(question, await Reading(connection, ZONE).facts(question), ZONE)
    assert (found.counted, found.left_out) == ({}, {"outside": born})


async def test_only_what_was_known_then_is_told_of_then(kept: Kept) -> None:
    born = ideas.IdeaSubmitted(at=day(0), **about(1))
    await kept.hear(told(born, recorded_at=day(50)))
    window = period(0, 10, 60)
    assert (await kept.ask("ideas_submitted", window)).number.value == 1
    early = replace(window, known=day(40))
    assert (await kept.ask("ideas_submitted", early)).number.value == 0


async def test_an_idea_whose_facts_wait_behind_a_dead_letter_is_silent(kept: Kept) -> None:
    await kept.hear(*a_few_lives()[4:11])
    window = period(None, 4)
    assert (await kept.ask("silent_ideas", window)).number.beside["held_up"] == 0
    waiting = type("Record", (), {"key": str(idea(2)).encode()})
    await kept.db.pool.execute(
        "INSERT INTO dead_letter (cluster_id, topic, part, off, key, raw, reason, fingerprint, "
        "behind, first_seen) VALUES ('c', $1, 0, 0, $2, '', 'r', 'f', false, $3)",
        ideas.TOPIC, key_of(waiting), day(1),
    )  # fmt: skip
    assert (await kept.ask("silent_ideas", window)).number.beside["held_up"] == 1


async def test_an_outcome_that_was_delivered_is_no_silence(kept: Kept) -> None:
    notice = NoticeId(idea(9))
    arrived = notifications.NoticeDelivered(
        notice=notice, matter="idea", subject=SubjectId(idea(2)), idea=IdeaId(idea(2)),
        person=BEN, kind="decision", channel="mail",
        owed=True, attempts=1, proof="250", at=day(2) + timedelta(minutes=1),
    )  # fmt: skip
    await kept.hear(*a_few_lives()[4:6])
    assert (await kept.ask("silent_ideas", period(None, 4))).number.value == 1
    await kept.hear(told(arrived))
    assert (await kept.ask("silent_ideas", period(None, 4))).number.value == 0


async def test_what_is_promised_and_told_of_a_barrier_is_none_of_its_ideas(kept: Kept) -> None:
    barrier: dict[str, Any] = {"matter": "barrier", "subject": SubjectId(idea(7))}
    await kept.hear(*a_few_lives()[4:6])
    arrived = notifications.NoticeDelivered(
        notice=NoticeId(idea(9)), **barrier, idea=IdeaId(idea(2)), person=BEN, kind="decision",
        channel="mail", owed=True, attempts=1, proof="250", at=day(2),
    )  # fmt: skip
    made = notifications.PromiseMade(
        at=day(2), accountable=DESK, due=day(5), **barrier, **about(2, BEN)
    )
    await kept.hear(told(arrived), told(made))
    assert (await kept.ask("silent_ideas", period(None, 4))).number.value == 1
    for table in ("promise_fact_v1", "delivery_fact_v1"):
        assert await kept.db.pool.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_no_person_is_found_in_the_rows(kept: Kept) -> None:
    await kept.hear(*a_few_lives())
    rows = repr(await contents(kept))
    assert not [person for person in (ANNA, BEN, DESK) if person in rows]


async def test_a_rebuild_fills_the_next_version_beside_and_becomes_the_live_one(
    kept: Kept, settings: Any
) -> None:
    heard = a_few_lives()
    await kept.hear(*heard)
    before = await kept.ask("ideas_by_state", period(None, 10))
    await journal(kept, heard)
    owner = await connect(settings.migration_database_url.get_secret_value())
    for table in ("idea", "promise", "delivery", "listing"):
        await owner.execute(
            f"CREATE TABLE {table}_fact_v2 (LIKE {table}_fact_v1 INCLUDING ALL);"
            f"GRANT SELECT, INSERT ON {table}_fact_v2 TO PUBLIC"
        )
    try:
        assert await to_version(kept.db, kept.facts, 2) == len(heard)
        active = "SELECT version FROM projection WHERE name = $1 AND active"
        assert await kept.db.pool.fetchval(active, NAME) == 2
        await kept.db.pool.execute("DELETE FROM idea_fact_v1")  # nobody reads it any more
        assert await kept.ask("ideas_by_state", period(None, 10)) == before
        await kept.hear(told(ideas.IdeaSubmitted(at=day(1), **about(4))))
        assert len(await kept.rows("idea_fact_v2")) == 11
    finally:
        await kept.db.pool.execute("DELETE FROM projection")
        await owner.execute("DROP TABLE idea_fact_v2, promise_fact_v2, delivery_fact_v2, "
                            "listing_fact_v2")  # fmt: skip
        await owner.close()


async def journal(kept: Kept, heard: list[Any]) -> None:
    for offset, event in enumerate(heard):
        await kept.db.pool.execute(
            "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream, "
            "version, occurred_at, recorded_at, data) VALUES ('c', $1, 0, $2, $3, $4, $5, $6, $7, "
            "$8, $9, $10, $11)",
            DECLARED[event.type].topic, offset, event.id, event.source, event.type, event.key,
            event.stream, event.version, event.occurred_at, event.recorded_at,
            msgspec.json.encode(event.data).decode(),
        )  # fmt: skip
