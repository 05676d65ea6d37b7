"""The register for the works council: every number about people, its consent, what was refused."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from html import escape
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Response
from msgspec import UNSET
from pydantic import BaseModel, Field

from chassis.commands import Context
from chassis.http import Caller, caller, command_context
from contracts.metrics import ConsentRecorded, ConsentWithdrawn
from contracts.vocabulary import PersonId
from metrics.api.answers import Registered, registered
from metrics.api.editions import MOST, List
from metrics.api.kpis import Today, defined
from metrics.domain.council import KpiCommand, RaiseThreshold, RecordConsent, WithdrawConsent
from metrics.domain.definitions import REGISTER
from metrics.domain.register import Definition
from metrics.projections.council import Council

Member = Annotated[Caller, Depends(caller("council"))]
Reader = Annotated[Caller, Depends(caller("council", "hr"))]
Once = Annotated[Context, Depends(command_context)]
Name = Annotated[str, Path(max_length=100)]
Words = Annotated[str | None, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Threshold = Annotated[int, Field(ge=2, le=10_000)]


class Consent(BaseModel):
    """To which version the council agrees, and under which conditions."""

    version: int
    threshold: Annotated[int | None, Field(ge=2, le=10_000)] = None
    until: date | None = None
    words: Words = None


class Withdrawal(BaseModel):
    reason: Words = None


class Raised(BaseModel):
    threshold: Threshold


class Decision(BaseModel):
    """What was decided of a number, when, by whom and in which words."""

    at: datetime
    what: Literal["consented", "withdrawn", "threshold_raised"]
    by: str
    version: int | None = None
    threshold: int | None = None
    until: date | None = None
    words: str | None = Field(default=None, description="null where erased, or none were given")


class Protected(BaseModel):
    """A number about people, as it stands with the works council."""

    kpi: Registered
    state: Literal["pending", "consented", "withdrawn"]
    threshold: int
    until: date | None
    decisions: list[Decision]


class RefusedQuestion(BaseModel):
    """A question that was refused; who asked is not kept."""

    day: date
    kpi: str
    asked: str
    why: str
    times: int


class CouncilsRegister(BaseModel):
    numbers: list[Protected]
    refused: list[RefusedQuestion]


def council(
    kept: Council, soon: Callable[[], Awaitable[None]], listed: List, today: Today
) -> APIRouter:
    """Return the routes of the works council.

    `soon` has editions made of what was agreed to, `listed` lists those that were made.
    """
    router = APIRouter(prefix="/v1/register", tags=["council"])

    def day() -> date:
        found = today()
        return found.now.astimezone(found.zone).date()

    async def done(kpi: str, command: KpiCommand, once: Context) -> Protected:
        await kept.commands.handle(kpi, command, once)
        return await _protected(kept, REGISTER[kpi], day())

    @router.post("/{kpi}/consent", summary="The works council agrees, perhaps with conditions")
    async def record_consent(who: Member, once: Once, kpi: Name, told: Consent) -> Protected:
        by, at = PersonId(who.subject), today().now
        command = RecordConsent(
            defined(kpi), told.version, by, at, day(), told.threshold, told.until, told.words
        )
        found = await done(kpi, command, once)
        await soon()
        return found

    @router.post("/{kpi}/withdrawal", summary="The works council agrees no more")
    async def withdraw_consent(who: Member, once: Once, kpi: Name, told: Withdrawal) -> Protected:
        by, at = PersonId(who.subject), today().now
        return await done(kpi, WithdrawConsent(defined(kpi), by, at, told.reason), once)

    @router.post("/{kpi}/threshold", summary="Groups must be larger from here on")
    async def raise_threshold(who: Reader, once: Once, kpi: Name, told: Raised) -> Protected:
        by, at = PersonId(who.subject), today().now
        return await done(kpi, RaiseThreshold(defined(kpi), by, at, told.threshold), once)

    _add_reading(router, kept, listed, day)
    return router


def _add_reading(
    router: APIRouter, kept: Council, listed: List, day: Callable[[], date]
) -> None:  # fmt: skip
    @router.get("", summary="Every number about people: definition, consent, threshold, refusals")
    async def read_register(_: Reader) -> CouncilsRegister:
        return await _register(kept, day())

    @router.get(
        "/dossier", summary="The same as a page for a data protection officer, in Dutch",
        response_class=Response, responses={200: {"content": {"text/html": {}}}},
    )  # fmt: skip
    async def read_dossier(_: Reader) -> Response:
        register = await _register(kept, day())
        made = {n.kpi.id: await listed(n.kpi.id, None, MOST) for n in register.numbers}
        page = dossier(register, made, day())
        return Response(page, media_type="text/html; charset=utf-8")


async def _register(kept: Council, day: date) -> CouncilsRegister:
    numbers = [
        await _protected(kept, kpi, day) for kpi in REGISTER.values() if kpi.kind == "protected"
    ]
    refused = [RefusedQuestion(**row) for row in await kept.refused()]
    return CouncilsRegister(numbers=numbers, refused=refused)


async def _protected(kept: Council, kpi: Definition, day: date) -> Protected:
    standing = await kept.standing(kpi.id)
    pending: Literal["withdrawn", "pending"] = "withdrawn" if standing.withdrawn else "pending"
    return Protected(
        kpi=registered(kpi), state="consented" if standing.allows(kpi, day) else pending,
        threshold=standing.threshold_of(kpi), until=standing.until,
        decisions=[_decision(event) for event in await kept.decided(kpi.id)],
    )  # fmt: skip


def _decision(event: Any) -> Decision:
    match event:
        case ConsentRecorded(words=words):
            return Decision(
                at=event.at, what="consented", by=event.by, version=event.version,
                threshold=event.threshold, until=event.until,
                words=None if words is UNSET else words,
            )  # fmt: skip
        case ConsentWithdrawn(reason=words):
            said = None if words is UNSET else words
            return Decision(at=event.at, what="withdrawn", by=event.by, words=said)
        case _:
            what: Literal["threshold_raised"] = "threshold_raised"
            return Decision(at=event.at, what=what, by=event.by, threshold=event.threshold)


_STATES = {"pending": "wacht op instemming", "consented": "ingestemd", "withdrawn": "ingetrokken"}
_HEAD = """<!doctype html><html lang="nl"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Dossier</title><style>
body { font: 11pt/1.4 sans-serif; max-width: 50em; margin: 2em auto; } dt { font-weight: bold; }
section { break-inside: avoid; border-top: 1px solid #bbb; }
</style></head><body><main><h1>Getallen over mensen</h1>
<p>Gemaakt uit het register op {day}. Elk getal hieronder gaat over groepen, nooit over één persoon;
groepen onder de drempel worden niet genoemd, en ook de volgende groep niet als de kleine er anders
uit te rekenen is. Drempels gaan alleen omhoog. Zonder instemming wordt een getal niet verteld.</p>
"""


Made = list[dict[str, Any]]


def dossier(found: CouncilsRegister, made: dict[str, Made], day: date) -> str:
    """Return the register as a page, with every decision and the conditions it was tied to."""
    sections = "".join(_section(number, made[number.kpi.id]) for number in found.numbers)
    lines = "".join(
        f"<li>{q.day}: {escape(q.kpi)} ({escape(q.asked)}), {q.times}×. {escape(q.why)}</li>"
        for q in found.refused
    )
    end = f"<h2>Geweigerde vragen</h2><ul>{lines}</ul></main></body></html>\n"
    return _HEAD.replace("{day}", day.isoformat()) + sections + end


def _section(number: Protected, made: Made) -> str:
    kpi = number.kpi
    told = {
        "Wat het vertelt": kpi.plain["nl"], "Precies": kpi.definitions["nl"],
        "Formule": kpi.formula,
        "Waarvoor": kpi.purposes["nl"], "Grondslag": kpi.legal_basis, "Eigenaar": kpi.owner,
        "Drempel": str(number.threshold), "Stand": _STATES[number.state],
        "Versie": str(kpi.version), "Leest": _reads(kpi), "Bewaard": kpi.retention["nl"],
        "Besluiten": "; ".join(map(_decided, number.decisions)) or "geen",
        "Edities": _editions(made), "Onderdrukte groepen": _hidden(made),
    }  # fmt: skip
    pairs = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in told.items())
    return f"<section><h2>{escape(kpi.title['nl'])}</h2><dl>{pairs}</dl></section>"


def _reads(kpi: Registered) -> str:
    return "; ".join(f"{event} ({', '.join(fields)})" for event, fields in kpi.reads.items())


_DECISIONS = {
    "consented": "ingestemd", "withdrawn": "ingetrokken", "threshold_raised": "drempel verhoogd",
}  # fmt: skip


def _decided(decision: Decision) -> str:
    """Say what was decided, with every condition that it was tied to."""
    conditions = {
        "versie": decision.version, "drempel": decision.threshold,
        "tot en met": decision.until, "voorwaarden": decision.words and f"“{decision.words}”",
    }  # fmt: skip
    told = ", ".join(f"{name} {said}" for name, said in conditions.items() if said is not None)
    what = f"{decision.at:%Y-%m-%d} {_DECISIONS[decision.what]} ({decision.by})"
    return f"{what}: {told}" if told else what


def _editions(made: Made) -> str:
    if not made:
        return "geen"
    last = made[0]
    more = f" (de laatste {MOST})" if len(made) == MOST else ""
    return (
        f"{len(made)}{more}; de laatste over {last['since']} tot {last['until']}, "
        f"herziening {last['revision']}, drempel {last['threshold']}"
    )


def _hidden(made: Made) -> str:
    """Name the groups that editions hide; neither their size nor the reason, which would tell."""
    groups = [
        f"{edition['since']} tot {edition['until']}: "
        f"{_CUTS.get(hidden['cut'], hidden['cut'])} {hidden['key']}".strip()
        for edition in made
        for hidden in edition["hidden"]
    ]
    found = list(dict.fromkeys(groups))
    more = f" en {len(found) - _SHOWN} andere" if len(found) > _SHOWN else ""
    return ("; ".join(found[:_SHOWN]) + more) or "geen"


_CUTS = {"": "de organisatie", "department": "afdeling", "attribute": "kenmerk"}
_SHOWN = 60
