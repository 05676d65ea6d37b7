"""Finding: ideas that tell much the same, among a hundred thousand, while somebody types."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from benchmarks.harness import prose
from benchmarks.harness.outcome import Contest, Row, at_least, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.turns import Say, Stopwatch
from chassis.database import Database
from ideas.projections.similar import find_similar
from local.databases import Addresses, connect

P99 = 50.0  # milliseconds
FOUND = 0.9  # of the titles with a typing error that find their idea again
_COLUMNS = ["idea", "author", "language", "title", "body"]


@dataclass(frozen=True)
class Size:
    ideas: int
    asked: int


SIZES = {"full": Size(100_000, 1_000), "quick": Size(20_000, 200), "tiny": Size(500, 20)}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure finding."""
    watch = Stopwatch(Row(name="finding", title="9. Similar ideas, among many"))
    size = SIZES[level]
    database = await servers.database("ideas")
    say(f"{size.ideas:,} ideas are told")
    await _fill(database, size.ideas)
    db = Database(database.url)
    await db.open()
    say(f"{size.asked:,} titles are asked for")
    took, found = await _ask(db, size)
    await db.close()
    took.sort()
    figures = {"p50": [took[len(took) // 2]], "p99": [took[int(len(took) * 0.99)]]}
    watch.row.contests.append(Contest(title="one question", unit="ms", ours="", figures=figures))
    watch.row.bars.append(at_most("similar ideas, p99", P99, figures["p99"][0], "ms"))
    watch.row.bars.append(at_least("found again with a typing error", FOUND, found, "of 1"))
    watch.row.notes.append(
        "Titles and bodies are made up of words that come as often as words do; one asks at a "
        "time, half of them with a body, half while the title is typed."
    )
    await servers.drop(database)
    return watch.stop()


async def _fill(database: Addresses, count: int) -> None:
    raw = await connect(database.migration_url)
    rows = ((idea, f"p-{idea.int % 5_000}", *said) for idea, *said in prose.ideas(count))
    await raw.copy_records_to_table("idea_words_v1", records=rows, columns=_COLUMNS)
    await raw.execute("VACUUM ANALYZE idea_words_v1")
    await raw.close()


async def _ask(db: Database, size: Size) -> tuple[list[float], float]:
    """Return how long each question took, and the share of titles that found their idea again."""
    took, again = [], 0
    async with db.reading() as connection:
        await find_similar(connection, "Warm", "worden")  # the connection looks up its catalogue
        for title, body in _questions(size.asked):
            begun = time.perf_counter()
            await find_similar(connection, title, body)
            took.append((time.perf_counter() - begun) * 1e3)
        for idea, title in _mistyped(size):
            found = await find_similar(connection, title)
            again += idea in {each.idea for each in found}
    return took, again / size.asked


def _questions(count: int) -> Iterator[tuple[str, str]]:
    for number, (_, _, title, body) in enumerate(prose.ideas(count, seed=7)):
        yield (title, body) if number % 2 else (title[: max(5, len(title) * 2 // 3)], "")


def _mistyped(size: Size) -> Iterator[tuple[UUID, str]]:
    """Yield titles that are there, each without one letter of its longest word."""
    lot = random.Random(3)  # noqa: S311 - the same each time
    step = size.ideas // size.asked
    for idea, _, title, _ in islice(prose.ideas(size.ideas), 0, size.asked * step, step):
        words = title.split()
        longest = max(range(len(words)), key=lambda place: len(words[place]))
        gap = lot.randrange(3, len(words[longest])) if len(words[longest]) > 3 else 0  # noqa: PLR2004
        words[longest] = words[longest][:gap] + words[longest][gap + 1 :]
        yield idea, " ".join(words)
