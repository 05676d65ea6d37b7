"""Words of persons: sealed where they lie, bound to their place, gone with their key."""

import asyncio
import base64
import time
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from msgspec import UNSET

from chassis import keyring as keys
from chassis.keyring import Keyring
from chassis.settings import SettingsWrong
from chassis.store import EventStore

from .stage import KEYS, Stage, revised, submitted, undone

pytestmark = pytest.mark.integration

MARKED = "Zonnebloemenakker"
SECOND = "k2:" + base64.b64encode(b"s" * 32).decode()


def fresh(stage: Stage, configured: str = KEYS) -> EventStore:
    """The same store in a process that remembers no key."""
    return EventStore(stage.db, Keyring(stage.db, configured))


async def title(store: EventStore, stream: str) -> Any:
    data: Any = (await store.load(stream))[0].data
    return data.title


async def everything(stage: Stage) -> str:
    """Return every cell of every table, as text."""
    tables = await stage.owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows: list[Any] = []
    for table in tables:
        rows += await stage.owner.fetch(f'SELECT t::text FROM "{table[0]}" t')  # noqa: S608
    return "\n".join(row[0] for row in rows)


async def test_words_are_readable_nowhere_in_the_database_and_come_back_whole(
    stage: Stage,
) -> None:
    idea = uuid4()
    await stage.append(f"idea-{idea}", 0, submitted(idea, title=MARKED, body=f"{MARKED} “ü”"))
    dump = await everything(stage)
    assert MARKED not in dump
    assert MARKED.encode().hex() not in dump
    assert str(idea) in dump
    (found,) = await fresh(stage).load(f"idea-{idea}")
    assert found.data == submitted(idea, title=MARKED, body=f"{MARKED} “ü”")


async def test_an_event_without_words_has_nothing_sealed(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4()))
    assert await stage.owner.fetchval("SELECT personal IS NULL FROM event")
    assert await stage.count("subject_key") == 0


async def test_the_same_words_are_sealed_differently_each_time(stage: Stage) -> None:
    await stage.append(
        "idea-a", 0, submitted(uuid4(), title=MARKED), revised(uuid4(), title=MARKED)
    )
    sealed = await stage.owner.fetch("SELECT personal FROM event")
    assert sealed[0][0] != sealed[1][0]
    assert await stage.count("subject_key") == 1


async def test_sealed_words_moved_to_another_event_are_refused(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4(), title=MARKED))
    await stage.append("idea-b", 0, submitted(uuid4(), title="other"))
    await stage.owner.execute(
        "UPDATE event SET personal = (SELECT personal FROM event WHERE stream = 'idea-a') "
        "WHERE stream = 'idea-b'"
    )
    with pytest.raises(InvalidTag):
        await stage.store.load("idea-b")


async def test_sealed_words_moved_to_another_field_are_refused(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4(), title=MARKED, body="other"))
    boxes = msgspec.msgpack.decode(await stage.owner.fetchval("SELECT personal FROM event"))
    swapped = msgspec.msgpack.encode({"title": boxes["body"], "body": boxes["title"]})
    await stage.owner.execute("UPDATE event SET personal = $1", swapped)
    with pytest.raises(InvalidTag):
        await stage.store.load("idea-a")


async def test_words_of_an_erased_person_are_unset_and_the_event_remains(stage: Stage) -> None:
    idea = uuid4()
    await stage.append("idea-a", 0, submitted(idea, title=MARKED, department="d"))
    async with stage.db.transaction() as tx:
        await stage.keyring.erase(tx.raw, "p-1")
    for store in (stage.store, fresh(stage)):
        (found,) = await store.load("idea-a")
        assert found.data == submitted(idea, department="d")
        assert await title(store, "idea-a") is UNSET


async def test_an_erasure_that_is_undone_erases_nothing(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4(), title=MARKED))
    async with undone(stage.db) as tx:
        await stage.keyring.erase(tx.raw, "p-1")
    assert await title(stage.store, "idea-a") == MARKED


@pytest.mark.parametrize("known_before", [True, False])
async def test_an_erased_key_is_never_made_again(stage: Stage, *, known_before: bool) -> None:
    if known_before:
        await stage.append("idea-a", 0, submitted(uuid4(), title="before"))
    async with stage.db.transaction() as tx:
        await stage.keyring.erase(tx.raw, "p-1")
    for store in (stage.store, fresh(stage)):
        stream = f"idea-{uuid4()}"
        stage.store = store
        await stage.append(stream, 0, submitted(uuid4(), title=MARKED))
        assert await title(store, stream) is UNSET
    row = await stage.owner.fetchrow("SELECT * FROM subject_key WHERE subject = 'p-1'")
    assert row["wrapped"] is None
    assert row["erased_at"] is not None
    assert await stage.count("event WHERE stream <> 'idea-a' AND personal IS NOT NULL") == 0


async def test_erasing_twice_keeps_the_first_moment(stage: Stage) -> None:
    moments = []
    for _ in range(2):
        async with stage.db.transaction() as tx:
            await stage.keyring.erase(tx.raw, "p-1")
        moments.append(await stage.owner.fetchval("SELECT erased_at FROM subject_key"))
    assert moments[0] == moments[1]


async def test_another_process_knows_a_key_for_a_minute_at_most(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4(), title=MARKED))
    other = fresh(stage)
    await other.load("idea-a")
    async with stage.db.transaction() as tx:
        await stage.keyring.erase(tx.raw, "p-1")
    other._keyring._cache.expire(time.monotonic() + keys.CACHED_SECONDS)
    assert await title(other, "idea-a") is UNSET
    assert keys.CACHED_SECONDS <= 60


async def test_words_are_never_sealed_with_a_key_that_a_failover_lost(stage: Stage) -> None:
    """A standby that lacked the last commits took over: the key is only in this process now."""
    await stage.append("idea-a", 0, submitted(uuid4(), title="before"))
    await stage.owner.execute("DELETE FROM subject_key")
    await stage.append("idea-b", 0, submitted(uuid4(), title=MARKED))
    assert await title(fresh(stage), "idea-b") == MARKED
    assert await stage.count("event WHERE stream = 'idea-b'") == 1


async def test_no_words_are_kept_of_somebody_whom_another_process_erased(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4(), title="before"))
    other = fresh(stage)
    async with stage.db.transaction() as tx:
        await other._keyring.erase(tx.raw, "p-1")
    await stage.append("idea-b", 0, submitted(uuid4(), title=MARKED))
    assert await stage.count("event WHERE stream = 'idea-b' AND personal IS NULL") == 1


async def test_many_who_seal_for_a_new_person_at_once_use_one_key(stage: Stage) -> None:
    lent = [await stage.db.pool.acquire() for _ in range(8)]
    for connection in lent:  # open already, or the first would be done before the second asks
        await stage.db.pool.release(connection)
    stores = [fresh(stage) for _ in range(8)]
    rings = [store._keyring for store in stores]
    sealed = await asyncio.gather(*(ring.seal("p-new", b"words", "here") for ring in rings))
    for box in sealed:
        assert box is not None
        assert await rings[0].open("p-new", box, "here") == b"words"
    assert await stage.count("subject_key") == 1


async def test_a_key_that_was_used_stays_although_the_transaction_is_undone(stage: Stage) -> None:
    async with undone(stage.db):
        sealed = await stage.keyring.seal("p-1", b"words", "here") or b""
    assert await Keyring(stage.db, KEYS).open("p-1", sealed, "here") == b"words"


async def test_the_wrapping_key_can_be_rotated_and_the_old_one_then_left_out(stage: Stage) -> None:
    await stage.append("idea-a", 0, submitted(uuid4(), title=MARKED))
    async with stage.db.transaction() as tx:
        await stage.keyring.erase(tx.raw, "p-erased")
    both = Keyring(stage.db, f"{SECOND},{KEYS}")
    assert await title(EventStore(stage.db, both), "idea-a") == MARKED
    assert await both.rewrap() == 1
    assert await both.rewrap() == 0
    assert await title(fresh(stage, SECOND), "idea-a") == MARKED
    with pytest.raises(SettingsWrong, match="KIEM_KEYS lacks 'k2'"):
        await fresh(stage, KEYS).load("idea-a")
    erased = await stage.owner.fetchval(
        "SELECT wrapped IS NULL FROM subject_key WHERE subject = 'p-erased'"
    )
    assert erased


async def test_a_wrapped_key_given_to_another_person_does_not_open(stage: Stage) -> None:
    for person in ("p-1", "p-2"):
        await stage.keyring.seal(person, b"words", "here")
    await stage.owner.execute(
        "UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key WHERE subject = 'p-1')"
    )
    with pytest.raises(InvalidTag):
        await Keyring(stage.db, KEYS).seal("p-2", b"words", "here")


@pytest.mark.parametrize("wrong", ["", "k1", "k1:short", ":" + KEYS.partition(":")[2], "k1:!!!"])
def test_keys_that_are_no_keys_are_refused_without_being_quoted(wrong: str) -> None:
    with pytest.raises(SettingsWrong, match="openssl rand -base64 32") as refusal:
        Keyring(None, wrong)  # type: ignore[arg-type]
    assert "short" not in str(refusal.value)


def test_keys_for_a_purpose_differ_from_each_other_and_come_active_first() -> None:
    ring = Keyring(None, f"{SECOND},{KEYS}")  # type: ignore[arg-type]
    assert ring.derived("a") != ring.derived("b")
    assert ring.derived_all("a")[0] == ring.derived("a")
    assert len(set(ring.derived_all("a"))) == 2
