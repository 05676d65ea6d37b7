"""The doors of numbers, with what they would read and what they were told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, cast

import httpx2

from chassis.auth import Caller, Verifier
from chassis.http import Doors, Pace, create_app
from metrics.api import Numbers, axis, kpis, report
from metrics.domain.answers import Question
from metrics.domain.asking import Day
from metrics.domain.closing import Subject
from metrics.domain.council import Standing
from metrics.domain.editions import Edition, Frozen, Sought
from metrics.domain.facts import Facts, Usage
from metrics.domain.families import ALL
from metrics.domain.numbers import Number
from metrics.domain.series import Span
from services.metrics.tests.making import ZONE, edition_of, life

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


MARCH = Span(date(2025, 3, 1), date(2025, 4, 1))


class AnyToken:
    """Believes every token: it is the list of the caller's roles."""

    async def verify(self, token: str) -> Caller:
        return Caller("p-1", frozenset(token.split(",")), token)


class Metrics:
    """The doors, with what they would read and what they were told."""

    def __init__(self) -> None:
        self.facts = Facts(
            ideas=(
                *life(1, (0, "IdeaSubmitted"), (3, "IdeaAccepted"), department="care"),
                *life(2, (0, "IdeaSubmitted"), department="it"),
                *life(3, (0, "IdeaSubmitted"), department="it"),
            ),
            usage=tuple(
                Usage(day=date(2025, 3, 3), person=bytes([p]), tool="wiki", feature="read",
                      department="lab" if p > 5 else "care" if p else "it")
                for p in range(16)
            ),
        )  # fmt: skip
        self.consent = Standing(version=1)
        self.sought: list[Sought] = []
        self.refused: list[tuple[str, str, str]] = []

    async def standing(self, _: str) -> Standing:
        return self.consent

    async def refuse(self, _: date, kpi: str, asked: str, why: str) -> None:
        self.refused.append((kpi, asked, why))

    async def read(self, _: Question) -> Facts:
        return self.facts

    async def subjects(self) -> list[Subject]:
        return [
            Subject(kpi="outcome", measure="satisfaction"),
            Subject(kpi="active_users", tool="wiki"),
            Subject(kpi="feature_adoption", tool="wiki", feature="read"),
            Subject(kpi="active_users", tool="chat"),
        ]  # fmt: skip

    async def find(self, sought: Sought) -> Edition | None:
        """Return the edition of the uses of March, and only of March."""
        self.sought.append(sought)
        if sought.family == "outcome:satisfaction" and sought.span == MARCH:
            number = Number(value=Fraction(15, 2), n=40, unit="of 10")
            cells = {ALL: Frozen(number=number, persons=40, hidden=False)}
            return Edition(
                kpi="outcome", version=1, family=sought.family, feature="", span=MARCH,
                basis=MARCH, revision=1, threshold=10, made_at=NOW, cells=cells,
            )  # fmt: skip
        if sought.span != MARCH or sought.family != "use:wiki":
            return None
        return edition_of(sought.kpi, self.facts.usage, MARCH, feature=sought.feature)


def bearing(*roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {','.join(roles)}"}


@asynccontextmanager
async def opened(metrics: Metrics) -> AsyncIterator[httpx2.AsyncClient]:
    """Open the doors."""
    day = Day(NOW, ZONE, lambda day: day.weekday() < 5)
    numbers = Numbers(metrics.read, metrics.find, lambda: day, metrics.standing, metrics.refuse)
    subjects = metrics.subjects
    routers = [kpis(numbers), report(numbers, subjects), axis(numbers, subjects)]
    doors = Doors(cast("Verifier", AnyToken()), b"key", Pace(1000, 1000))
    app = create_app("metrics", routers, doors, body_bytes=1_048_576)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://metrics") as client:
        yield client


async def get(door: httpx2.AsyncClient, path: str, **params: str) -> tuple[int, dict[str, Any]]:
    """Ask as an employee; `from_` is `from`, which Python keeps for itself."""
    given = {name.removesuffix("_"): value for name, value in params.items()}
    found = await door.get(path, params=given, headers=bearing("employee"))
    return found.status_code, found.json()
