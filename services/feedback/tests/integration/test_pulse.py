"""A pulse on a real database: codes are given once, answer once, and do not say whose they were."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.settings import example
from contracts.outside import PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from feedback.api.pulse import Pulses
from feedback.settings import FeedbackSettings
from local.databases import Addresses
from services.feedback.tests.house import House
from services.feedback.tests.house import opened as open_house

pytestmark = pytest.mark.integration

HR = "hanna:hr"
TABLES = ("pulse_code", "pulse_given", "pulse_answer")


@pytest.fixture(scope="module")
async def whole(database: Addresses) -> AsyncIterator[House]:
    async with open_house(database, development=True) as found:
        yield found


@pytest.fixture
async def asking(house: House) -> House:
    """A house of twelve: seven in care, three at the desk, two without a department; one left."""
    pool = house.parts.db.pool
    for table in TABLES:
        await pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    now = house.parts.clock.now()
    for n in range(13):
        where = "care" if n < 7 else "desk" if n < 10 else None
        await house.hear(
            PersonListed(person=PersonId(f"mw{n}"), department=where, at=now - timedelta(days=9))
        )
    await house.hear(PersonLeft(person=PersonId("mw12"), at=now - timedelta(days=1)))
    return house


async def opened(house: House, **changes: Any) -> Any:
    """Open a wave as if the last one were long ago."""
    closes = (house.parts.clock.now() + timedelta(days=7)).isoformat()
    wanted = {"closes": closes, "instruments": ["enps", "safety"]} | changes
    return await house.tell("/v1/pulse/waves", wanted, HR)


async def ended(house: House) -> None:
    for wave in (await house.ask("/v1/pulse/waves", HR)).json():
        await house.tell(f"/v1/pulse/waves/{wave['wave']}/end", {}, HR)


async def forward(house: House, days: int) -> None:
    await house.parts.db.pool.execute("UPDATE clock_offset SET forward = forward + $1",
                                      timedelta(days=days))  # fmt: skip
    await house.parts.clock.sync()


async def code_of(house: House, person: str) -> str:
    given = await house.tell("/v1/pulse/code", {}, f"{person}:employee")
    assert given.status_code == 201, given.text
    return str(given.json()["code"])


async def answer(house: House, code: str, **said: int) -> Any:
    told = {"code": code, "answers": said or {"enps": 9}}
    return await house.door.post("/v1/sealed/pulse", json=told)


async def answers(house: House) -> list[Any]:
    rows = await house.parts.db.pool.fetch("SELECT * FROM event WHERE stream LIKE 'answer-%'")
    return list(rows)


async def test_a_pulse_from_its_opening_to_its_end(asking: House) -> None:
    wave = (await opened(asking)).json()
    assert (wave["invited"], wave["answered"], wave["open"]) == (12, None, True)
    shown = (await asking.ask("/v1/pulse", "mw1:employee")).json()
    assert [q["name"] for q in shown["questions"]][:2] == ["enps", "safety-mistake"]
    assert not shown["code_given"]
    before = len(await answers(asking))
    codes = [await code_of(asking, f"mw{n}") for n in range(10)]
    assert len(set(codes)) == 10
    assert (await asking.ask("/v1/pulse", "mw1:employee")).json()["code_given"]
    for code in codes[:6]:
        assert (await answer(asking, code.upper())).status_code == 204
    (again,) = [await answer(asking, codes[0])]
    assert (again.status_code, again.json()["type"]) == (404, "urn:kiem:ThisIsNoCode")

    assert len(await answers(asking)) == before, "they wait for the end of the wave"
    done = (await asking.tell(f"/v1/pulse/waves/{wave['wave']}/end", {}, HR)).json()
    assert (done["answered"], done["open"]) == (6, False)
    late = await answer(asking, codes[7])
    assert (late.status_code, late.json()["type"]) == (409, "urn:kiem:NoWaveIsOpen")
    for table in TABLES:  # with the wave goes who had a code
        assert await asking.parts.db.pool.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
    assert len(await answers(asking)) == before + 6


async def test_nothing_joins_an_answer_to_who_gave_it(asking: House) -> None:
    """Neither the event, nor a column, nor a moment; small departments are not named."""
    await ended(asking)
    await forward(asking, 40)
    assert (await opened(asking)).status_code == 201
    before = {row["event_id"] for row in await answers(asking)}
    for person in ("mw0", "mw8", "mw11"):
        assert (await answer(asking, await code_of(asking, person))).status_code == 204
    over = await asking.parts.db.pool.fetchval("SELECT kiem_now()")
    await check_what_is_held(asking)
    given = await asking.parts.db.pool.fetch("SELECT * FROM pulse_given")
    assert {set(row.keys()) == {"wave", "person"} for row in given} == {True}
    await ended(asking)
    told = [row for row in await answers(asking) if row["event_id"] not in before]
    assert sorted(row["data"].count("care") for row in told) == [0, 0, 1]
    assert not any("desk" in row["data"] for row in told)
    assert {row["actor"] for row in told} == {None}
    assert len({row["occurred_at"] for row in told}) == 1
    assert min(row["recorded_at"] for row in told) >= over, "no moment of an answer is told"
    in_order = sorted(told, key=lambda row: row["recorded_at"])
    streams = [row["stream"] for row in in_order]
    assert streams == sorted(streams), "nor the order in which they came"
    traces = [(row["traceparent"], row["causation"]) for row in told]
    assert len(set(traces)) == 1, "nor does a trace lead to a request"
    assert not any(person in repr(row) for row in told for person in ("mw0", "mw8", "mw11"))
    columns = await asking.parts.db.pool.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'pulse_code'"
    )
    assert {row["column_name"] for row in columns} == {"digest", "wave", "department", "sealed"}


async def check_what_is_held(asking: House) -> None:
    """An answer that waits has no moment and no name, and no row says more than the event will."""
    held = await asking.parts.db.pool.fetch("SELECT * FROM pulse_answer")
    assert len(held) == 3
    assert {tuple(row.keys()) for row in held} == {("answer", "wave", "department", "answers")}
    assert {row["answer"].version for row in held} == {4}, "made by chance, not by a clock"


async def test_a_code_is_given_once_and_to_those_who_were_here(asking: House) -> None:
    await ended(asking)
    await forward(asking, 40)
    await opened(asking)
    await code_of(asking, "mw3")
    again = await asking.tell("/v1/pulse/code", {}, "mw3:employee")
    assert (again.status_code, again.json()["type"]) == (409, "urn:kiem:YouHaveACode")
    for who in ("mw12", "stranger"):
        no = await asking.tell("/v1/pulse/code", {}, f"{who}:employee")
        assert (no.status_code, no.json()["type"]) == (403, "urn:kiem:YouAreNotAsked")
    await asking.hear(PersonErased(person=PersonId("mw3"), at=asking.parts.clock.now()))
    assert "mw3" not in repr(await asking.parts.db.pool.fetch("SELECT * FROM pulse_given"))


async def test_only_hr_asks_and_not_too_often(asking: House) -> None:
    await ended(asking)
    await forward(asking, 40)
    closes = (asking.parts.clock.now() + timedelta(days=7)).isoformat()
    wanted = {"closes": closes, "instruments": ["enps"]}
    assert (await asking.tell("/v1/pulse/waves", wanted, "mw1:employee")).status_code == 403
    key = str(uuid4())
    first = await asking.tell("/v1/pulse/waves", wanted, HR, key)
    second = await asking.tell("/v1/pulse/waves", wanted, HR, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["wave"] == second.json()["wave"]
    assert await asking.parts.db.pool.fetchval("SELECT count(*) FROM pulse_code") == 12
    await ended(asking)
    soon = await opened(asking)
    assert (soon.status_code, soon.json()["type"]) == (409, "urn:kiem:PeopleWereAskedLately")


async def test_a_wave_ends_by_itself(asking: House) -> None:
    await ended(asking)
    await forward(asking, 40)
    await opened(asking)
    pulses = Pulses(asking.parts, example(FeedbackSettings))
    await pulses.close_due()
    assert (await asking.ask("/v1/pulse", "mw1:employee")).status_code == 200
    await forward(asking, 8)
    gone = await asking.ask("/v1/pulse", "mw1:employee")
    assert (gone.status_code, gone.json()["type"]) == (409, "urn:kiem:NoWaveIsOpen")
    await pulses.close_due()
    assert not (await asking.ask("/v1/pulse/waves", HR)).json()[0]["open"]


async def test_questions_of_others_are_asked_under_their_licence(asking: House) -> None:
    await ended(asking)
    await forward(asking, 40)
    name = f"team-{uuid4().hex[:8]}"
    item = {"name": "t-1", "nl": "Is dit zo?", "en": "Is it so?", "least": 1, "most": 5}
    told = {"licence": "Example Institute, 2026", "questions": [item]}
    headers = {"authorization": f"Bearer {HR}", "idempotency-key": str(uuid4())}
    path = f"/v1/pulse/instruments/{name}"
    assert (await asking.door.put(path, json=told, headers=headers)).status_code == 200
    assert (await opened(asking, instruments=["nothing-like-it"])).status_code == 404
    assert (await opened(asking, instruments=[name])).status_code == 201
    code = await code_of(asking, "mw2")
    assert (await answer(asking, code, **{"t-1": 6})).status_code == 409
    assert (await answer(asking, code, **{"t-1": 5})).status_code == 204
