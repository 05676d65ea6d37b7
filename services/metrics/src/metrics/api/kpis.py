"""The numbers: which there are, what they are, how they went, and what they are made of."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from msgspec import structs

from chassis.decider import NotFound
from chassis.http import Caller, caller
from contracts.vocabulary import Origin
from metrics.api import csv, prometheus
from metrics.api.answers import (
    Register,
    ToldKpi,
    Trend,
    registered,
    told,
    trend,
)
from metrics.api.explained import Explained, explained
from metrics.domain.answers import Answer, Question, answer, of_edition
from metrics.domain.asking import Asked, Complaint, Day, complaints, of_trend, question
from metrics.domain.closing import family_of
from metrics.domain.council import Standing
from metrics.domain.definitions import REGISTER
from metrics.domain.editions import Edition, Sought
from metrics.domain.explaining import RULES, Explanation, explain
from metrics.domain.facts import Facts
from metrics.domain.numbers import Number
from metrics.domain.register import Cut, Definition
from metrics.domain.series import Span, Step, last_year, previous, spans

Read = Callable[[Question], Awaitable[Facts]]
Today = Callable[[], Day]
Stands = Callable[[str], Awaitable[Standing]]
Refuse = Callable[[date, str, str, str], Awaitable[None]]
Find = Callable[[Sought], Awaitable[Edition | None]]
Anybody = Annotated[Caller, Depends(caller())]
Name = Annotated[str, Path(max_length=100)]

_NAMES = frozenset(
    {
        "from",
        "to",
        "at",
        "by",
        "as_known_at",
        "origin",
        "tool",
        "feature",
        "measure",
        "step",
        "values",
    }
)
_WORD = Query(min_length=1, max_length=200)
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {csv.MEDIA_TYPE: {}}}}


class NoSuchKpi(NotFound):
    """There is no KPI of this name. GET /v1/kpis lists the ones there are."""


class Numbers:
    """Answers questions from facts. `read` fetches the facts of a question.

    `find` finds the edition that answers a question about people, `standing` says how a number
    stands with the works council, `refuse` notes what was refused.
    """

    def __init__(
        self, read: Read, find: Find, today: Today, standing: Stands, refuse: Refuse
    ) -> None:
        self.read, self._find, self.today = read, find, today
        self._standing, self._refuse = standing, refuse

    async def ask(self, meant: Question) -> Answer:
        """Answer a question; of a number about people only with the works council's consent."""
        day = self.today()
        if meant.kpi.kind == "protected":
            return await self._of_people(meant, day)
        facts = await self.read(meant)
        # Beside the event loop: a long history takes longer than others want to wait.
        return await asyncio.to_thread(answer, meant, facts, day.zone, day.is_working_day)

    async def _of_people(self, meant: Question, day: Day) -> Answer:
        kpi, window = meant.kpi, meant.window
        standing = await self._standing(kpi.id)
        if not standing.allows(kpi, day.now.astimezone(day.zone).date()):
            return Answer(Number(value=None, n=None, reason="pending_consent"))
        sought = Sought(
            kpi=kpi.id, version=kpi.version, feature=meant.feature or "",
            family=family_of(kpi.id, meant.tool, meant.measure, meant.feature),
            span=meant.span or Span(date.min, date.min), known=window.known,
        )  # fmt: skip
        found = await self._find(sought)
        return of_edition(found, meant.by, standing.threshold_of(kpi))

    async def meant(self, kpi: Definition, asked: Asked) -> Question:
        """Return the question that is meant; refuses what may not be asked, with what may."""
        day = self.today()
        await self._admit(kpi, asked, complaints(kpi, asked, day))
        return question(kpi, asked, day)

    async def series(self, kpi: Definition, asked: Asked, step: Step) -> list[Span]:
        """Return the spans of a trend; refuses one that can't be told, and says what can."""
        await self._admit(kpi, asked, of_trend(kpi, asked, step))
        return spans(asked.since, asked.until, step) if asked.since and asked.until else []

    async def _admit(self, kpi: Definition, asked: Asked, wrong: Sequence[Complaint]) -> None:
        if not wrong:
            return
        if kpi.kind == "protected":
            day = self.today()
            why = " ".join(each.problem for each in wrong)
            await self._refuse(day.now.astimezone(day.zone).date(), kpi.id, asked.words(), why)
        raise RequestValidationError([complained(each) for each in wrong])

    async def of(self, kpi: Definition, asked: Asked, span: Span) -> Number:
        """Return the number of one span; of one that may not be asked, nothing."""
        spanned = structs.replace(asked, since=span.since, until=span.until)
        if complaints(kpi, spanned, self.today()):
            return Number(value=None, n=None, reason="no_data")
        return (await self.ask(question(kpi, spanned, self.today()))).number

    async def along(self, kpi: Definition, asked: Asked, series: set[Span]) -> dict[Span, Number]:
        """Return the numbers of many spans; of an open one from facts that are read once."""
        if kpi.kind == "protected":
            return {span: await self.of(kpi, asked, span) for span in series}
        day = self.today()
        meant = {
            span: question(kpi, structs.replace(asked, since=span.since, until=span.until), day)
            for span in series
        }
        first, last = min(s.since for s in series), max(s.until for s in series)
        whole = question(kpi, structs.replace(asked, since=first, until=last), day)
        facts = await self.read(whole)

        def answered() -> dict[Span, Number]:
            works = day.is_working_day
            return {s: answer(q, facts, day.zone, works).number for s, q in meant.items()}

        return await asyncio.to_thread(answered)

    async def explain(self, meant: Question) -> Explanation:
        """Return which facts make an open number, and which do not, and why."""
        day = self.today()
        facts = await self.read(structs.replace(meant, everything=True))
        return await asyncio.to_thread(explain, meant, facts, day.zone, day.is_working_day)

    async def current(self, kpi: Definition) -> Number | None:
        """Return what an open number is now, over all time."""
        if kpi.kind != "open":
            return None
        return (await self.ask(await self.meant(kpi, Asked()))).number


def kpis(numbers: Numbers) -> APIRouter:
    """Return the routes that tell numbers."""
    router = APIRouter(prefix="/v1/kpis", tags=["kpis"])

    @router.get(
        "", summary="The register: every KPI, what it means and how it may be asked",
        response_model=Register, responses={200: {"content": {"text/plain": {}}}},
    )  # fmt: skip
    async def list_kpis(
        _: Anybody,
        request: Request,
        values: Annotated[bool, Query(description="with the value of each open one now")] = False,
    ) -> Register | Response:
        scraped = prometheus.wanted(request)
        found = [
            (kpi, await numbers.current(kpi) if values or scraped else None)
            for kpi in REGISTER.values()
        ]
        if scraped:
            return prometheus.exposition(found)
        return Register(kpis=[registered(kpi, number) for kpi, number in found])

    @router.get(
        "/{kpi}", summary="One KPI, of a period, as judged at a day, cut by groups",
        response_model=ToldKpi, responses=_CSV,
    )  # fmt: skip
    async def ask_kpi(
        _: Anybody, request: Request, kpi: Name, asked: Annotated[Asked, Depends(_asked)]
    ) -> ToldKpi | Response:
        meant = await numbers.meant(defined(kpi), asked)
        found = told(meant, asked, await numbers.ask(meant))
        return csv.of_kpi(found) if csv.wanted(request) else found

    router.include_router(_closer(numbers))
    return router


def _closer(numbers: Numbers) -> APIRouter:
    router = APIRouter()

    @router.get("/{kpi}/explain", summary="Which facts count, and which are left out, and why")
    async def explain_kpi(
        _: Anybody, kpi: Name, asked: Annotated[Asked, Depends(_asked)]
    ) -> Explained:
        definition = defined(kpi)
        meant = await numbers.meant(definition, asked)
        number = (await numbers.ask(meant)).number
        found = await numbers.explain(meant) if definition.kind == "open" else None
        return explained(meant, number, found, RULES.get(kpi, ()))

    @router.get(
        "/{kpi}/trend", summary="One KPI through time, beside the span before and last year's",
        response_model=Trend, responses=_CSV,
    )  # fmt: skip
    async def trend_kpi(
        _: Anybody,
        request: Request,
        kpi: Name,
        asked: Annotated[Asked, Depends(_asked)],
        step: Annotated[Step, Query(description="how long a span is")] = "month",
    ) -> Trend | Response:
        definition = defined(kpi)
        series = await numbers.series(definition, asked, step)
        around = [(s, *beside(definition, s, step)) for s in series]
        known = await numbers.along(definition, asked, {s for e in around for s in e if s})
        shown = trend(definition, step, [(e[0], [_of(known, s) for s in e]) for e in around])
        return csv.of_trend(shown, asked) if csv.wanted(request) else shown

    return router


def beside(kpi: Definition, span: Span, step: Step) -> tuple[Span | None, Span | None]:
    """Return the spans that a number is compared with: the one before, and last year's."""
    may = kpi.compared_with
    before = previous(span, step) if "previous" in may else None
    return before, last_year(span, step) if "last_year" in may else None


def _of(known: Mapping[Span, Number], span: Span | None) -> Number:
    return Number(value=None, n=None) if span is None else known[span]


def defined(kpi: str) -> Definition:
    definition = REGISTER.get(kpi)
    if definition is None:
        raise NoSuchKpi
    return definition


async def _asked(
    request: Request,
    *,
    since: Annotated[date | None, Query(alias="from", description="first day")] = None,
    until: Annotated[date | None, Query(alias="to", description="day after the last")] = None,
    at: Annotated[date | None, Query(description="judged at the end of this day")] = None,
    known: Annotated[
        date | None,
        Query(alias="as_known_at", description="only what was recorded by the end of this day"),
    ] = None,
    by: Annotated[Cut | None, Query(description="one number for each group")] = None,
    origin: Annotated[Origin | None, Query(description="only ideas born so")] = None,
    tool: Annotated[str | None, _WORD] = None,
    feature: Annotated[str | None, _WORD] = None,
    measure: Annotated[str | None, _WORD] = None,
) -> Asked:
    return Asked(
        since=since, until=until, at=at, known=known, by=by, origin=origin, tool=tool,
        feature=feature, measure=measure, others=frozenset(request.query_params) - _NAMES,
    )  # fmt: skip


def complained(complaint: Complaint) -> dict[str, object]:
    return {
        "type": "value_error", "loc": ("query", complaint.parameter), "msg": complaint.problem,
        "input": None,
    }  # fmt: skip
