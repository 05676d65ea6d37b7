"""`kiem terms`: what ideas are promised by category and challenge, and what a change changes."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct

from cli.console import as_json, heading, say, table
from cli.context import services
from cli.failures import Exit, Failure
from cli.services import Services
from cli.tokens import Persona
from contracts.terms import TermsRule

DESK = Persona("kiem-cli", ("desk",))
PATH = "/v1/terms"
_SHOWN = 20

terms = typer.Typer(
    no_args_is_help=True, help="What ideas are promised, as data: show, check, set."
)
File = Annotated[Path, typer.Argument(help="JSON, as `kiem terms show --json` prints it.")]
Json = Annotated[bool, typer.Option("--json", help="Print for programs.")]


class Rule(TermsRule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of a file: a word that nobody knows is a mistake, not a wish."""


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of rules; `version` is the one that it was made from, else the one that counts."""

    rules: tuple[Rule, ...]
    version: int | None = None


@terms.command("show")
def show_terms(*, json: Json = False) -> None:
    """Show the rules that count now. With --json they can be kept, changed and set again."""
    with services() as reachable:
        found: dict[str, Any] = reachable.get("ideas", PATH)
    if json:
        as_json(found)
        return
    _rules(found["rules"])
    say(f"Version {found['version']}. What a rule leaves out is as for everybody.")


@terms.command("check")
def check_terms(file: File, *, json: Json = False) -> None:
    """Show what the rules of a file would change, and change nothing. Needs the role desk.

    Ends with 1 where the rules could not be set.
    """
    with services() as reachable:
        wanted, now = _read(file), reachable.get("ideas", PATH)
        _require_newest(wanted, now)
        change = _put(reachable, wanted, now, dry_run=True)
    if json:
        as_json(change)
    else:
        _show(wanted, now, change)


@terms.command("set")
def set_terms(
    file: File, *, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:
    """Promise what a file says from now on; shows first what it changes. Needs the role desk.

    Open ideas keep what they were promised. Refused where the rules were changed meanwhile.
    """
    with services() as reachable:
        wanted, now = _read(file), reachable.get("ideas", PATH)
        _require_newest(wanted, now)
        _show(wanted, now, _put(reachable, wanted, now, dry_run=True))
        if not (yes or _agreed()):
            raise typer.Exit(Exit.DONE)
        version = _put(reachable, wanted, now, dry_run=False)["version"]
    say(f"Version {version} counts from now on.")


def _read(file: Path) -> Wanted:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Wanted)
    except OSError as error:
        raise Failure(f"{file}: it cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Failure(
            f"{file}: these are no rules as `kiem terms show --json` has them: {error}"
        ) from None


def _require_newest(wanted: Wanted, now: dict[str, Any]) -> None:
    if wanted.version not in {None, now["version"]}:
        raise Failure(
            f"The file was made from version {wanted.version}, and version {now['version']} counts"
            " now. Look with `kiem terms show`, and bring the file up to date."
        )


def _put(
    reachable: Services, wanted: Wanted, now: dict[str, Any], *, dry_run: bool
) -> dict[str, Any]:
    body = {"seen": now["version"], "rules": _plain(wanted)}
    path = f"{PATH}?dry_run=true" if dry_run else PATH
    change: dict[str, Any] = reachable.tell("ideas", path, body, who=DESK, method="PUT")
    return change


def _plain(wanted: Wanted) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(wanted.rules))
    return rules


def _agreed() -> bool:
    try:
        return typer.confirm("Promise this from now on?", default=False)
    except typer.Abort:
        raise Failure("Nothing was changed. With --yes nobody is asked.") from None


def _show(wanted: Wanted, now: dict[str, Any], change: dict[str, Any]) -> None:
    rules = _plain(wanted)
    heading("Rules")
    _rules(rules)
    if rules == now["rules"]:
        say("These rules count already.")
        return
    say(f"Of {change['open']} open ideas another promise would have been made; they keep theirs.")
    rows = [
        (x["idea"], x["category"], x["state"], (x["due"] or "")[:10], x["would_be"][:10])
        for x in change["ideas"][:_SHOWN]
    ]
    if rows:
        table(("idea", "category", "state", "due", "would have been"), rows)


def _rules(rules: list[dict[str, Any]]) -> None:
    rows = [
        (
            rule["category"] or "every", rule["challenge"] or "", rule["answer_days"],
            rule["decision_days"], _listed(rule["remind_days"]), rule["escalate_days"],
            _listed(rule["rungs"]),
        )
        for rule in rules
    ]  # fmt: skip
    heads = ("category", "challenge", "answer", "decision", "reminders", "next person", "ladder")
    table(heads, rows, right=(2, 3, 5))


def _listed(values: list[object] | None) -> str:
    return ", ".join(map(str, values or ()))
