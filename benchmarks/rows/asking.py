"""Asking: how soon a number is told where a year of a tool's uses lies, and how editions are made.

The uses, who was where, and a life of ideas are written into the tables of metrics as its
projections write them; what is measured is what comes after: making editions, and answering.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import uuid4

import httpx2

from benchmarks.harness.outcome import Contest, Row, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import percentile
from benchmarks.harness.system import Running, identity, running, token
from benchmarks.harness.turns import Say, Stopwatch
from benchmarks.harness.waiting import until
from local.databases import connect

ANSWERED = 50.0  # milliseconds, 99 of 100
MADE = 60.0  # seconds that an edition may take
_CONSENTED = ("active_users", "adoption_rate", "feature_adoption", "advanced_share", "depth")
_YEAR = 365
_PEOPLE = (
    """
    INSERT INTO listing_fact_v1 SELECT decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex'),
        'dep-' || n % 40, $1::timestamptz, $1 FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO standing_fact_v1 SELECT person, id, true, department, NULL, '{}', occurred_at,
        recorded_at FROM listing_fact_v1 WHERE occurred_at = $1 AND $2::int > 0
    """,
)
_TOOL = """
INSERT INTO tool_fact_v1 SELECT gen_random_uuid(), 1, 'wiki',
    '{"read": "core", "write": "core", "macro": "advanced"}', '[]', $1::timestamptz, $1
"""
_KINDS = """
INSERT INTO usage_kind SELECT n, 'wiki', feature, NULL, feature = 'macro'
FROM unnest(ARRAY['read', 'write', 'macro', 'draw', 'other']) WITH ORDINALITY AS f (feature, n)
"""
# Each person uses it once a day: 10,000 of them 3,650,000 times a year.
_USES = """
INSERT INTO usage_ledger SELECT $1::date + d, decode(md5(n::text), 'hex'),
    1 + (n * 7 + d * 3 + n * d % 11) % 5, $1::date + d, 1
FROM generate_series(0, $2::int - 1) d, generate_series(1, $3::int) n
"""
# Ideas, each judged, so that the open numbers have something to look through.
_IDEAS = """
INSERT INTO idea_fact_v1 SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, v,
    (ARRAY['IdeaSubmitted', 'IdeaTakenUnderReview', 'IdeaAccepted'])[v],
    (ARRAY['submitted', 'under_review', 'accepted'])[v],
    $1::date + (n % 360) * interval '1 day' + v * interval '1 hour',
    $1::date + (n % 360) * interval '1 day' + v * interval '1 hour',
    decode(md5((n % 977)::text), 'hex'), 'live', 'dep-' || n % 40, 'kind ' || n % 9, NULL, NULL
FROM generate_series(1, $2::int) n, generate_series(1, 3) v
"""
# Nothing is left to make: the timer sleeps until another day, and nobody's asking waits.
_MADE = """
SELECT EXISTS (SELECT FROM edition WHERE until - since > 360)
    AND NOT EXISTS (SELECT FROM timer WHERE due <= now())
"""
_GONE = (
    "DELETE FROM edition_cell WHERE edition IN (SELECT id FROM edition WHERE until - since > 360)",
    "DELETE FROM edition WHERE until - since > 360",
)


@dataclass(frozen=True)
class Size:
    persons: int
    ideas: int
    asked: int  # times, each question


SIZES = {"full": Size(10_000, 2_000, 300), "quick": Size(100, 300, 40), "tiny": Size(60, 40, 4)}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure asking."""
    watch = Stopwatch(Row(name="asking", title="11. Numbers, asked and frozen"))
    size = SIZES[level]
    year = datetime.now(UTC).year - 1
    database = await servers.database("metrics")
    inside = await connect(database.migration_url)
    async with identity(servers), running(servers, "metrics", database) as metrics:
        say(f"writing {size.persons * _YEAR:,} uses of {size.persons:,} persons")
        await _fill(inside, date(year, 1, 1), size)
        async with _Caller(servers, metrics) as caller:
            made = await _editions(inside, caller, say)
            say("asking")
            took = {name: await caller.asks(path, size.asked)
                    for name, path in _questions(year).items()}  # fmt: skip
    watch.row.contests += [
        Contest(title="editions are made", unit="s", ours="", figures=made),
        *(
            Contest(title=f"a number is told: {name}", unit="ms", ours="", figures={
                "p50": [percentile(times, 0.5)], "p99": [percentile(times, 0.99)],
            })
            for name, times in took.items()
        ),
    ]  # fmt: skip
    edition = made["the year, all its numbers"][0]
    watch.row.bars.append(at_most("the editions of a year of a tool are made", MADE, edition, "s"))
    for name, times in took.items():
        reached = percentile(times, 0.99)
        watch.row.bars.append(at_most(f"{name}, p99", ANSWERED, reached, "ms"))
    await inside.close()
    await servers.drop(database)
    return watch.stop()


async def _fill(inside: Any, first: date, size: Size) -> None:
    async with inside.transaction():
        for statement in _PEOPLE:
            await inside.execute(statement, _moment(first), size.persons)
        await inside.execute(_TOOL, _moment(first))
        await inside.execute(_KINDS)
        await inside.execute(_USES, first, _YEAR, size.persons)
        await inside.execute(_IDEAS, first, size.ideas)
    await inside.execute("VACUUM ANALYZE usage_ledger, idea_fact_v1, standing_fact_v1")


def _moment(first: date) -> datetime:
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


async def _editions(inside: Any, caller: "_Caller", say: Say) -> dict[str, list[float]]:
    """Have all editions made, and then those of the year once more, alone."""
    found = {}
    for kpi in _CONSENTED:
        await caller.tells(f"/v1/register/{kpi}/consent", {"version": 1}, "council")
    for name, gone in (("all spans, all numbers", ()), ("the year, all its numbers", _GONE)):
        say(f"making editions: {name}")
        for statement in gone:
            await inside.execute(statement)
        begun = time.perf_counter()
        await caller.tells("/v1/editions", None, "operator")
        await until(lambda: inside.fetchval(_MADE), 900, 0.05)
        found[name] = [time.perf_counter() - begun]
    return found


def _questions(year: int) -> dict[str, str]:
    whole = f"from={year}-01-01&to={year + 1}-01-01"
    month = f"from={year}-03-01&to={year}-04-01"
    return {
        "users of a year": f"/v1/kpis/active_users?tool=wiki&{whole}",
        "a feature by department": "/v1/kpis/feature_adoption?tool=wiki&feature=read"
                                   f"&by=department&{month}",
        "ideas by state": f"/v1/kpis/ideas_by_state?{whole}",
        "lead time by department": f"/v1/kpis/lead_time_to_pilot?by=department&{whole}",
    }  # fmt: skip


class _Caller:
    """Asks metrics one question at a time, as anybody would."""

    def __init__(self, servers: Servers, metrics: Running) -> None:
        self._servers, self._url = servers, metrics.url

    async def __aenter__(self) -> Self:
        self._http = httpx2.AsyncClient(trust_env=False, timeout=120)
        self._tokens = {
            role: await token(self._servers, "p-1", role)
            for role in ("employee", "council", "operator")
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def tells(self, path: str, body: Any, role: str) -> None:
        headers = {"Authorization": f"Bearer {self._tokens[role]}", "Idempotency-Key": f"{uuid4()}"}
        answer = await self._http.post(self._url + path, json=body, headers=headers)
        answer.raise_for_status()

    async def asks(self, path: str, times: int) -> list[float]:
        """Return how many milliseconds each answer took; the first is not counted."""
        took = []
        headers = {"Authorization": f"Bearer {self._tokens['employee']}"}
        for _ in range(times + 1):
            begun = time.perf_counter()
            answer = await self._http.get(self._url + path, headers=headers)
            took.append((time.perf_counter() - begun) * 1e3)
            answer.raise_for_status()
            if answer.json()["value"] is None and "lead_time" not in path:
                raise RuntimeError(f"{path} has no number: {answer.text}")
        return took[1:]
