"""`kiem dlq`: the records that a service could not handle."""

from typing import Annotated, Any

import typer

from cli.console import as_json, say, table
from cli.context import services
from cli.failures import Exit, Failure
from cli.settings import SERVICES
from cli.tokens import OPERATOR

dlq = typer.Typer(no_args_is_help=True, help="Dead letters: look, try again, give up.")
Service = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
Json = Annotated[bool, typer.Option("--json", help="Print for programs.")]


@dlq.command("list")
def list_letters(
    service: Annotated[str | None, typer.Argument(help="All services if left out.")] = None,
    *,
    status: Annotated[str, typer.Option(help="parked, resolved or discarded")] = "parked",
    json: Json = False,
) -> None:
    """List dead letters; `behind` ones only wait for an earlier one of their key."""
    with services() as reachable:
        found: list[dict[str, Any]] = []
        for name in [_known(service)] if service else SERVICES:
            asked = {"status": status, "limit": "1000"}
            page = reachable.get(name, "/v1/dead-letters", who=OPERATOR, params=asked)
            found += [{"service": name, **letter} for letter in page["items"]]
    if json:
        as_json(found)
        return
    rows = [
        (
            x["service"], x["id"], f"{x['topic']}/{x['part']}@{x['off']}", x["reason"],
            "behind" if x["behind"] else "", x["attempts"], x["first_seen"][:19],
            x["fingerprint"],
        )
        for x in found
    ]  # fmt: skip
    heads = ("service", "id", "where", "why", "", "tries", "since", "fingerprint")
    table(heads, rows, right=(1, 5))
    say(f"{len(found)} {status}.")


@dlq.command("show")
def show_letter(service: Service, letter: int) -> None:
    """Show one dead letter: where, why, and the shape of its record, never its words."""
    with services() as reachable:
        as_json(reachable.get(_known(service), f"/v1/dead-letters/{letter}", who=OPERATOR))


@dlq.command("redrive")
def redrive(
    service: Service,
    letters: Annotated[list[int] | None, typer.Argument(help="Which; all parked if none.")] = None,
    *,
    fingerprint: Annotated[str | None, typer.Option(help="All of one kind of fault.")] = None,
    rate: Annotated[float, typer.Option(help="At most so many a second.")] = 50.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try, and undo it.")] = False,
) -> None:
    """Handle dead letters again, in order per key. Exit code 3 if some failed again."""
    body = {
        "ids": letters or None, "fingerprint": fingerprint, "rate": rate, "dry_run": dry_run,
    }  # fmt: skip
    with services() as reachable:
        done = reachable.tell(_known(service), "/v1/dead-letters/redrive", body, who=OPERATOR)
    would = "would be " if dry_run else ""
    say(
        f"{done['handled']} {would}handled, {done['failed']} failed again,"
        f" {done['waiting']} wait behind those."
    )
    if done["failed"] or done["waiting"]:
        raise typer.Exit(Exit.INCOMPLETE)


@dlq.command("discard")
def discard(
    service: Service,
    letter: int,
    *,
    reason: Annotated[str, typer.Option(help="Why; people will read it. Name nobody.")],
) -> None:
    """Give up one dead letter, with a reason; what waits behind it goes on."""
    with services() as reachable:
        path = f"/v1/dead-letters/{letter}/discard"
        reachable.tell(_known(service), path, {"reason": reason}, who=OPERATOR)
    say(f"Letter {letter} of {service} is discarded.")


@dlq.command("resume")
def resume(
    service: Service,
    topic: str,
    part: int,
    *,
    offset: Annotated[int | None, typer.Option(help="Where to go on.")] = None,
) -> None:
    """Let a partition go on that was stopped: by bad records, or by what can't be read."""
    with services() as reachable:
        path = f"/v1/partitions/{topic}/{part}/resume"
        done = reachable.tell(_known(service), path, {"offset": offset}, who=OPERATOR)
    say(f"{topic}/{part} goes on at {done['next_offset']}.")


def _known(service: str) -> str:
    if service not in SERVICES:
        known = ", ".join(SERVICES)
        raise Failure(f"There is no service '{service}'; there are: {known}", Exit.USAGE)
    return service
