"""The open numbers are what `kiem verify kpis` counts from the logs, under random histories."""

import random
from hashlib import blake2b
from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from chassis.consuming import Heard
from cli.truth import NUMBERS, Log, Question, recompute
from metrics.domain.facts import DeliveryFact, Doing, Facts, IdeaFact, Owed, PromiseFact
from metrics.domain.numbers import rounded
from metrics.projections.doings import DoingRows
from metrics.projections.facts import FactRows
from metrics.projections.persons import HASH_BYTES
from services.metrics.tests.hearing import heard_of
from services.metrics.tests.making import START, ask, period
from services.metrics.tests.worlds import world

_IDEA = ("idea", "version", "type", "state", "occurred_at", "recorded_at", "author", "origin",
         "department", "category")  # fmt: skip
_DOING = ("stream", "version", "type", "subject", "idea", "person", "others", "kind", "department",
          "amount", "challenge", "tool", "occurred_at", "recorded_at")  # fmt: skip


def hashed(person: str) -> bytes:
    return blake2b(person.encode(), digest_size=HASH_BYTES).digest()


def facts_of(heard: list[Heard]) -> Facts:
    """Make the rows that the projections make, without a database."""
    rows, doings = FactRows(hashed), DoingRows(hashed)
    made: dict[str, list[Any]] = {"ideas": [], "promises": [], "deliveries": [], "doings": []}
    for each in heard:
        if row := rows._idea(each):
            *said, who, due = row
            owed = Owed(who, due) if who else None
            made["ideas"].append(IdeaFact(**dict(zip(_IDEA, said, strict=True)), owed=owed))
        if row := rows._promise(each):
            idea, version, step, who, due, occurred, recorded = row
            made["promises"].append(PromiseFact(
                idea=idea, version=version, step=step, owed=Owed(who, due), occurred_at=occurred,
                recorded_at=recorded,
            ))  # fmt: skip
        if row := rows._delivery(each):
            made["deliveries"].append(_delivery(row))
        if row := doings._doing(each):
            done = dict(zip(_DOING, row, strict=True))
            made["doings"].append(Doing(**done | {"others": ()}))
    rows_of: dict[str, Any] = {name: tuple(found) for name, found in made.items()}
    return Facts(**rows_of)


def _delivery(row: tuple[Any, ...]) -> DeliveryFact:
    notice, version, idea, person, kind, occurred, recorded = row
    return DeliveryFact(
        notice=notice, version=version, idea=idea, person=person, kind=kind, occurred_at=occurred,
        recorded_at=recorded,
    )  # fmt: skip


# A seed can't be made simpler: nothing is gained by shrinking it.
@settings(max_examples=300, deadline=None, phases=[Phase.explicit, Phase.generate])
@example(129973, 35, 23, 73)  # an idea is accepted twice in one moment
@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 60), st.integers(1, 120))
def test_each_number_is_what_the_log_says(seed: int, since: int, length: int, after: int) -> None:
    house = world(seed)
    heard = heard_of(house)
    random.Random(seed).shuffle(heard)  # noqa: S311 - the same each time
    facts, log = facts_of(heard), Log(house.events)
    window = period(since, since + length, since + after)
    asked = Question(window.since or START, window.until, window.at)
    for kpi in NUMBERS:
        found = ask(kpi, window, facts).number
        counted = recompute(kpi, log, asked)
        beside = {name: rounded(found.beside[name]) for name in counted.beside}
        assert rounded(found.value) == counted.value, kpi
        assert (found.n, beside) == (counted.n, counted.beside), kpi
