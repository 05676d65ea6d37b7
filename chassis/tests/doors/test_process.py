"""A service as a process: it starts in order, serves, and stops without dropping anybody."""

import asyncio
import base64
import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from chassis.database import Database
from chassis.keyring import Keyring

pytestmark = pytest.mark.integration


Start = Callable[..., Any]


async def test_migrating_is_one_command(start: Start, fresh: Any) -> None:
    addresses = {
        "KIEM_DATABASE_URL": fresh.url,
        "KIEM_MIGRATION_DATABASE_URL": fresh.migration_url,
    }
    for _ in range(2):
        code, said = await (await start("migrate", **addresses)).ended()
        assert (code, said) == (0, "house: the database is at migration 0002\n")


async def test_what_is_missing_is_listed_and_nothing_starts(
    start: Start, environment: dict[str, str]
) -> None:
    for name in ("KIEM_ISSUER", "KIEM_KEYS"):
        del environment[name]
    code, said = await (await start()).ended()

    assert code == 78
    assert "KIEM_ISSUER is missing" in said
    assert "KIEM_KEYS is missing" in said
    assert "Traceback" not in said


async def test_it_refuses_a_database_that_was_not_migrated_and_says_how(
    start: Start, fresh: Any
) -> None:
    code, said = await (await start("serve", KIEM_DATABASE_URL=fresh.url)).ended()

    assert code == 78
    assert "run `python -m house migrate`" in said


async def test_a_port_that_is_taken_is_named(
    start: Start, migrated: None, environment: dict[str, str]
) -> None:
    port = int(environment["KIEM_PORT"])
    with socket.create_server(("127.0.0.1", port)):
        code, said = await (await start()).ended()

    assert code == 78
    assert f"port {port} on 127.0.0.1" in said
    assert "KIEM_PORT" in said


@pytest.mark.parametrize("words", [["dance"], ["serve", "twice"]])
async def test_an_unknown_word_gets_the_usage(start: Start, words: list[str]) -> None:
    code, said = await (await start(*words)).ended()

    assert code == 64
    assert said == "usage: python -m house [serve|migrate|rewrap|openapi]\n"


async def test_openapi_needs_no_settings_at_all(
    start: Start, environment: dict[str, str]
) -> None:  # fmt: skip
    for name in list(environment):
        if name.startswith("KIEM_"):
            environment[name] = ""
            del environment[name]
    environment["KIEM_PORT"] = "0"
    code, said = await (await start("openapi")).ended()

    assert code == 0
    paths = json.loads(said)["paths"]
    assert {"/v1/slow", "/livez", "/readyz", "/metrics", "/v1/log"} <= set(paths)
    assert "/v1/clock" not in paths


async def test_rewrap_says_how_many_keys_it_wrapped_anew(
    start: Start, migrated: None, environment: dict[str, str]
) -> None:
    old = environment["KIEM_KEYS"]
    db = Database(environment["KIEM_DATABASE_URL"])
    await db.open()
    for person in ("p-1", "p-2"):
        await Keyring(db, old).seal(person, b"words", "here")
    environment["KIEM_KEYS"] = f"new:{base64.b64encode(b'n' * 32).decode()},{old}"

    code, said = await (await start("rewrap")).ended()
    assert (code, said.partition(";")[0]) == (
        0,
        "house: 2 keys of persons were wrapped anew with the first key",
    )
    environment["KIEM_KEYS"] = old
    code, said = await (await start("rewrap")).ended()
    assert code == 78
    assert "KIEM_KEYS lacks 'new'" in said
    await db.pool.execute("DELETE FROM subject_key")
    await db.close()


async def test_a_database_that_does_not_answer_is_waited_for_and_then_given_up(
    start: Start,
) -> None:
    nowhere = "postgresql://app:secret@127.0.0.1:1/kiem_house"
    code, said = await (await start(KIEM_DATABASE_URL=nowhere, KIEM_START_SECONDS="1")).ended()

    assert code == 69
    events = [json.loads(line) for line in said.splitlines()]
    assert {"event": "database.waiting", "error": "ConnectionRefusedError"}.items() <= events[
        0
    ].items()
    assert events[-1]["event"] == "process.unavailable"


@pytest.mark.parametrize("verb", ["migrate", "rewrap"])
async def test_whatever_it_is_told_to_do_it_says_that_the_database_does_not_answer(
    start: Start, verb: str
) -> None:
    """The containers migrate before they serve: so it is what they end with first."""
    nowhere = "postgresql://app:secret@127.0.0.1:1/kiem_house"
    changes = {"KIEM_DATABASE_URL": nowhere, "KIEM_MIGRATION_DATABASE_URL": nowhere}
    code, said = await (await start(verb, KIEM_START_SECONDS="1", **changes)).ended()

    assert code == 69
    assert "secret" not in said
    assert json.loads(said.splitlines()[-1])["event"] == "process.unavailable"


async def test_a_database_that_takes_no_connection_at_the_moment_is_unavailable_too(
    start: Start, fresh: Any
) -> None:
    """So it is while PostgreSQL starts: it answers, and says that it can't yet."""
    owner = await asyncpg.connect(fresh.migration_url, ssl=False)
    await owner.execute(f'ALTER DATABASE "{fresh.name}" CONNECTION LIMIT 0')
    await owner.close()
    changes = {"KIEM_MIGRATION_DATABASE_URL": fresh.migration_url}
    code, said = await (await start("migrate", **changes)).ended()

    assert code == 69
    assert json.loads(said)["event"] == "process.unavailable"


async def test_it_serves_without_kafka_and_stops_when_the_last_answer_is_out(
    *, start: Start, migrated: None, until: Any, web: httpx2.AsyncClient, house: Path,
    environment: dict[str, str], token: Callable[..., str],
) -> None:  # fmt: skip
    running = await start()
    await until(f"{running.url}/readyz", 200)
    assert (await web.get(f"{running.url}/livez")).json() == {"status": "ok"}
    headers = {"authorization": f"Bearer {token()}"}
    waiting = asyncio.create_task(web.get(f"{running.url}/v1/slow", headers=headers, timeout=20))
    async with asyncio.timeout(10):
        while not (house / "flag.begun").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    running.process.send_signal(signal.SIGTERM)
    not_ready = await until(f"{running.url}/readyz", 503)
    assert "stopping" in not_ready.json()["detail"]
    (house / "flag").touch()

    assert (await waiting).json() == "done"
    code, said = await running.ended()
    entries = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert {entry["service"] for entry in entries} == {"house"}
    assert entries[-1]["event"] == "process.stopped"
    assert "not-to-be-shown" not in said


async def test_a_part_that_dies_ends_the_process_and_its_words_stay_inside(
    start: Start, migrated: None, until: Any, house: Path
) -> None:
    running = await start()
    await until(f"{running.url}/readyz", 200)
    (house / "flag.collapse").touch()
    code, said = await running.ended()

    assert code == 70
    assert '"part":"Cellar"' in said
    assert "builtins.LookupError" in said
    assert "Xanthippe" not in said


async def test_the_first_start_is_noted_once(
    start: Start, migrated: None, until: Any, database: Any
) -> None:
    seen = []
    for _ in range(2):
        running = await start(KIEM_DRAIN_SECONDS="0")
        await until(f"{running.url}/readyz", 200)
        connection = await asyncpg.connect(database.url, ssl=False)
        seen.append(await connection.fetchval("SELECT at FROM first_start"))
        await connection.close()
        running.process.send_signal(signal.SIGINT)
        assert (await running.ended())[0] == 0

    assert seen[0] == seen[1]


async def test_time_can_be_moved_forward_in_development(
    start: Start, migrated: None, until: Any, web: httpx2.AsyncClient, token: Callable[..., str]
) -> None:
    running = await start()
    await until(f"{running.url}/readyz", 200)
    headers = {"authorization": f"Bearer {token(roles=['operator'])}"}
    url = f"{running.url}/v1/clock"
    before = (await web.get(url, headers=headers)).json()
    moved = (await web.post(url, headers=headers, json={"forward_seconds": 86_400})).json()

    assert moved["forward_seconds"] == before["forward_seconds"] + 86_400
    assert moved["now"] > before["now"]
    refused = await web.post(url, headers=headers, json={"forward_seconds": -1})
    assert refused.status_code == 422
