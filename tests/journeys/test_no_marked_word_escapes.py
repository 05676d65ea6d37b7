"""Personal words stay with their owner, sealed: they are grepped for everywhere else."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from contracts.outside import PEOPLE_TOPIC
from local.plan import SERVICES
from local.postgres import Postgres
from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, House, until
from tests.journeys.searching import escaped, marks_in, records_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

# One for each kind of word; any of them in a wrong place says by itself where it came from.
KINDS = (
    "title", "body", "name", "address", "reason", "hypothesis", "learning", "remark", "refused",
    "past", "unplaced",
)  # fmt: skip
MARKS = {kind: f"zilverreiger{kind}" for kind in KINDS}
# What is searched lies in clear: in one table of the owner of the words, and nowhere else.
SEARCHED, INDEX = {MARKS["title"], MARKS["body"], MARKS["past"]}, ("ideas", "idea_words_v1")
POISON = "roerdompvergif"  # somebody else's broken record: Kafka has it, nobody of ours repeats it


async def write_everywhere(house: House, cast: Cast) -> str:
    """Say every marked word in its place."""
    words = {"title": MARKS["title"], "body": MARKS["body"]}
    idea = str((await house.done("ideas", "/v1/ideas", words, cast.author))["idea"])
    better = {"body": f"{MARKS['body']} en beter"}
    await house.done("ideas", f"/v1/ideas/{idea}/revision", better, cast.author)
    await house.in_state(idea, "under_review")
    said = f"{MARKS['reason']} zei iedereen ons."
    answer = whole_answer(words=said, by=cast.reviewer, day=await house.today())
    path = f"/v1/reviews/{idea}/decision"
    await house.done("feedback", path, answer, cast.reviewer, "employee reviewer")
    await house.in_state(idea, "accepted")
    path, rob = f"/v1/ideas/{idea}/pilots", cast.reviewer
    plan = {
        **dict.fromkeys(("hypothesis", "measure", "stop_rule"), MARKS["hypothesis"]),
        "ends_on": str(await house.today() + timedelta(days=30)), "team": [rob],
        "super_users": [rob], "baseline": 3, "target": 1,
    }  # fmt: skip
    pilot = (await house.done("ideas", path, plan, rob))["pilot"]
    await house.done("ideas", f"{path}/{pilot}/measurements", {"remark": MARKS["remark"]}, rob)
    end = {"outcome": "scaled", "learning": MARKS["learning"]}
    await house.done("ideas", f"{path}/{pilot}/conclusion", end, rob)
    await house.done("ideas", f"/v1/ideas/{idea}/realisation", {"remark": MARKS["remark"]}, rob)
    gone = (await house.done("ideas", "/v1/ideas", words, cast.author))["idea"]
    told = {"reason": MARKS["reason"]}
    await house.done("ideas", f"/v1/ideas/{gone}/withdrawal", told, cast.author)
    return idea


async def be_refused(house: House, cast: Cast, idea: str) -> None:
    """Say marked words in requests that fail, each in another way."""
    mark = MARKS["refused"]
    for wrong in ({"title": mark * 60, "body": mark}, {"title": [mark], "body": mark}, [mark]):
        answer = await house.tell("ideas", "/v1/ideas", wrong, cast.author)
        assert answer.status_code == 422
    half = {**whole_answer(words=f"{mark} zei iedereen ons."), "next_step": ""}
    path = f"/v1/reviews/{idea}/decision"
    answer = await house.tell("feedback", path, half, cast.reviewer, "employee reviewer")
    assert answer.status_code == 409
    token = await house.token(cast.author, "employee")
    broken = await house.http.post(
        house.url("ideas", "/v1/ideas"), content=f'{{"title": "{mark}'.encode(),
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4()),
                 "Content-Type": "application/json"},
    )  # fmt: skip
    assert broken.status_code == 400
    contact = {"name": mark * 60, "mail": f"{mark} no address", "language": "nl"}
    path = f"/v1/people/{cast.author}/contact"
    answer = await house.tell(
        "notifications", path, contact, "op", "operator", method="PUT"
    )  # fmt: skip
    assert answer.status_code == 422


async def tell_the_past(house: House, cast: Cast) -> None:
    source, at = f"marked-{cast.department}", "2020-02-03T10:00:00+00:00"
    birth = {
        "line": 1, "at": at, "step": "submitted", "title": MARKS["past"], "body": MARKS["past"],
        "authors": [cast.author],
    }  # fmt: skip
    no = {"line": 2, "at": at, "step": "withdrawn", "reason": MARKS["past"], "by": cast.author}
    history = {"source": source, "cutover": at, "ideas": [{"key": "1", "steps": [birth, no]}]}
    done = await house.done("ideas", "/v1/imports/history", history, "op", "operator")
    assert [item["result"] for item in done["items"]] == ["recorded", "recorded"]
    line = {"line": 3, "reason": "not understood", "raw": MARKS["unplaced"]}
    body = {"source": source, "lines": [line]}
    await house.done("ideas", "/v1/imports/unplaced", body, "op", "operator")


async def poison(house: House) -> None:
    """Publish what can't be read, as somebody else's broken program would."""
    producer = AIOKafkaProducer(bootstrap_servers=house.bootstrap)
    await producer.start()
    headers = [
        ("ce_id", b"1"), ("ce_specversion", b"1.0"), ("ce_source", b"x"),
        ("ce_type", b"kiem.people.PersonListed.v1"), ("content-type", b"application/json"),
    ]  # fmt: skip
    value = f'{{"at": "{POISON}", "name": "{POISON}"}}'.encode()
    try:
        await producer.send_and_wait(
            PEOPLE_TOPIC, key=POISON.encode(), headers=headers, value=value
        )
    finally:
        await producer.stop()

    async def look() -> bool:
        counts = [await house.rows(s, "SELECT 1 FROM dead_letter") for s in ("ideas", "feedback")]
        return all(counts)

    await until("the broken record is a dead letter", look)


@pytest.fixture(scope="module")
async def marked(house: House) -> House:
    """A house in which every marked word was said, and every effect is done."""
    cast = await house.cast(surname=MARKS["name"], domain=f"{MARKS['address']}.example")
    idea = await write_everywhere(house, cast)
    await be_refused(house, cast, idea)
    await tell_the_past(house, cast)
    await poison(house)

    async def look() -> bool:
        sql = "SELECT mail, kind FROM notice WHERE idea = $1"
        found = await house.rows("notifications", sql, uuid.UUID(idea))
        done = {row["mail"] for row in found} == {"delivered"}
        return done and "realised" in {row["kind"] for row in found}

    await until("every mail is delivered", look)
    return house


def test_the_words_did_reach_those_they_are_for(marked: House) -> None:
    mails = "".join(
        " ".join(str(part) for part in (mail["To"], mail["Subject"], mail.as_string()))
        for mail in marked.mails(MARKS["address"])
    )
    for kind in ("title", "name", "address", "reason"):
        assert MARKS[kind] in mails, kind


async def test_no_file_has_them(marked: House) -> None:
    """Logs, spans, Kafka's segments, settings: all that the system wrote, but for the mails."""
    home = marked.home
    sealed = set(MARKS.values()) - SEARCHED
    assert sorted(escaped(home.folder, sealed, but=[home.mail])) == []
    searched = [home.mail, *await _places_of_the_index(marked)]
    assert sorted(escaped(home.folder, SEARCHED, but=searched)) == []
    logs_and_spans = sorted(escaped(home.folder, {POISON}, but=[home.mail, home.kafka]))
    assert logs_and_spans == []


async def test_no_page_of_the_database_server_has_them(marked: House) -> None:
    """Tables, their write-ahead log, its own log: even with the owner the words are sealed.

    Only what is searched lies in clear, in the pages of its owner and in what is written ahead.
    """
    data = Postgres(marked.home.postgres, 0).data
    assert (data / "PG_VERSION").exists()
    sealed = {*MARKS.values(), POISON} - SEARCHED
    assert sorted(escaped(data, sealed, but=[])) == []
    searched = await _places_of_the_index(marked)
    assert sorted(escaped(data, SEARCHED, but=searched)) == []


async def _places_of_the_index(marked: House) -> list[Path]:
    """Return where the server keeps the pages of ideas, and what is written ahead of them."""
    data = Postgres(marked.home.postgres, 0).data
    found = await marked.rows(
        "ideas", "SELECT oid FROM pg_database WHERE datname = current_database()"
    )
    return [data / "base" / str(found[0]["oid"]), data / "pg_wal"]


async def test_no_record_in_kafka_has_them(marked: House) -> None:
    """Read record by record, as segments are compressed."""
    records = [record async for record in records_of(marked)]
    assert len(records) > 20
    for topic, content in records:
        assert not marks_in(content, set(MARKS.values())), topic


@pytest.mark.parametrize("service", SERVICES)
async def test_no_table_has_them(marked: House, service: str) -> None:
    tables = await marked.rows(service, "SELECT tablename FROM pg_tables WHERE schemaname='public'")
    assert {"event", "dead_letter"} <= {row["tablename"] for row in tables}
    for row in tables:
        sql = f'SELECT t::text AS row FROM "{row["tablename"]}" t'  # noqa: S608
        for found in await marked.rows(service, sql):
            content, place = found["row"].encode(), (service, row["tablename"])
            hidden = {*MARKS.values(), POISON} - (SEARCHED if place == INDEX else set())
            assert not marks_in(content, hidden), place


async def test_no_dead_letter_shows_them(marked: House) -> None:
    for service in SERVICES:
        letters = await marked.get(service, "/v1/dead-letters", "op", "operator")
        for letter in letters["items"]:
            path = f"/v1/dead-letters/{letter['id']}"
            shown = await marked.ask(service, path, "op", "operator")
            assert shown.status_code == 200
            assert not marks_in(shown.content, {*MARKS.values(), POISON}), service
