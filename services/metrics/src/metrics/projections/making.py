"""Makes the editions that are due, by a durable timer: at a close, after an import, by consent."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from chassis.consuming import Heard
from chassis.database import Database, Tx
from chassis.timers import Timer, Timers
from contracts.outside import ToolUsageReported
from metrics.domain import freezing
from metrics.domain.admission import monday
from metrics.domain.closing import FAMILIES, Subject, closed, last_quarter
from metrics.domain.council import Standing
from metrics.domain.definitions import REGISTER
from metrics.domain.editions import Cells, Edition, Known, Sought
from metrics.domain.families import Draft
from metrics.domain.periods import closed_on, start_of
from metrics.domain.series import Span
from metrics.projections import published
from metrics.projections.sources import Sources

log = structlog.get_logger()

OWNER, KIND, ASKED = "editions", "make", "asked"
WORK_SECONDS = 4.0
"""How long one transaction may make editions before the next goes on."""

_REST = """
INSERT INTO edition_rest (one, until) VALUES (true, $1)
ON CONFLICT (one) DO UPDATE SET until = excluded.until
"""
_LOOKED = "SELECT EXISTS (SELECT FROM edition_round WHERE quarter = $1 AND family = '')"
_TO_LOOK_AT = """
SELECT DISTINCT family, since, until FROM edition e WHERE made_at < $2 AND NOT EXISTS (
    SELECT FROM edition_round r WHERE r.quarter = $1 AND r.family = e.family
        AND r.since = e.since AND r.until = e.until)
ORDER BY family, until, since DESC
"""
_LOOK = "INSERT INTO edition_round (quarter, family, since, until) VALUES ($1, $2, $3, $4)"
_FORGET = "DELETE FROM edition_round"
NOTED_EVERY = 5.0  # seconds: many small batches of an import move the rest only now and then

Works = Callable[[date], bool]
Standings = Callable[[str], Awaitable[Standing]]


class Consented(Struct, frozen=True):
    """A number that the council agreed to, with the threshold that it now has."""

    version: int
    threshold: int


class Editions:
    """Makes editions, and says when. `quiet` is how long past facts must be silent before."""

    def __init__(
        self, db: Database, timers: Timers, standing: Standings, *, zone: ZoneInfo, works: Works,
        now: Callable[[], datetime], quiet: timedelta,
    ) -> None:  # fmt: skip
        self._db, self._timers, self._standing = db, timers, standing
        self._zone, self._works, self._now, self._quiet = zone, works, now, quiet
        self._noted = float("-inf")

    async def soon(self, *, complete: bool = False) -> None:
        """Make what is due as soon as nothing comes in; at once where all is `complete`."""
        async with self._db.transaction() as tx:
            if complete:
                await tx.raw.execute(_REST, self._now())
                self._noted = float("-inf")  # past facts that still come begin a wait of their own
            await self._ask(tx, None)

    async def wait(self, tx: Tx) -> None:
        """Wait until past facts, of which some just came, have been silent for a while."""
        if monotonic() - self._noted < NOTED_EVERY:
            return
        self._noted = monotonic()
        until = self._now() + self._quiet
        await tx.raw.execute(_REST, until)
        await self._ask(tx, until)

    async def wait_for_reports(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Wait where counts of a closed week come: its departments report one by one."""
        told = (event.data for event in heard if isinstance(event.data, ToolUsageReported))
        weeks = {monday(report.week) + timedelta(days=7) for report in told}
        if any(self.closes(ended) <= self._now() for ended in weeks):
            await self.wait(tx)

    async def _ask(self, tx: Tx, due: datetime | None) -> None:
        """Ask for editions, each time by a timer of its own.

        That of the making is held for as long as it makes some: whoever hears facts, and the works
        council at its door, would wait for it.
        """
        await self._timers.set(tx, f"{OWNER}-{uuid4()}", ASKED, due)

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Make what is due, for some seconds; then go on, or sleep until the next day."""
        if timer.kind == ASKED:
            await self._timers.set(tx, OWNER, KIND, None)
            return
        now = self._now()
        rests: datetime | None = await tx.raw.fetchval("SELECT until FROM edition_rest")
        if rests and rests > now:
            await self._timers.set(tx, OWNER, KIND, rests)
            return
        finished = await _Run(self, tx, now).work(monotonic() + WORK_SECONDS)
        tomorrow = start_of(self.today(now) + timedelta(days=1), self._zone)
        await self._timers.set(tx, OWNER, KIND, tomorrow if finished else None)

    def today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    async def consented(self, today: date) -> dict[str, Consented]:
        """Return the numbers that may be told today."""
        found = {}
        for kpi in REGISTER.values():
            if kpi.kind == "protected":
                standing = await self._standing(kpi.id)
                if standing.allows(kpi, today):
                    found[kpi.id] = Consented(kpi.version, standing.threshold_of(kpi))
        return found

    def sources(self, tx: Tx, now: datetime) -> Sources:
        return Sources(tx, self._zone, self._works, now)

    def closed(self, begins: date, now: datetime) -> list[Span]:
        return closed(begins, self.today(now), self._works)

    def quarter(self, now: datetime) -> Span:
        return last_quarter(self.today(now), self._works)

    def closes(self, until: date) -> datetime:
        """Return when a span that ended with a day was closed: later editions know it all."""
        return start_of(closed_on(until, self._works), self._zone)


class _Run:
    """One transaction's worth of making."""

    def __init__(self, editions: Editions, tx: Tx, now: datetime) -> None:
        self._editions, self._tx, self._now = editions, tx, now
        self._known: dict[str, Known] = {}
        self._made = 0

    async def work(self, until: float) -> bool:
        """Make what is due until a moment; tell whether nothing is left."""
        today = self._editions.today(self._now)
        self._consented = await self._editions.consented(today)
        self._sources = self._editions.sources(self._tx, self._now)
        if not self._consented:
            return True
        return await self._first_editions(until) and await self._revisions(until)

    async def _first_editions(self, until: float) -> bool:
        kinds = {k for k, kpis in FAMILIES.items() if self._consented.keys() & set(kpis)}
        for kind, about, begins in await self._sources.families(kinds):
            kpis = self._consented.keys() & set(FAMILIES[kind])
            family = f"{kind}:{about}" if about else kind
            versions = {kpi: self._consented[kpi].version for kpi in kpis}
            done = await published.done(self._tx.raw, family, versions)
            for span in self._editions.closed(begins, self._now):
                wanted = {k for k in kpis if (k, span) not in done and REGISTER[k].is_told_of(span)}
                if not wanted:
                    continue
                if self._made and monotonic() > until:  # whoever made nothing would begin again
                    return False
                await self._make(kind, about, span, wanted)
        return True

    async def _make(self, kind: str, about: str, span: Span, wanted: set[str]) -> None:
        family = f"{kind}:{about}" if about else kind
        drafts = await self._sources.drafts(kind, about, span, wanted)
        known = await self._known_of(family)
        for draft in drafts:
            if freezing.waits(draft, known):
                continue
            threshold = self._consented[draft.kpi].threshold
            cells = await asyncio.to_thread(freezing.first, draft, threshold, known)
            await self._keep(self._edition(draft, family, span, 1, cells))

    async def _keep(self, edition: Edition) -> None:
        self._made += 1
        await published.add(self._tx, edition)
        (await self._known_of(edition.family)).add(edition)

    def _edition(
        self, draft: Draft, family: str, span: Span, revision: int, cells: Cells
    ) -> Edition:
        consented = self._consented[draft.kpi]
        return Edition(
            kpi=draft.kpi, version=consented.version, family=family, feature=draft.feature,
            span=span, basis=draft.basis, revision=revision, threshold=consented.threshold,
            made_at=self._now, cells=cells,
        )  # fmt: skip

    async def _known_of(self, family: str) -> Known:
        if family not in self._known:
            self._known[family] = Known(await published.of_family(self._tx.raw, family))
        return self._known[family]

    async def _revisions(self, until: float) -> bool:
        """Look once after each quarter whether late facts changed what was frozen before."""
        quarter = self._editions.quarter(self._now).until
        if await self._tx.raw.fetchval(_LOOKED, quarter):
            return True
        closes = self._editions.closes(quarter)
        for looked, row in enumerate(await self._tx.raw.fetch(_TO_LOOK_AT, quarter, closes)):
            if looked and monotonic() > until:
                return False
            await self._revise(row["family"], Span(row["since"], row["until"]))
            await self._tx.raw.execute(_LOOK, quarter, *row)
        await self._tx.raw.execute(_FORGET)
        await self._tx.raw.execute(_LOOK, quarter, "", quarter, quarter)
        return True

    async def _revise(self, family: str, span: Span) -> None:
        """Add the revisions of one span: of each number that late facts may change."""
        known = await self._known_of(family)
        versions = {kpi: consented.version for kpi, consented in self._consented.items()}
        latest = _latest(e for e in known.of_span(span) if e.version == versions.get(e.kpi))
        kind, _, about = family.partition(":")
        wanted = self._consented.keys() & {kpi for kpi, _ in latest}
        for draft in await self._sources.drafts(kind, about, span, wanted):
            edition = latest.get((draft.kpi, draft.feature))
            threshold = self._consented[draft.kpi].threshold
            # Of a feature that nobody had used, the nameless one told so.
            before = edition or latest.get((draft.kpi, ""))
            if before is None:
                cells = freezing.first(draft, threshold, known)
            else:
                cells = freezing.revised(draft, threshold, known, before)
                if cells == freezing.threshold_raised(before, threshold).cells:
                    continue
            revision = edition.revision + 1 if edition else 1
            await self._keep(self._edition(draft, family, span, revision, cells))


def _latest(editions: Iterable[Edition]) -> dict[tuple[str, str], Edition]:
    """Return the last revision of each number and feature."""
    ordered = sorted(editions, key=lambda edition: edition.revision)
    return {(edition.kpi, edition.feature): edition for edition in ordered}


def finding(db: Database) -> Callable[[Sought], Awaitable[Edition | None]]:
    """Return what finds the edition that answers a question about people."""

    async def find(sought: Sought) -> Edition | None:
        return await published.current(db.pool, sought)

    return find


def listing(db: Database) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """Return what lists editions, of one number or of all."""

    async def found(kpi: str | None, before: int | None, limit: int) -> list[dict[str, Any]]:
        return await published.listed(db.pool, kpi, before, limit)

    return found


def naming(db: Database) -> Callable[[], Awaitable[list[Subject]]]:
    """Return what names the tools, features and measures of which numbers are frozen."""

    async def found() -> list[Subject]:
        return await published.subjects(db.pool)

    return found
