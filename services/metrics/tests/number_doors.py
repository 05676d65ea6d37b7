"""The doors of numbers, with what they would read and what they were told."""

from datetime import UTC, date, datetime

from chassis.auth import Caller
from metrics.domain.answers import Question
from metrics.domain.council import Standing
from metrics.domain.facts import Facts, Usage
from metrics.domain.freezing import Edition, Sought
from metrics.domain.series import Span
from services.metrics.tests.making import edition_of, life

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

    async def measures(self) -> list[str]:
        return ["satisfaction"]

    async def find(self, sought: Sought) -> Edition | None:
        """Return the edition of the uses of March, and only of March."""
        self.sought.append(sought)
        if sought.span != MARCH or sought.family != "use:wiki":
            return None
        return edition_of(sought.kpi, self.facts.usage, MARCH, feature=sought.feature)


def bearing(*roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {','.join(roles)}"}
