"""The numbers of ideas are what `kiem verify kpis` counts from the log, under random histories."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cli.truth import NUMBERS, Question, recompute
from contracts import ideas
from contracts.vocabulary import IdeaId, PersonId, PilotId
from metrics.domain.facts import Facts, IdeaFact
from metrics.domain.numbers import rounded
from metrics.projections.facts import state_after
from services.metrics.tests.making import START, ask, day, idea, period

WHO = PersonId("p")


def step(kind: int, number: int, at: datetime) -> Any:
    """Make one of the steps that an idea may take; a history may skip and repeat any."""
    about: dict[str, Any] = {"idea": IdeaId(idea(number)), "author": WHO, "at": at}
    owed: dict[str, Any] = {"accountable": WHO, "due": at + timedelta(days=5)}
    pilot: dict[str, Any] = {"pilot": PilotId(idea(99))}
    made: tuple[Any, ...] = (
        lambda: ideas.IdeaTakenUnderReview(**about, **owed),
        lambda: ideas.IdeaAccepted(**about, by=WHO, **owed),
        lambda: ideas.IdeaDeclined(**about, by=WHO),
        lambda: ideas.IdeaParked(**about, by=WHO, **owed),
        lambda: ideas.IdeaRevived(**about, **owed),
        lambda: ideas.IdeaWithdrawn(**about, by=WHO),
        lambda: ideas.IdeaReopened(**about, by=WHO, to="under_review", **owed),
        lambda: ideas.PilotStarted(**about, by=WHO, **pilot, **owed),
        lambda: ideas.PilotConcluded(**about, by=WHO, **pilot, outcome="stopped", **owed),
        lambda: ideas.PilotConcluded(**about, by=WHO, **pilot, outcome="scaled", **owed),
        lambda: ideas.IdeaRealised(**about, by=WHO),
    )
    return made[kind]()


steps = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 80)), max_size=6)
histories = st.lists(st.tuples(st.integers(0, 80), steps), min_size=1, max_size=8)


def logged(history: list[tuple[int, list[tuple[int, int]]]]) -> list[list[Any]]:
    """Return the streams: late steps may be told after others that happened later."""
    return [
        [ideas.IdeaSubmitted(idea=IdeaId(idea(n)), author=WHO, at=day(born)),
         *(step(kind, n, day(born + after)) for kind, after in then)]
        for n, (born, then) in enumerate(history)
    ]  # fmt: skip


def fact(event: Any, version: int) -> IdeaFact:
    return IdeaFact(
        idea=event.idea, version=version, type=type(event).__name__, state=state_after(event),
        author=b"p", occurred_at=event.at, recorded_at=datetime(2030, 1, 1, tzinfo=UTC),
        origin="live",
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(histories, st.integers(0, 60), st.integers(1, 60), st.integers(1, 120), st.integers(0, 99))
def test_each_number_is_what_the_log_says(
    history: list[tuple[int, list[tuple[int, int]]]], since: int, length: int, after: int, seed: int
) -> None:
    streams = logged(history)
    heard = [fact(event, n) for stream in streams for n, event in enumerate(stream, start=1)]
    heard += heard[::3]  # some come again, and all in any order
    random.Random(seed).shuffle(heard)  # noqa: S311 - the same each time
    window = period(since, since + length, since + after)
    asked = Question(window.since or START, window.until, window.at)
    for kpi in NUMBERS:
        found = ask(kpi, window, Facts(ideas=tuple(heard))).number
        counted = recompute(kpi, [event for stream in streams for event in stream], asked)
        beside = {name: rounded(found.beside[name]) for name in counted.beside}
        assert rounded(found.value) == counted.value, kpi
        assert (found.n, beside) == (counted.n, counted.beside), kpi
