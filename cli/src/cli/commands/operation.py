"""`kiem status` and `kiem clock`: how the services are, and what time they think it is."""

import re
from datetime import timedelta
from typing import Annotated, Any

import typer

from cli.console import as_json, say, table
from cli.context import services
from cli.failures import Exit, Failure
from cli.services import Services
from cli.settings import SERVICES
from cli.tokens import OPERATOR, READER

_SPAN = re.compile(r"(?P<count>\d+(?:\.\d+)?)(?P<unit>[smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MOST = 1000


def status(
    *, json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False
) -> None:
    """Say whether each service is ready, and what waits for a person. Exit code 1 if one is not."""
    with services() as reachable:
        found = [_state(reachable, name) for name in SERVICES]
        loops = reachable.get("notifications", "/v1/loops") if found[-1]["ready"] else None
    if json:
        as_json({"services": found, "promises": loops})
    else:
        heads = ("service", "address", "ready", "dead letters")
        table(heads, [(f["service"], f["address"], f["said"], f["parked"]) for f in found])
        if loops:
            counts = ", ".join(f"{name} {count:,}" for name, count in loops.items())
            say(f"promises: {counts}")
    if not all(one["ready"] for one in found):
        raise typer.Exit(Exit.FAILED)


def _state(reachable: Services, name: str) -> dict[str, Any]:
    ready, said = reachable.ready(name)
    parked: str | int = "?"
    if ready:
        found = reachable.get(
            name, "/v1/dead-letters", who=OPERATOR, params={"limit": str(_MOST)}
        )["items"]  # fmt: skip
        parked = len(found) if len(found) < _MOST else f"{_MOST}+"
    address = reachable.settings.urls[name]
    return {"service": name, "address": address, "ready": ready, "said": said, "parked": parked}


clock = typer.Typer(no_args_is_help=True, help="Domain time, which development can move forward.")


@clock.command("show")
def show_clock() -> None:
    """Show what time each service thinks it is."""
    with services() as reachable:
        found = {name: reachable.find(name, "/v1/clock", who=READER) for name in SERVICES}
    if not any(found.values()):
        raise Failure("These services keep real time: their clock can only be moved in development")
    rows = [
        (name, c["now"], timedelta(seconds=round(c["forward_seconds"]))) if c else (name, "", "")
        for name, c in found.items()
    ]
    table(("service", "now", "ahead of real time"), rows)


@clock.command("forward")
def forward_clock(
    by: Annotated[str, typer.Argument(help="How far: 90m, 3h, 5d, 2w, or 1d12h.")],
) -> None:
    """Move time forward for every service: timers fire, promises fall due. There is no way back."""
    seconds = span_of(by).total_seconds()
    with services() as reachable:
        for name in SERVICES:
            body = {"forward_seconds": seconds}
            found = reachable.tell(name, "/v1/clock", body, who=OPERATOR)
            say(f"{name}: {found['now']}")


def span_of(text: str) -> timedelta:
    """Read a length of time such as 1d12h."""
    parts = list(_SPAN.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        raise Failure(f"'{text}' is no length of time; write it like 90m, 3h, 5d or 2w", Exit.USAGE)
    units = {_UNITS[part["unit"]]: float(part["count"]) for part in parts}
    return timedelta(**units)
