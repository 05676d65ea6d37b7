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
verify = typer.Typer(no_args_is_help=True, help="Prove from the logs that what we promise is true.")


@verify.command("guarantee")
def verify_guarantee(
    *, json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False
) -> None:
    """Name every idea that fell silent, and since when. Exit code 1 if there is one."""
    with services() as reachable, progress("Logs", 0, "events") as advance:
        # First what was promised, then what is open: an idea that comes in between is not blamed.
        loops = list(read_log(reachable, "notifications", advance))
        ideas = list(read_log(reachable, "ideas", advance))
        loops += list(read_log(reachable, "notifications", advance, after=len(loops)))
        verdict = judge(ideas, loops, _now(reachable), _waiting(reachable))
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


def _waiting(reachable: Services) -> list[UUID]:
    """Return the ideas whose news waits behind a dead letter of notifications."""
    found = []
    asked = {"limit": str(_PAGE), "status": "parked"}
    page = reachable.get("notifications", "/v1/dead-letters", who=OPERATOR, params=asked)
    for letter in page["items"]:
        shown = reachable.get("notifications", f"/v1/dead-letters/{letter['id']}", who=OPERATOR)
        stream = str(shown["record"].get("stream") or "")
        if stream.startswith("idea-"):
            found.append(UUID(stream.removeprefix("idea-")))
    return found


def _show(verdict: Verdict, *, json: bool) -> None:
    if json:
        as_json(verdict)
        return
    broken = f"{verdict.broken:,} promises broken and said so"
    say(f"{verdict.ideas:,} ideas, {verdict.open:,} of them open; {broken}")
    if verdict.silent:
        table(("idea", "silent since", "why"), [(s.idea, s.since, s.why) for s in verdict.silent])
    say(f"silent ideas: {len(verdict.silent):,}")
