"""After a person is erased, what is made from then on holds none of their words; counts stay."""

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.pgbin import programs
from local.plan import SERVICES
from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, House, until
from tests.journeys.searching import escaped, marks_in, records_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

KINDS = ("title", "body", "name", "address", "comment", "draft", "answer")
MARKS = {kind: f"purperreiger{kind}" for kind in KINDS}
COUNTED = ("ideas_submitted", "ideas_by_state")


@dataclass
class Erased:
    """A house in which somebody was erased, what was counted before, and what they got."""

    house: House
    cast: Cast
    idea: str
    counts: dict[str, Any] = field(default_factory=dict)
    mails: int = 0


async def counts(house: House) -> dict[str, Any]:
    found = {}
    for kpi in COUNTED:
        told = await house.get("metrics", f"/v1/kpis/{kpi}", "somebody", origin="live")
        found[kpi] = {name: told[name] for name in ("value", "n", "beside")}
    guarantee = await house.get("notifications", "/v1/guarantee", "somebody")
    return found | {"unfinished": guarantee["unfinished"], "broken": guarantee["broken"]}


async def say_everything(house: House, cast: Cast) -> str:
    """Let the author say a marked word wherever people can say something."""
    words = {"title": MARKS["title"], "body": MARKS["body"]}
    idea = str((await house.done("ideas", "/v1/ideas", words, cast.author))["idea"])
    await house.in_state(idea, "under_review")
    said = {"words": MARKS["comment"]}
    await house.done("ideas", f"/v1/ideas/{idea}/comments", said, cast.author)
    draft = {"title": MARKS["draft"], "body": MARKS["draft"]}
    await house.done("ideas", f"/v1/drafts/{uuid.uuid4()}", draft, cast.author, method="PUT")
    path = f"/v1/reviews/{idea}/decision"
    answer = whole_answer(words=f"{MARKS['answer']}, zei de beoordelaar.", by=cast.reviewer)
    await house.done("feedback", path, answer, cast.reviewer, "employee reviewer")
    await house.in_state(idea, "accepted")
    return idea


async def everything_is_told(house: House, idea: str) -> None:
    async def look() -> bool:
        sql = "SELECT mail, kind FROM notice WHERE idea::text = $1"
        rows = await house.rows("notifications", sql, idea)
        told = {row["mail"] for row in rows} <= {"delivered", "none"}
        return told and "decision" in {row["kind"] for row in rows}

    await until("every mail is delivered", look)


@pytest.fixture(scope="module")
async def erased(house: House) -> Erased:
    cast = await house.cast(surname=MARKS["name"], domain=f"{MARKS['address']}.example")
    found = Erased(house, cast, await say_everything(house, cast))
    await everything_is_told(house, found.idea)
    in_the_index = await house.get("ideas", "/v1/ideas", cast.lead, q=MARKS["title"])
    assert [each["idea"] for each in in_the_index["items"]] == [found.idea]

    async def counted() -> bool:
        found.counts = await counts(house)
        sql = "SELECT 1 FROM idea_fact_v1 WHERE idea::text = $1 AND state = 'accepted'"
        return bool(await house.rows("metrics", sql, found.idea))

    await until("metrics has counted it", counted)
    found.mails = len(house.mails(MARKS["address"]))
    assert found.mails > 0
    for person in (cast.author, cast.reviewer, cast.lead, cast.director):
        code, told, trouble = house.kiem("person", "erase", person, "--yes")
        assert code == 0, (told, trouble)
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_no_dump_made_afterwards_has_them(erased: Erased, service: str) -> None:
    dump = programs() / "pg_dump"
    made = await asyncio.create_subprocess_exec(
        str(dump), "--dbname", erased.house.database(f"kiem_{service}"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    content, trouble = await made.communicate()
    assert made.returncode == 0, trouble
    assert b"COPY public.event " in content
    assert erased.idea.encode() in content, "what happened stays, without its words"
    assert marks_in(content, set(MARKS.values())) == []


async def test_nothing_that_is_searched_finds_them(erased: Erased) -> None:
    for mark in (MARKS["title"], MARKS["body"]):
        told = await erased.house.get("ideas", "/v1/ideas", "somebody", q=mark)
        assert told["items"] == []


async def test_no_record_in_kafka_and_no_log_or_span_has_them(erased: Erased) -> None:
    records = [record async for record in records_of(erased.house)]
    assert len(records) > 20
    for topic, content in records:
        assert not marks_in(content, set(MARKS.values())), topic
    home = erased.house.home
    but = [home.mail, home.postgres]
    assert sorted(escaped(home.folder, set(MARKS.values()), but=but)) == []


async def test_nothing_waits_to_be_sent_to_them_and_nothing_more_is(erased: Erased) -> None:
    house, people = erased.house, [erased.cast.author, erased.cast.reviewer]
    sql = (
        "SELECT 1 FROM notice WHERE person = ANY ($1)"
        " AND mail IN ('waiting', 'held', 'digest', 'in_digest')"
    )
    assert await house.rows("notifications", sql, people) == []
    assert len(house.mails(MARKS["address"])) == erased.mails


async def test_the_counts_stay(erased: Erased) -> None:
    assert await counts(erased.house) == erased.counts
