"""What people did, the directory, tools and reports in a real database: each once, in any order."""

import random
from typing import Any
from uuid import UUID

import pytest

from contracts import feedback, ideas, outside, room, talk, tools
from contracts.pulse import PulseAnswered, PulseQuestion, WaveClosed, WaveOpened
from contracts.vocabulary import (
    AnswerId,
    BarrierId,
    IdeaId,
    PersonId,
    QuestionId,
    RequestId,
    ToolId,
    WaveId,
)
from metrics.domain.definitions import REGISTER
from metrics.domain.people import latest
from metrics.domain.periods import Window
from metrics.projections.doings import NAME, TOPICS, VERSION
from metrics.projections.pulse import find_wave
from metrics.projections.reading_doings import Doings
from metrics.projections.renewal import to_version
from services.metrics.tests.integration.conftest import Kept, told
from services.metrics.tests.making import day, idea, period

ANNA, BEN, DESK = PersonId("p-anna"), PersonId("p-ben"), PersonId("p-desk")
TABLES = ("doing_fact_v1", "standing_fact_v1", "tool_fact_v1", "report_fact_v1")
pytestmark = pytest.mark.integration


def a_few_doings() -> list[Any]:
    owed: dict[str, Any] = {"accountable": DESK, "due": day(5)}
    here: dict[str, Any] = {"idea": IdeaId(idea(1)), "author": ANNA}
    barrier = BarrierId(idea(7))
    return [
        told(ideas.IdeaSubmitted(at=day(0), co_authors=(BEN,), **owed, **here)),
        told(talk.IdeaSupported(at=day(1), by=BEN, **here)),
        told(feedback.QuestionAsked(
            at=day(2), by=BEN, question=QuestionId(idea(8)), asked_until=day(3), **owed, **here)),
        told(room.BarrierRaised(at=day(3), barrier=barrier, author=ANNA, kind="time", **owed)),
        told(room.BarrierRemoved(at=day(9), barrier=barrier, author=ANNA, by=DESK), 2),
        told(room.TimeAsked(
            at=day(3), request=RequestId(idea(9)), author=ANNA, purpose="idea", hours=4.5, **owed)),
        told(tools.ToolIntroduced(
            at=day(1), tool=ToolId(idea(5)), by=DESK, name="wiki", features={"read": "core"})),
        told(outside.PersonListed(
            person=BEN, at=day(-9), department="it", roles=("employee", "lead"),
            attributes={"site": "Edam"}), name="l1"),
        told(outside.PersonLeft(person=BEN, at=day(20)), name="l2"),
        told(outside.WorkforceReported(
            at=day(2), department="it", month="2025-01", persons=30, sick_days=2.5,
            available_days=900), name="w"),
        told(outside.OutcomeReported(
            at=day(2), measure="orders", unit="orders", period="2025-01", value=-3.5), name="o"),
    ]  # fmt: skip


async def contents(kept: Kept) -> list[list[Any]]:
    return [sorted(map(repr, await kept.rows(table))) for table in TABLES]


async def test_any_order_and_repetition_and_a_rebuild_give_the_same_rows(kept: Kept) -> None:
    heard = a_few_doings()
    await kept.hear(*heard)
    expected = await contents(kept)
    assert [len(rows) for rows in expected] == [6, 2, 1, 2]
    for seed in range(3):
        for table in TABLES:
            await kept.db.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        shuffled = heard + heard[::2]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - the same each time
        for one in shuffled:
            await kept.hear(one)
        assert await contents(kept) == expected
    await to_version(kept.db, kept.doings, 1, NAME, TOPICS)
    assert await contents(kept) == expected


async def test_they_are_read_as_they_were_told(kept: Kept) -> None:
    await kept.hear(*a_few_doings())
    window = Window(until=day(30), at=day(30))
    async with kept.db.reading() as connection:
        read = Doings(connection, window, 1)
        doings = {d.type: d for d in await read.doings()}
        standings, (tool,) = await read.standings(), await read.tools()
        reports = {r.type: r for r in await read.reports()}
    assert len(doings["IdeaSubmitted"].others) == 1
    assert doings["BarrierRaised"].kind == "time"
    assert doings["TimeAsked"].amount == 4.5
    listed = next(s for s in standings if s.present)
    assert (listed.level, listed.attributes) == ("lead", {"site": "Edam"})
    assert (tool.name, tool.features, tool.audience) == ("wiki", {"read": "core"}, ())
    assert reports["WorkforceReported"].amounts["sick_days"] == 2.5
    assert reports["OutcomeReported"].amounts == {"value": -3.5}
    first = (await kept.ask("first_response", period(0, 30))).number
    assert first.value == 2


async def test_a_corrected_report_holds_and_the_earlier_stays_known(kept: Kept) -> None:
    def report(at: float, sick_days: float) -> Any:
        said = outside.WorkforceReported(
            at=day(at),
            department="it",
            month="2025-01",
            persons=30,
            sick_days=sick_days,
            available_days=900,
        )
        return told(said, name=f"w {at}")

    async def known_on(moment: float) -> float:
        at = day(moment)
        async with kept.db.reading() as connection:
            found = await Doings(connection, Window(until=at, at=at, known=at), 1).reports()
        return latest(found)[0].amounts["sick_days"]

    await kept.hear(report(12, 4.5), report(2, 2.5), report(12, 4.5))
    assert [await known_on(moment) for moment in (5, 13)] == [2.5, 4.5]


async def test_what_the_directory_said_of_an_erased_person_goes(kept: Kept) -> None:
    await kept.hear(*a_few_doings())
    await kept.hear(told(outside.PersonErased(person=BEN, at=day(21)), name="e"))
    assert {row["attributes"] for row in await kept.rows("standing_fact_v1")} == {"{}"}


async def test_no_person_is_there_by_name(kept: Kept) -> None:
    await kept.hear(*a_few_doings())
    assert "p-" not in "".join(str(rows) for rows in await contents(kept))


async def test_every_open_number_is_read_and_cut_every_way_there_is(kept: Kept) -> None:
    await kept.hear(*a_few_doings())
    for kpi in REGISTER.values():
        if kpi.kind == "open":
            for by in (None, *kpi.cuts):
                assert (await kept.ask(kpi.id, period(0, 30), by=by)).number is not None


async def test_a_wave_and_its_answers_are_heard_once_and_in_any_order(kept: Kept) -> None:
    house, here = "house", WaveId(UUID(int=70))
    asked = PulseQuestion(
        name="enps", instrument="enps", question={"nl": "?", "en": "?"}, least=0, most=10
    )
    opened = WaveOpened(
        at=day(1), pulse=house, wave=here, by=PersonId("p-hr"), closes=day(9), questions=(asked,),
        invited=9, departments={"care": 6},
    )  # fmt: skip
    answers = [
        PulseAnswered(
            at=day(1), answer=AnswerId(UUID(int=n)), wave=here, answers={"enps": n},
            department="care" if n % 2 else None,
        )
        for n in range(3)
    ]  # fmt: skip
    closed = WaveClosed(at=day(9), pulse=house, wave=here, answered=3)
    heard = [told(closed, 2), *map(told, answers), told(opened, 1)]
    assert await find_wave(kept.db, NAME, here, VERSION) is None
    await kept.hear(*heard)
    await kept.hear(*heard[1:])
    found = await find_wave(kept.db, NAME, here, VERSION)
    assert found is not None
    wave, given = found
    assert (wave.invited, wave.answered, wave.departments) == (9, 3, {"care": 6})
    said = sorted((each.answers["enps"], each.department) for each in given)
    assert said == [(0, None), (1, "care"), (2, None)]
    assert "p-hr" not in repr(await kept.rows("answer_fact_v1"))
