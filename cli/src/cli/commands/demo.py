"""`kiem demo`: one new idea, live, from submission through review to pilot."""

import time
from pathlib import Path

from cli.console import heading, say
from cli.context import services
from cli.demo.cast import cast
from cli.demo.evidence import (
    mail_shown,
    numbers_shown,
    promise_shown,
    submitted_live,
    timeline_shown,
    trace_shown,
)
from cli.demo.post import Post
from cli.demo.story import TITLE, Story
from cli.settings import needed


def demo() -> None:
    """Follow one new idea live through every service: trace, timeline, promise, mail.

    Plays an employee of the directory and the reviewer whom Kiem names. Needs the development
    identity provider; each run submits another idea.
    """
    since = time.time()
    with services() as reachable:
        kept = needed(reachable.settings.mailbox, "KIEM_MAIL_FOLDER", "where mail is kept")
        post = Post(Path(kept), since, TITLE)
        actors = cast(reachable)
        if not actors.of_directory:
            say("No directory was imported: two people are listed for the demo.")
        before = submitted_live(reachable)
        heading("One idea, live")
        told = Story(reachable, actors, post, time.sleep).play()
        timeline_shown(told)
        promise_shown(reachable, told, time.sleep)
        mail_shown(post, actors.name, told, time.sleep)
        numbers_shown(reachable, before, time.sleep)
        trace_shown(reachable, told, time.sleep)
        say()
        say(f"Look again:  ./kiem timeline {told.idea}")
        say(f"             ./kiem trace {told.trace} --all")
