"""`kiem verify`: is what we promise true? Recomputed from the logs, with nothing else believed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import typer

from cli.console import as_json, say, table
from cli.context import services
from cli.failures import Exit
from cli.guarantee import Entry, Verdict, entry, judge
from cli.progress import Advance, progress
from cli.services import Services
from cli.tokens import OPERATOR, READER

_PAGE = 1_000
# The streams whose id is that of a matter. (An appeal's steps stand in the review of its idea.)
_OF_MATTERS = frozenset({
    "idea", "barrier", "time", "help", "review", "challenge", "experiment", "loop",
})  # fmt: skip
_HEAR = ("notifications", "feedback", "ideas", "metrics")  # the services that hear of matters
verify = typer.Typer(no_args_is_help=True, help="Prove from the logs that what we promise is true.")


@verify.command("guarantee")
def verify_guarantee(
    *, json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False
) -> None:
    """Name every idea and every other matter that fell silent, and since when.

    Exit code 1 if there is one.
    """
    with services() as reachable, progress("Logs", 0, "events") as advance:
        # First what was promised, then what is open: an idea that comes in between is not blamed.
        loops = list(read_log(reachable, "notifications", advance))
        facts = list(read_log(reachable, "ideas", advance))
        facts += read_log(reachable, "feedback", advance)
        loops += list(read_log(reachable, "notifications", advance, after=len(loops)))
        verdict = judge(facts, loops, _now(reachable), _waiting(reachable))
    _show(verdict, json=json)
    if verdict.silent:
        raise typer.Exit(Exit.FAILED)


def read_log(
    reachable: Services, service: str, advance: Advance, after: int = 0
) -> Iterator[Entry]:
    """Read the log of a service, page by page, from behind a position on."""
    at: int | None = after
    while at is not None:
        asked = {"after": str(at), "limit": str(_PAGE)}
        page: dict[str, Any] = reachable.get(service, "/v1/log", who=OPERATOR, params=asked)
        found = [read for item in page["items"] if (read := entry(item))]
        advance(len(page["items"]))
        yield from found
        at = page["next"]


def _now(reachable: Services) -> datetime:
    """Return domain time: development may have moved it."""
    found = reachable.get("notifications", "/v1/guarantee", who=READER)
    return msgspec.convert(found["at"], datetime)


def _waiting(reachable: Services) -> dict[UUID, str]:
    """Return the matters whose news waits behind a dead letter, and of which services.

    One that feedback could not read is reviewed by nobody; one of ideas shows an older promise; one
    of metrics is in no number.
    """
    found: dict[UUID, list[str]] = {}
    for service in _HEAR:
        for subject in _held_up(reachable, service):
            services_ = found.setdefault(subject, [])
            if service not in services_:
                services_.append(service)
    return {subject: " and ".join(names) for subject, names in found.items()}


def _held_up(reachable: Services, service: str) -> Iterator[UUID]:
    """Yield the matters whose news a service could not read, letter by letter."""
    after = 0
    while True:
        asked = {"limit": str(_PAGE), "status": "parked", "after": str(after)}
        letters = reachable.get(service, "/v1/dead-letters", who=OPERATOR, params=asked)["items"]
        for letter in letters:
            after = letter["id"]
            shown = reachable.get(service, f"/v1/dead-letters/{after}", who=OPERATOR)
            category, _, subject = str(shown["record"].get("stream") or "").partition("-")
            if category in _OF_MATTERS:
                yield UUID(subject)
        if len(letters) < _PAGE:
            return


def _show(verdict: Verdict, *, json: bool) -> None:
    if json:
        as_json(verdict)
        return
    broken = f"{verdict.broken:,} promises broken and said so"
    broken += f"; {verdict.unanswered:,} ideas not answered since"
    say(f"{verdict.ideas:,} ideas, {verdict.open:,} of them open; {broken}")
    others = f"{verdict.besides_open:,} of them open"
    say(f"{verdict.besides:,} barriers, requests, questions, appeals and reports, {others}")
    if verdict.silent:
        rows = [(s.matter, s.subject, s.since, s.why) for s in verdict.silent]
        table(("what", "id", "silent since", "why"), rows)
    ideas = sum(s.matter == "idea" for s in verdict.silent)
    say(f"silent others: {len(verdict.silent) - ideas:,}")
    say(f"silent ideas: {ideas:,}")
