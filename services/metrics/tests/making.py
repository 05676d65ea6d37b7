"""Short ways to say what happened, for tests of numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.vocabulary import State
from metrics.domain.answers import Answer, Question, answer, department_of
from metrics.domain.definitions import REGISTER
from metrics.domain.editions import Edition, Known
from metrics.domain.facts import (
    Directory,
    Doing,
    Facts,
    IdeaFact,
    ListingFact,
    Owed,
    PromiseFact,
    PromiseStep,
    Standing,
    Usage,
)
from metrics.domain.families import Key
from metrics.domain.families.use import of_use
from metrics.domain.freezing import first
from metrics.domain.periods import Window
from metrics.domain.roster import Roster
from metrics.domain.series import Span

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2025, 1, 1, tzinfo=UTC)
ANNA, BEN, DESK = b"anna", b"ben", b"desk"

_STATES: dict[str, State] = {
    "IdeaSubmitted": "submitted", "IdeaTakenUnderReview": "under_review",
    "IdeaAccepted": "accepted", "IdeaDeclined": "declined", "IdeaParked": "parked",
    "IdeaWithdrawn": "withdrawn", "PilotStarted": "in_pilot", "IdeaRealised": "realised",
}  # fmt: skip


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def idea(number: int) -> UUID:
    return UUID(int=number)


def life(number: int, *steps: tuple[float, str] | tuple[float, str, State], **birth: Any) -> list[
    IdeaFact
]:  # fmt: skip
    """Return the facts of an idea: (day, type) or (day, type, state), versions in this order."""
    facts = []
    for version, step in enumerate(steps, start=1):
        at, name = step[0], step[1]
        state = step[2] if len(step) == 3 else _STATES.get(name)
        facts.append(
            IdeaFact(
                idea=idea(number), version=version, type=name, state=state, occurred_at=day(at),
                recorded_at=birth.get("recorded_at") or day(at), author=birth.get("author", ANNA),
                origin=birth.get("origin", "live"), category=birth.get("category"),
                department=birth.get("department") if version == 1 else None,
                owed=birth.get("owed"),
            )
        )  # fmt: skip
    return facts


def owed(person: bytes, until: float) -> Owed:
    return Owed(person, day(until))


def period(since: float | None, until: float, at: float | None = None) -> Window:
    judged = day(until if at is None else at)
    start = None if since is None else day(since)
    return Window(since=start, until=min(day(until), judged), at=judged)


def ask(kpi: str, window: Window, facts: Facts, **question: Any) -> Answer:
    return answer(Question(kpi=REGISTER[kpi], window=window, **question), facts, ZONE)


def did(at: float, name: str, about: int, **said: Any) -> Doing:
    """Return what somebody did; the moment makes its place in the stream."""
    return Doing(
        stream=f"{name}-{about}-{at}", version=1, type=name, subject=idea(about),
        occurred_at=day(at), recorded_at=day(at), **said,
    )  # fmt: skip


def standing(person: bytes, at: float, **said: Any) -> Standing:
    told: dict[str, Any] = {"present": True, "occurred_at": day(at), "recorded_at": day(at)}
    return Standing(person=person, id=f"{person!r}{at}".encode(), **told | said)


def promised(number: int, *steps: tuple[float, PromiseStep, bytes, float]) -> list[PromiseFact]:
    """Return the loop of an idea: (day, step, who is accountable, until which day)."""
    return [
        PromiseFact(
            idea=idea(number), version=version, step=step, owed=owed(who, until),
            occurred_at=day(at), recorded_at=day(at),
        )
        for version, (at, step, who, until) in enumerate(steps, start=1)
    ]  # fmt: skip


def edition_of(
    kpi: str, rows: Sequence[Usage], span: Span, *, feature: str = "", threshold: int = 5,
    listings: Sequence[ListingFact] = (), known: Known | None = None,
) -> Edition | None:  # fmt: skip
    """Freeze the number of a tool's uses, as metrics does once a span is closed."""
    where = Directory(listings)

    def groups(row: Usage) -> list[Key]:
        return [("department", department_of(row, where, ZONE))]

    drafts = of_use(rows, span, groups, None, Roster((), ZONE)) if rows else []
    named = {draft.feature: draft for draft in drafts if draft.kpi == kpi}
    draft = named.get(feature, named.get(""))
    if draft is None:
        return None
    return Edition(
        kpi=kpi, version=1, family="use:wiki", feature=feature, span=span, basis=span, revision=1,
        threshold=threshold, made_at=day(0), cells=first(draft, threshold, known or Known()),
    )  # fmt: skip
