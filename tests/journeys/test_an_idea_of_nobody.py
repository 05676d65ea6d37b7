"""A sealed idea lives its whole life behind a code, and nobody ever knows whose it was."""

import asyncio
import uuid
from collections.abc import Callable
from hashlib import sha256
from itertools import count

import pytest

from local.plan import SERVICES
from tests.journeys.answers import whole_answer
from tests.journeys.codes import Holder
from tests.journeys.house import House, until
from tests.journeys.searching import escaped, marks_in, records_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

# Words of the idea, and what would tell who sent it: neither may be anywhere in clear.
WORDS = {
    kind: f"waterhoentje{kind}"
    for kind in ("title", "body", "question", "answer", "reason", "rating", "appeal")
}
TRACE = "7e57c0de7e57c0de7e57c0de7e57c0de"
SENDER = {
    "User-Agent": "waterhoentjeagent", "X-Forwarded-For": "192.0.2.77",
    "Cookie": "waterhoentjecookie",
    "Authorization": "Bearer waterhoentjetoken",
    "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
}  # fmt: skip
IDENTITY = {"waterhoentjeagent", "192.0.2.77", "waterhoentjecookie", "waterhoentjetoken", TRACE}


def solved(puzzle: str, bits: int) -> str:
    def zeros(answer: int) -> bool:
        found = sha256(f"{puzzle}:{answer}".encode()).digest()
        return int.from_bytes(found, "big") >> (256 - bits) == 0

    return str(next(filter(zeros, count())))


async def seal(house: House) -> Holder:
    url = house.url("ideas", "/v1/sealed")
    made = (await house.http.post(f"{url}/puzzles", headers=SENDER)).json()
    answer = await asyncio.to_thread(solved, made["puzzle"], made["bits"])
    told = {
        "title": WORDS["title"], "body": WORDS["body"], "puzzle": made["puzzle"], "answer": answer,
    }  # fmt: skip
    headers = {**SENDER, "Idempotency-Key": str(uuid.uuid4())}
    done = await house.http.post(f"{url}/ideas", json=told, headers=headers)
    assert done.status_code == 201, done.text
    return Holder(house, done.json()["idea"], done.json()["code"], SENDER)


async def reviewer_of(house: House, idea: str, but: str | None = None) -> str:
    async def look() -> str | None:
        shown = await house.get("ideas", f"/v1/ideas/{idea}", "eva", "desk")
        found: str | None = shown["reviewer"]
        return found if found != but else None

    return await until("somebody reviews it", look)


async def asked_and_answered(nobody: Holder, rob: str) -> None:
    house, path = nobody.house, f"/v1/reviews/{nobody.idea}"
    words = {"words": WORDS["question"]}
    await house.done("feedback", f"{path}/questions", words, rob, "reviewer")
    await nobody.told_of("question_asked")
    (question,) = (await nobody.get("feedback", f"{path}/questions"))["items"]
    assert question["words"] == WORDS["question"]
    answer = f"{path}/questions/{question['question']}/answer"
    await nobody.tell("feedback", answer, {"words": WORDS["answer"]})
    (seen,) = (await house.get("feedback", f"{path}/questions", rob, "reviewer"))["items"]
    assert seen["answer"] == WORDS["answer"]


async def declined(nobody: Holder, rob: str) -> None:
    house, path = nobody.house, f"/v1/reviews/{nobody.idea}"
    no = whole_answer("declined", f"{WORDS['reason']} zei iedereen ons.")
    refused = await house.tell("feedback", f"{path}/decision", no, rob, "reviewer")
    assert refused.json()["type"] == "urn:kiem:SayThatYouStandApart"
    await house.done("feedback", f"{path}/decision", no | {"apart": True}, rob, "reviewer")

    async def look() -> bool:
        shown: bool = (await nobody.get("ideas", f"/v1/ideas/{nobody.idea}"))["state"] == "declined"
        return shown

    await until("the code shows that it is declined", look)
    assert (await nobody.told_of("decision"))["outcome"] == "declined"
    assert WORDS["reason"] in (await nobody.get("feedback", path))["reason"]
    steps = (await nobody.get("ideas", f"/v1/ideas/{nobody.idea}/timeline"))["steps"]
    assert WORDS["reason"] in steps[-1]["why"]["reason"]


async def test_a_sealed_idea_is_asked_answered_declined_rated_and_appealed_by_its_code(
    house: House,
) -> None:
    for _ in range(2):  # an appeal needs another reviewer
        await house.cast()
    nobody = await seal(house)
    rob = await reviewer_of(house, nobody.idea)
    await nobody.told_of("acknowledgement")
    await asked_and_answered(nobody, rob)
    await declined(nobody, rob)
    path = f"/v1/reviews/{nobody.idea}"
    rating = {"useful": 2, "respectful": 4, "words": WORDS["rating"]}
    await nobody.tell("feedback", f"{path}/rating", rating)
    await nobody.tell("feedback", f"{path}/appeal", {"words": WORDS["appeal"]})
    await reviewer_of(house, nobody.idea, but=rob)
    await nothing_is_mailed(nobody)
    await nothing_is_found(house, {*WORDS.values(), *IDENTITY, nobody.code.replace("-", "")})


async def nothing_is_mailed(nobody: Holder) -> None:
    sql = "SELECT mail FROM notice WHERE idea = $1 AND person LIKE 'alias-%'"

    async def look() -> bool:
        rows = await nobody.house.rows("notifications", sql, uuid.UUID(nobody.idea))
        return {row["mail"] for row in rows} == {"none"}

    await until("nothing waits to be mailed to nobody", look)


async def nothing_is_found(house: House, marks: set[str]) -> None:
    """Neither words nor sender: in no file, no record and no table.

    Whoever answers the idea may read it, and so their mails; who sent it stands in none.
    """
    small = {mark.lower() for mark in marks}
    assert sorted(escaped(house.home.folder, small, but=[house.home.mail])) == []
    who = {mark.lower() for mark in IDENTITY}
    assert sorted(escaped(house.home.mail, who, but=[])) == []
    async for topic, content in records_of(house):
        assert not marks_in(content, small), topic
    for service in SERVICES:
        assert await _tables_with(house, service, lambda row: bool(marks_in(row, small))) == []


async def _tables_with(house: House, service: str, is_wrong: Callable[[bytes], bool]) -> list[str]:
    tables = await house.rows(service, "SELECT tablename FROM pg_tables WHERE schemaname='public'")
    found = []
    for table in tables:
        sql = f'SELECT t::text AS row FROM "{table["tablename"]}" t'  # noqa: S608
        if any(is_wrong(row["row"].encode()) for row in await house.rows(service, sql)):
            found.append(table["tablename"])
    return found


async def test_a_confidential_author_stands_beside_their_idea_nowhere(house: House) -> None:
    cast, other = await house.cast(), await house.cast()
    told = {"title": "Fietsen", "body": "Naar de klant."}
    done = await house.done("ideas", "/v1/ideas/confidential", told, cast.author)
    idea = done["idea"]
    rob = await reviewer_of(house, idea)
    assert rob not in {cast.author, cast.lead}
    whose = await house.get("ideas", f"/v1/ideas/{idea}/author", rob, "reviewer")
    assert whose == {"author": cast.author}
    refused = await house.ask("ideas", f"/v1/ideas/{idea}/author", other.reviewer, "reviewer")
    assert refused.status_code == 403 or rob == other.reviewer
    both = (cast.author.encode(), idea.encode())

    def beside(content: bytes) -> bool:
        return all(name in content for name in both)

    for service in SERVICES:
        assert await _tables_with(house, service, beside) == []
    async for topic, content in records_of(house):
        assert not beside(content), topic
    for folder in (house.logs, house.traces):
        assert sorted(escaped(folder, {cast.author}, but=[])) == []
