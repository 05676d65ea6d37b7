"""From what was heard to rows of facts: each once, whatever comes twice or in another order."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

from chassis.consuming import Heard
from chassis.consuming.dedupe import inbox_id
from chassis.database import Tx
from chassis.projection import active_version
from contracts import ideas, notifications, outside
from contracts.vocabulary import Event, Promised, State
from metrics.projections.persons import Hashed

Row = tuple[Any, ...]

NAME, VERSION = "facts", 1
"""The projection, and the version that this code fills; its tables end in it."""

_IDEA = """
INSERT INTO idea_fact_v{version} SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[],
    $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bytea[], $8::text[], $9::text[],
    $10::text[], $11::bytea[], $12::timestamptz[])
ON CONFLICT DO NOTHING
"""
_PROMISE = """
INSERT INTO promise_fact_v{version} SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[],
    $4::bytea[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
ON CONFLICT DO NOTHING
"""
_DELIVERY = """
INSERT INTO delivery_fact_v{version} SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[],
    $4::bytea[], $5::text[], $6::timestamptz[], $7::timestamptz[])
ON CONFLICT DO NOTHING
"""
_LISTING = """
INSERT INTO listing_fact_v{version} SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::text[],
    $4::timestamptz[], $5::timestamptz[])
ON CONFLICT DO NOTHING
"""

_REACHED: dict[type[Event], State] = {
    ideas.IdeaSubmitted: "submitted",
    ideas.IdeaTakenUnderReview: "under_review",
    ideas.IdeaAccepted: "accepted",
    ideas.IdeaDeclined: "declined",
    ideas.IdeaParked: "parked",
    ideas.IdeaWithdrawn: "withdrawn",
    ideas.PilotStarted: "in_pilot",
    ideas.IdeaRealised: "realised",
    ideas.IdeaRevived: "submitted",
    ideas.IdeaMerged: "merged",
}
_STEPS_OF_IDEAS = frozenset(get_args(ideas.IdeaEvent))
_STEPS: dict[type[Event], str] = {
    notifications.PromiseMade: "made",
    notifications.PromiseKept: "kept",
    notifications.PromiseBroken: "broken",
    notifications.PromiseExtended: "extended",
    notifications.PromisePassedOn: "passed_on",
    notifications.Escalated: "escalated",
}


class FactRows:
    """Writes facts into the tables of one version: the live one, or one that is rebuilt."""

    def __init__(self, hashed: Hashed) -> None:
        self._hashed = hashed

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Add what these events say to the version that is live."""
        await self.fill(tx, await active_version(tx.raw, NAME) or VERSION, heard)

    async def fill(self, tx: Tx, version: int, heard: Sequence[Heard]) -> None:
        """Add what these events say to a version; what is there already stays as it is."""
        for statement, row in (
            (_IDEA, self._idea), (_PROMISE, self._promise),
            (_DELIVERY, self._delivery), (_LISTING, self._listing),
        ):  # fmt: skip
            if rows := _rows(heard, row):
                columns = [list(column) for column in zip(*rows, strict=True)]
                await tx.raw.execute(statement.format(version=version), *columns)

    def _idea(self, heard: Heard) -> Row | None:
        fact: Any = heard.data
        if type(heard.data) not in _STEPS_OF_IDEAS:
            return None  # what lives around ideas travels on the same topic
        accountable, due = _owed(fact)
        return (
            fact.idea, heard.version, type(fact).__name__, state_after(fact), heard.occurred_at,
            heard.recorded_at, self._hashed(fact.author), getattr(fact, "origin", "live"),
            getattr(fact, "department", None), getattr(fact, "category", None),
            self._hashed(accountable) if accountable else None, due,
        )  # fmt: skip

    def _promise(self, heard: Heard) -> Row | None:
        fact: Any = heard.data
        step = _STEPS.get(type(fact))
        if step is None or fact.matter != "idea":
            return None  # what is promised on barriers, time, help and appeals is no idea's promise
        return (
            fact.subject, heard.version, step, self._hashed(fact.accountable), fact.due,
            heard.occurred_at, heard.recorded_at,
        )  # fmt: skip

    def _delivery(self, heard: Heard) -> Row | None:
        match heard.data:
            case (
                notifications.NoticeDelivered(matter="idea", notice=notice, person=person)
                | notifications.NoticeDeliveredV2(matter="idea", notice=notice, person=person)
            ) as told:
                idea, kind = told.subject, told.kind
                moments = heard.occurred_at, heard.recorded_at
                return notice, heard.version, idea, self._hashed(person), kind, *moments
            case _:
                return None

    def _listing(self, heard: Heard) -> Row | None:
        match heard.data:
            case outside.PersonListed(person=person, department=department):
                moments = heard.occurred_at, heard.recorded_at
                return self._hashed(person), inbox_id(heard.source, heard.id), department, *moments
            case _:
                return None


def state_after(fact: Event) -> State | None:
    """Return where an idea stands after a step; None where the step leaves it where it is."""
    match fact:
        case ideas.IdeaReopened(to=state):
            return state
        case ideas.PilotConcluded(outcome=outcome):
            return "stopped" if outcome == "stopped" else "in_pilot"
        case _:
            return _REACHED.get(type(fact))


def _owed(fact: Event) -> tuple[str | None, Any]:
    """Return the promise that a fact carries: the person and the date, or neither."""
    if isinstance(fact, Promised) and fact.accountable and fact.due:
        return fact.accountable, fact.due
    return None, None


def _rows(heard: Sequence[Heard], row: Callable[[Heard], Row | None]) -> list[Row]:
    return [found for each in heard if (found := row(each)) is not None]
