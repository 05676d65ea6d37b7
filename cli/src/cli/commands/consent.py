"""`kiem consent`: the works council agrees to a number about people, or agrees no more."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli.console import say, table
from cli.context import services
from cli.tokens import Persona

COUNCIL = Persona("kiem-cli", ("council",))


def consent(
    kpi: Annotated[
        str | None, typer.Argument(help="One KPI; how all of them stand if left out.")
    ] = None,
    *,
    threshold: Annotated[int | None, typer.Option(help="No group under so many persons.")] = None,
    until: Annotated[str | None, typer.Option(help="Told up to and including this day.")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Agree no more.")] = False,
    words: Annotated[str | None, typer.Option(help="Why, or under which conditions.")] = None,
) -> None:
    """Record what the works council decided; numbers about people are told with its consent only.

    Needs the role council.
    """
    with services() as reachable:
        numbers = reachable.get("metrics", "/v1/register", who=COUNCIL)["numbers"]
        if kpi is None:
            _show(numbers)
            return
        version = next((n["kpi"]["version"] for n in numbers if n["kpi"]["id"] == kpi), 1)
        agreed: dict[str, Any] = {
            "version": version, "threshold": threshold, "until": until, "words": words,
        }  # fmt: skip
        name = quote(kpi, safe="")
        if withdraw:
            path, body = f"/v1/register/{name}/withdrawal", {"reason": words}
        else:
            path, body = f"/v1/register/{name}/consent", agreed
        _show([reachable.tell("metrics", path, body, who=COUNCIL)])


def _show(numbers: list[dict[str, Any]]) -> None:
    rows = [
        (n["kpi"]["title"]["en"], n["state"], n["threshold"], n["until"] or "", n["kpi"]["id"])
        for n in numbers
    ]
    table(("number about people", "state", "threshold", "until", "id"), rows, right=(2,))
    if any(n["state"] != "consented" for n in numbers):
        say("Without consent a number is told to nobody: kiem consent ID")
