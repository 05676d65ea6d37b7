"""From what was heard to what people did, who is in the directory, and what others reported."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from chassis.consuming import Heard
from chassis.consuming.dedupe import inbox_id
from chassis.database import Tx
from chassis.projection import active_version
from contracts import feedback, ideas, outside, room, talk, tools
from contracts.vocabulary import Event
from metrics.projections.persons import Hashed
from metrics.projections.pulse import ANSWERS, WAVES, answer_row, wave_row

Row = tuple[Any, ...]

NAME, VERSION = "doings", 1
TOPICS = (ideas.TOPIC, feedback.TOPIC, outside.PEOPLE_TOPIC, outside.WORKFORCE_TOPIC)

_DOING = """
INSERT INTO doing_fact_v{version} SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[],
    $4::uuid[], $5::uuid[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::float8[],
    $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[])
ON CONFLICT DO NOTHING
"""
_STANDING = """
INSERT INTO standing_fact_v{version} SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bool[],
    $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
ON CONFLICT DO NOTHING
"""
_TOOL = """
INSERT INTO tool_fact_v{version} SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[],
    $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
ON CONFLICT DO NOTHING
"""
_REPORT = """
INSERT INTO report_fact_v{version} SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[],
    $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::timestamptz[],
    $10::timestamptz[])
ON CONFLICT DO NOTHING
"""
# What the directory said of an erased person goes; that there was somebody stays counted.
_ERASE = """
UPDATE standing_fact_v{version} SET attributes = '{{}}' WHERE person IN (
    SELECT unnest($1::bytea[]) UNION SELECT person FROM erased_person WHERE person = ANY($2)
)
"""
_LEVELS = ("director", "lead", "desk")
_LEAVERS = ("leavers", "leavers_voluntary", "leavers_first_year")

# For each event: the field of what it is about, of who did it, of its sort, of its amount.
_DOINGS: dict[type[Event], tuple[str, str, str, str]] = {
    ideas.IdeaSubmitted: ("idea", "author", "way", ""),
    ideas.CoAuthorsChanged: ("idea", "author", "", ""),
    ideas.PilotConcluded: ("idea", "by", "outcome", ""),
    ideas.PromiseMoved: ("idea", "accountable", "cause", ""),
    talk.IdeaSupported: ("idea", "by", "", ""),
    talk.SupportWithdrawn: ("idea", "by", "", ""),
    talk.CommentPosted: ("idea", "by", "", ""),
    feedback.ReviewerAssigned: ("idea", "reviewer", "", ""),
    feedback.QuestionAsked: ("idea", "by", "", ""),
    feedback.ReviewCompleted: ("idea", "reviewer", "outcome", ""),
    feedback.FeedbackRated: ("idea", "reviewer", "", "useful"),
    room.BarrierRaised: ("barrier", "accountable", "kind", ""),
    room.BarrierHandedOver: ("barrier", "accountable", "", ""),
    room.BarrierRemoved: ("barrier", "by", "", ""),
    room.BarrierDeclined: ("barrier", "by", "", ""),
    room.TimeAsked: ("request", "author", "purpose", "hours"),
    room.TimeGranted: ("request", "author", "", "hours"),
    room.TimeRefused: ("request", "author", "", ""),
}


class DoingRows:
    """Writes these facts into the tables of one version: the live one, or one that is rebuilt."""

    def __init__(self, hashed: Hashed) -> None:
        self._hashed = hashed

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Add what these events say to the version that is live."""
        await self.fill(tx, await active_version(tx.raw, NAME) or VERSION, heard)

    async def fill(self, tx: Tx, version: int, heard: Sequence[Heard]) -> None:
        """Add what these events say to a version; what is there already stays as it is."""
        tables: tuple[tuple[str, Callable[[Heard], Row | None]], ...] = (
            (_DOING, self._doing), (_STANDING, self._standing), (_TOOL, _tool), (_REPORT, _report),
            (WAVES, wave_row), (ANSWERS, answer_row),
        )  # fmt: skip
        for statement, row in tables:
            if rows := [found for each in heard if (found := row(each)) is not None]:
                columns = [list(column) for column in zip(*rows, strict=True)]
                await tx.raw.execute(statement.format(version=version), *columns)
        await self._forget(tx, version, heard)

    async def _forget(self, tx: Tx, version: int, heard: Sequence[Heard]) -> None:
        people = [e.data for e in heard if isinstance(e.data, outside.PeopleEvent)]
        gone = [self._hashed(e.person) for e in people if isinstance(e, outside.PersonErased)]
        listed = [self._hashed(e.person) for e in people if isinstance(e, outside.PersonListed)]
        if gone or listed:
            await tx.raw.execute(_ERASE.format(version=version), gone, listed)

    def _doing(self, heard: Heard) -> Row | None:
        fact: Any = heard.data
        if type(fact) not in _DOINGS:
            return None
        subject, person, kind, amount = _DOINGS[type(fact)]
        who = getattr(fact, person)
        return (
            heard.stream, heard.version, type(fact).__name__, getattr(fact, subject),
            getattr(fact, "idea", None), who and self._hashed(who),
            b"".join(self._hashed(other) for other in _others(fact)),
            getattr(fact, kind, None) if kind else None, getattr(fact, "department", None),
            getattr(fact, amount) if amount else None, _text(fact, "challenge"),
            _text(fact, "tool"), heard.occurred_at, heard.recorded_at,
        )  # fmt: skip

    def _standing(self, heard: Heard) -> Row | None:
        fact = heard.data
        if not isinstance(fact, outside.PersonListed | outside.PersonLeft):
            return None
        listed = fact if isinstance(fact, outside.PersonListed) else None
        level = next((each for each in _LEVELS if listed and each in listed.roles), None)
        return (
            self._hashed(fact.person), inbox_id(heard.source, heard.id), listed is not None,
            listed and listed.department, level, _json(listed.attributes if listed else {}),
            heard.occurred_at, heard.recorded_at,
        )  # fmt: skip


def _tool(heard: Heard) -> Row | None:
    fact = heard.data
    if not isinstance(fact, tools.ToolIntroduced | tools.ToolChanged):
        return None
    return (
        fact.tool, heard.version, getattr(fact, "name", None), _json(fact.features),
        _json(fact.audience), heard.occurred_at, heard.recorded_at,
    )  # fmt: skip


def _report(heard: Heard) -> Row | None:
    match heard.data:
        case outside.WorkforceReported() as fact:
            names = ("sick_days", "available_days", *_LEAVERS)
            amounts = {name: getattr(fact, name) for name in names}
            told: Row = (fact.month, "", "", fact.persons, _json(amounts))
        case outside.OutcomeReported() as fact:
            told = (fact.period, fact.measure, fact.unit, fact.n, _json({"value": fact.value}))
        case _:
            return None
    kind, name = type(fact).__name__, inbox_id(heard.source, heard.id)
    department = fact.department or ""
    return name, kind, department, *told, heard.occurred_at, heard.recorded_at


def _others(fact: Any) -> Sequence[str]:
    """Return the co-authors; of a barrier, whoever raised it."""
    return (fact.author,) if hasattr(fact, "barrier") else getattr(fact, "co_authors", ())


def _text(fact: Any, field: str) -> str | None:
    found = getattr(fact, field, None)
    return None if found is None else str(found)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
