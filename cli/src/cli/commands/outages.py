"""`kiem outages`: when the system was away, and what is kept back to be told as one."""

from typing import Annotated, Any

import typer

from cli.console import as_json, say, table
from cli.context import services
from cli.tokens import OPERATOR

outages = typer.Typer(no_args_is_help=True, help="After an outage: look, hold, release.")
Json = Annotated[bool, typer.Option("--json", help="Print for programs.")]
_MOST = 1000


@outages.command("list")
def list_outages(*, json: Json = False) -> None:
    """List the last outages, and how many mails are kept back now."""
    with services() as reachable:
        found: dict[str, Any] = reachable.get("notifications", "/v1/outages", who=OPERATOR)
    if json:
        as_json(found)
        return
    rows = [(x["began_at"][:19], x["ended_at"][:19], _state(x)) for x in found["items"]]
    table(("from", "to", ""), rows)
    say(f"{found['kept_back']} mails are kept back.")


@outages.command("show")
def show_kept_back(*, json: Json = False) -> None:
    """Show the notices that are kept back: for whom and about what, never their words."""
    items: list[dict[str, Any]] = []
    after: int | None = 0
    with services() as reachable:
        while after is not None:
            page = reachable.get(
                "notifications", "/v1/outages/kept-back", who=OPERATOR,
                params={"after": str(after), "limit": str(_MOST)},
            )  # fmt: skip
            items += page["items"]
            after = page["next"]
    if json:
        as_json(items)
        return
    rows = [
        (
            x["person"],
            x["kind"],
            x["matter"],
            x["subject"],
            "owed" if x["owed"] else "",
            x["at"][:19],
        )
        for x in items
    ]
    table(("person", "kind", "about", "which", "", "of"), rows)
    say(f"{len(items)} for {len({x['person'] for x in items})} people.")


@outages.command("hold")
def hold() -> None:
    """Keep back what piled up, until it is released: nobody gets a mail of it by itself."""
    with services() as reachable:
        reachable.tell("notifications", "/v1/outages/hold", {}, who=OPERATOR)
    say("It is held. `kiem outages show` shows it, `kiem outages release` sends it.")


@outages.command("release")
def release() -> None:
    """Send what piled up, as one mail a person."""
    with services() as reachable:
        reachable.tell("notifications", "/v1/outages/release", {}, who=OPERATOR)
    say("It is released: everybody gets one mail.")


def _state(outage: dict[str, Any]) -> str:
    if outage["released_at"]:
        return f"told {outage['released_at'][:19]}"
    if outage["held_by"]:
        return "held"
    return "goes out by itself when it has settled"
