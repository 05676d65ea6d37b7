"""Every edition is what plain counting comes to, digit for digit, whatever happens to the facts."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chassis.consuming import Heard
from contracts.catalog import DECLARED
from contracts.outside import PersonErased, ToolUsageRecorded, ToolUsageReported
from contracts.vocabulary import PersonId
from metrics.domain.editions import Edition
from metrics.domain.working import weekday
from metrics.projections import doings, facts, published, renewal
from metrics.projections.door import counting
from metrics.projections.persons import hashing
from metrics.projections.recounting import Recounting, as_told
from metrics.projections.usage import Ledger
from metrics.recount.heard import Fact, Log, Use
from metrics.recount.judging import differences, recount, told_too_much
from services.metrics.tests.histories import Heap, Life
from services.metrics.tests.integration.conftest import _TABLES, Kept, told
from services.metrics.tests.making import ZONE

pytestmark = pytest.mark.integration
HEARD = datetime(2025, 4, 6, 12, tzinfo=UTC)
CLOSES = (datetime(2025, 4, 7, 12, tzinfo=UTC), datetime(2025, 7, 7, 12, tzinfo=UTC))


def plain(heard: Heard) -> Fact:
    data = msgspec.to_builtins(heard.data)
    return Fact(type(heard.data).__name__, data, heard.occurred_at, heard.source, heard.id,
                heard.stream or "", heard.version or 0)  # fmt: skip


class House:
    """The database of metrics, and beside it a list of what was heard: nothing else is believed."""

    def __init__(self, kept: Kept, hashed: Callable[[str], bytes], trouble: random.Random) -> None:
        self.kept = replace(kept, ledger=Ledger(hashed, ZONE, kept.clock.now))
        self.hashed, self.trouble = hashed, trouble
        self.facts: list[Heard] = []
        self.uses: list[Heard] = []
        self.erased: set[str] = set()
        self.judged = 0

    def untidy(self, heard: list[Heard]) -> list[list[Heard]]:
        """Return what comes in portions, in any order, and some of it again."""
        again = [each for each in heard if self.trouble.random() < 0.2]
        mixed = [*heard, *again]
        self.trouble.shuffle(mixed)
        size = self.trouble.choice([1, 7, 1000]) if len(mixed) < 100 else 40
        return [mixed[n : n + size] for n in range(0, len(mixed), size)]

    async def live(self, heap: Heap, *, rebuild: bool) -> None:
        """Hear a heap, with a rebuild in the middle of it, and close the quarter."""
        count = counting(self.kept.db, self.kept.ledger, self.kept.editions)
        portions = self.untidy(heap.facts)
        for n, portion in enumerate(portions):
            await self.hear(portion)
            if rebuild and n == len(portions) // 2:
                await self.rebuild()
        for portion in self.untidy(heap.uses):
            await count(portion, None)
        self.facts += heap.facts
        self.uses += heap.uses
        gone = [told(PersonErased(person=PersonId(p), at=self.kept.clock.now()), name=f"gone {p}")
                for p in heap.erased]  # fmt: skip
        if gone:
            await self.kept.erase(*heap.erased)
            await self.hear(gone)
        self.erased |= set(heap.erased)

    async def hear(self, heard: list[Heard]) -> None:
        await self.kept.hear(*heard)
        for each in heard:
            await self.kept.db.pool.execute(
                "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream, "
                "version, occurred_at, recorded_at, data, heard_at) SELECT 'c', $1, 0, count(*), "
                "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM journal",
                DECLARED[each.type].topic, each.id, each.source, each.type, each.key, each.stream,
                each.version, each.occurred_at, each.recorded_at,
                msgspec.json.encode(each.data).decode(), self.kept.clock.now(),
            )  # fmt: skip

    async def rebuild(self) -> None:
        """Make the rows of facts anew, from the journal alone."""
        db = self.kept.db
        for table in ("idea", "promise", "delivery", "listing", "doing", "standing", "tool",
                      "report"):  # fmt: skip
            await db.pool.execute(f"DELETE FROM {table}_fact_v1")  # noqa: S608 - our own names
        await db.pool.execute("DELETE FROM projection_position")
        await db.pool.execute("DELETE FROM projection")
        await renewal.to_version(db, self.kept.facts, facts.VERSION)
        await renewal.to_version(db, self.kept.doings, doings.VERSION, doings.NAME, doings.TOPICS)

    async def close(self, moment: datetime) -> None:
        """Make what is due, and count each new edition once more from the lists."""
        self.kept.clock.at = moment
        await self.kept.editions.soon(complete=True)
        await self.kept.make()
        log = self.log()
        for name, edition, before in await published.after(self.kept.db.pool, self.judged, 10_000):
            seen = as_told(edition, before)
            assert told_too_much(seen) == [], (
                edition.kpi,
                edition.span,
                edition.revision,
                seen.cells,
            )
            assert differences(seen, recount(seen, log)) == [], (seen, recount(seen, log))
            self.judged = name

    def log(self) -> Log:
        uses = [
            Use(u.occurred_at.astimezone(ZONE).date(), self.hashed(u.data.person), u.data.tool,
                u.data.feature, u.data.department, u.data.advanced)
            for u in self.uses if isinstance(u.data, ToolUsageRecorded)
        ]  # fmt: skip
        erased = frozenset(map(self.hashed, self.erased))
        counts = [u for u in self.uses if isinstance(u.data, ToolUsageReported)]
        return Log(
            [plain(f) for f in [*self.facts, *counts]], uses, ZONE, weekday, self.hashed, erased
        )

    async def outcomes(self) -> list[str]:
        """Return what an operator hears of all editions."""
        recounting = Recounting(self.kept.db, self.hashed, ZONE, weekday)
        found, after = [], 0
        while page := await recounting.page(after, 50):
            found += [item["outcome"] for item in page]
            after = page[-1]["id"]
        return found


async def empty(kept: Kept) -> None:
    for table in _TABLES.split(", "):
        await kept.db.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


async def a_history(kept: Kept, hashed: Any, seed: int, *, rebuild: bool) -> None:
    await empty(kept)
    house = House(kept, hashed, random.Random(seed))  # noqa: S311 - the same each time
    first, late = Life(seed, told).heaps()
    kept.clock.at = HEARD
    await house.live(first, rebuild=False)
    await house.close(CLOSES[0])
    assert set(await house.outcomes()) <= {"equal"}
    kept.clock.at = datetime(2025, 5, 2, 12, tzinfo=UTC)
    await house.live(late, rebuild=rebuild)
    await house.close(CLOSES[1])
    assert set(await house.outcomes()) <= ({"equal", "gone"} if late.erased else {"equal"})


@pytest.fixture
def hashed(settings: Any) -> Callable[[str], bytes]:
    return hashing(settings.person_key_bytes)


async def test_every_number_about_people_is_what_plain_counting_comes_to(
    kept: Kept, hashed: Any
) -> None:
    """Duplicates, disorder, late facts, corrections, erasures, a rebuild in the middle."""
    loop = asyncio.get_running_loop()

    # A seed can't be made simpler: nothing is gained by shrinking it.
    @settings(max_examples=8, deadline=None, database=None, phases=[Phase.generate])
    @given(seed=st.integers(0, 2**32), rebuild=st.booleans())
    def check(seed: int, rebuild: bool) -> None:
        story: Coroutine[Any, Any, None] = a_history(kept, hashed, seed, rebuild=rebuild)
        asyncio.run_coroutine_threadsafe(story, loop).result(120)

    await asyncio.to_thread(check)


async def _one(kept: Kept, hashed: Any) -> list[tuple[int, Edition, Any]]:
    house = House(kept, hashed, random.Random(4))  # noqa: S311 - the same each time
    kept.clock.at = HEARD
    await house.live(Life(4, told).heaps()[0], rebuild=False)
    await house.close(CLOSES[0])
    return await published.after(kept.db.pool, 0, 10_000)


async def test_an_edition_that_says_something_else_is_found(kept: Kept, hashed: Any) -> None:
    name, edition = next(
        (name, e) for name, e, _ in await _one(kept, hashed)
        if e.kpi == "active_users" and any(not c.hidden for c in e.cells.values())
    )  # fmt: skip
    change = "UPDATE edition_cell SET numerator = numerator + 1 WHERE edition = $1"
    await kept.db.pool.execute(change, name)
    page = await Recounting(kept.db, hashed, ZONE, weekday).page(name - 1, 1)
    assert page[0]["outcome"] == "different"
    assert page[0]["groups"]
    assert str(edition.cells) not in repr(page)


async def test_a_group_that_should_be_hidden_is_found(kept: Kept, hashed: Any) -> None:
    name = next(
        name for name, e, _ in await _one(kept, hashed)
        if any(c.hidden and 0 < c.persons < e.threshold for c in e.cells.values())
    )  # fmt: skip
    await kept.db.pool.execute("UPDATE edition_cell SET hidden = false WHERE edition = $1", name)
    page = await Recounting(kept.db, hashed, ZONE, weekday).page(name - 1, 1)
    assert page[0]["outcome"] == "different"


async def test_after_an_erasure_nobody_is_told_whether_numbers_of_use_changed(
    kept: Kept, hashed: Any
) -> None:
    """Else an operator who erases somebody would hear what they had used."""
    await _one(kept, hashed)
    answers = []
    for person in ("p-0", "p-nobody"):
        house = House(kept, hashed, random.Random(1))  # noqa: S311 - the same each time
        await house.live(Heap(erased=[person]), rebuild=False)
        answers.append([
            outcome for (_, e, _), outcome in zip(
                await published.after(kept.db.pool, 0, 10_000), await house.outcomes(), strict=True
            ) if e.family.startswith(("use", "adopting"))
        ])  # fmt: skip
    assert set(answers[0]) == {"gone"}
    assert answers[0] == answers[1]
