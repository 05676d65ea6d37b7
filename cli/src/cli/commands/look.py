"""`kiem idea` and `kiem timeline`: one idea, and who decided what, when and why."""

from typing import Annotated, Any
from uuid import UUID

import typer

from cli.console import as_json, heading, say, table
from cli.context import services
from cli.failures import Exit, Failure
from cli.tokens import Persona
from contracts.imported import imported_idea

DESK = Persona("kiem-cli", ("employee", "desk"))
IdeaName = Annotated[
    str, typer.Argument(metavar="IDEA", help="Its id; or SOURCE/KEY of an imported one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print for programs.")]


def idea(name: IdeaName, *, json: Json = False) -> None:
    """Show an idea as it is now."""
    with services() as reachable:
        found = reachable.get("ideas", f"/v1/ideas/{idea_id(name)}", who=DESK)
        loop = reachable.find("notifications", f"/v1/loops/{idea_id(name)}", who=DESK)
    if json:
        as_json({**found, "loop": loop})
        return
    heading(str(found.get("title") or "(no title)"))
    table(("", ""), [(key, shown(value)) for key, value in found.items() if key != "title"])
    if loop:
        say(f"promise: {loop['state']}, kept {loop['kept']}, broken {loop['broken']}")


def timeline(
    name: IdeaName,
    *,
    version: Annotated[int | None, typer.Option(help="As it was after this step.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As it was known at this moment.")] = None,
    json: Json = False,
) -> None:
    """Show the life of an idea: who did what, when and why, and who owed the next word."""
    asked = {"version": None if version is None else str(version), "known_at": known_at}
    params = {key: value for key, value in asked.items() if value is not None}
    with services() as reachable:
        path = f"/v1/ideas/{idea_id(name)}/timeline"
        found = reachable.get("ideas", path, who=DESK, params=params)
    if json:
        as_json(found)
        return
    show_timeline(found)


def show_timeline(found: dict[str, Any]) -> None:
    """Print a timeline."""
    rows = [
        (_moment(s["at"]), s["type"], s["by"], s["accountable"], _moment(s["due"]), _why(s))
        for s in found["steps"]
    ]
    table(("when", "what", "by", "next word from", "by when", "words"), rows)
    say(f"state: {found['state']}")


def idea_id(name: str) -> UUID:
    """Return the id that a person means."""
    source, slash, key = name.rpartition("/")
    if slash and source and key:
        return imported_idea(source, key)
    try:
        return UUID(name)
    except ValueError:
        raise Failure(
            f"'{name}' is no idea: give its id (a UUID), or SOURCE/KEY of an imported one, for"
            " example kubernetes-keps/617",
            Exit.USAGE,
        ) from None


def shown(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(text: str | None) -> str:
    return (text or "")[:16].replace("T", " ")


def _why(step: dict[str, Any]) -> str:
    said = [str(text) for text in step["words"].values() if text]
    why = step.get("why") or {}
    said += [str(why[name]) for name in ("reason", "next_step", "unavailable") if why.get(name)]
    return " | ".join(said)
