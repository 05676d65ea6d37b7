"""`kiem person erase`: everything that a person said goes, in every service, for ever."""

import time
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli.console import as_json, heading, say, table
from cli.context import services
from cli.failures import Exit, Failure
from cli.services import LONG, Services
from cli.settings import SERVICES
from cli.tokens import Persona

HR = Persona("kiem-cli", ("hr",))
_MEANT = {
    "ideas": "ideas told by name, and uncounted whatever was told without it: their words",
    "words_on_ideas_of_others": "plans, remarks and learnings on other people's ideas",
    "unplaced_lines": "kept lines of histories that name this person: their text",
    "drafts": "drafts of ideas that were not submitted",
    "answers_to_this_person": "answers to this person's ideas: their words",
    "contact_details": "name and mail address",
    "waiting_mails": "mails that wait to be sent",
}
_OF_USE = "rows of tool use, if there are any: how many, nobody may look up"
_HEARS_WITHIN = 60.0  # seconds
_PAUSE = 0.2

person = typer.Typer(no_args_is_help=True, help="What HR may do about one person.")


@person.callback()
def about_people() -> None:
    """Keep `erase` a word of its own while it is the only one."""


@person.command("erase")
def erase_person(
    who: Annotated[str, typer.Argument(metavar="ID", help="The person's id in the directory.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be erased, and where.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Destroy a person's key in every service, and what is kept of them. There is no way back.

    What was counted stays, and so do answers that this person gave to others. Exit codes: 0 erased
    everywhere, 3 some service has not heard of it yet, 1 an error.
    """
    with services() as reachable:
        found = {name: _look(reachable, name, who) for name in SERVICES}
        if not json:
            _show(who, found)
        if dry_run:
            _end(found, json=json)
        if not (yes or _agreed(who)):
            raise typer.Exit(Exit.DONE)
        path = f"{_path(who)}"
        reachable.tell("notifications", path, {}, who=HR, patience=LONG)
        done = _wait(reachable, who)
    if not json:
        heading("Erased")
        table(("service", ""), [(n, "done" if o["erased"] else "not yet") for n, o in done.items()])
    _end(done, json=json, code=Exit.DONE if _everywhere(done) else Exit.INCOMPLETE)


def _end(found: dict[str, Any], *, json: bool, code: Exit = Exit.DONE) -> None:
    if json:
        as_json(found)
    raise typer.Exit(code)


def _path(who: str) -> str:
    return f"/v1/people/{quote(who, safe='')}/erasure"


def _look(reachable: Services, service: str, who: str) -> Any:
    return reachable.get(service, _path(who), who=HR)


def _wait(reachable: Services, who: str) -> dict[str, Any]:
    """Look until every service has erased, or the patience is at its end."""
    until = time.monotonic() + _HEARS_WITHIN
    while True:
        found = {name: _look(reachable, name, who) for name in SERVICES}
        if _everywhere(found) or time.monotonic() > until:
            return found
        time.sleep(_PAUSE)


def _everywhere(found: dict[str, Any]) -> bool:
    return all(one["erased"] for one in found.values())


def _agreed(who: str) -> bool:
    try:
        return typer.confirm(f"Erase {who} for ever?", default=False)
    except typer.Abort:
        raise Failure("Nothing was erased. With --yes nobody is asked.") from None


def _show(who: str, found: dict[str, Any]) -> None:
    heading(f"What goes with {who}")
    rows: list[tuple[str, str, object]] = []
    for name, one in found.items():
        if one["erased"]:
            rows.append((name, "erased already", ""))
            continue
        holds = one.get("holds", {}).items()
        rows += [(name, _MEANT.get(what, what), count) for what, count in holds]
        rows += [(name, _OF_USE, "?")] if name == "metrics" else []
    table(("service", "what", "how many"), rows, right=(2,))
    say("Events keep the pseudonym, and what was counted stays counted.")
