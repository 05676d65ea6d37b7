"""`kiem stage`: lets a whole house go on around whoever looks at the demo."""

from typing import Annotated

import typer

from cli.console import heading, say
from cli.context import services
from cli.demo.people import company, known_people, those_here
from cli.demo.stage import Stage


def stage(
    *,
    author: Annotated[str | None, typer.Option(help="Whose ideas they are.")] = None,
    reviewer: Annotated[str | None, typer.Option(help="Who answers them.")] = None,
) -> None:
    """Play a challenge, a tool, barriers, requests and pilots live, once; it needs a directory.

    For the development identity provider: it speaks as many people.
    """
    with services() as reachable:
        players = company(those_here(known_people(reachable)), author, reviewer)
        if players is None:
            say("The directory has no reviewer with a lead, a colleague and a director: no stage.")
            return
        scenes = Stage(reachable, players)
        if scenes.is_set():
            say("The stage was set before: nothing is played again.")
            return
        heading("A house in which more goes on")
        scenes.set()
