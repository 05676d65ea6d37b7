"""Shows what the story left behind: promise, mail, numbers and the trace, each awaited."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cli.commands.look import DESK, show_timeline
from cli.commands.trace import show_trace
from cli.console import heading, say, table
from cli.demo.post import PATIENCE_FOR_MAIL, Mail, Post, addressed
from cli.demo.story import Told
from cli.demo.waiting import wait_for
from cli.services import Services
from cli.settings import SERVICES, needed
from cli.spans import Span, read_trace, services_in

Sleep = Callable[[float], None]
_LINES_OF_A_MAIL = 20


def promise_shown(services: Services, told: Told, sleep: Sleep) -> None:
    """Show who owes the author the next word."""
    heading("Its promise")

    def promised() -> Any:
        loop = services.find("notifications", f"/v1/loops/{told.idea}", who=DESK)
        if loop is None or loop["accountable"] != told.reviewer.subject:
            return None
        return loop if (loop["due"] or "") >= told.ends_on.isoformat() else None

    loop = wait_for("notifications holds the promise of the pilot", promised, sleep=sleep)
    steps = [(s["at"][:19], s["event"], s["accountable"], s["due"][:16]) for s in loop["history"]]
    table(("at", "what", "who", "by when"), steps)
    say(f"{loop['accountable']} owes the next word by {loop['due'][:10]}; kept: {loop['kept']}.")


def mail_shown(post: Post, author: str, told: Told, sleep: Sleep) -> None:
    """Show the mails about the idea; the first and the latest to its author whole."""
    heading("The mail that was sent")
    until = time.monotonic() + PATIENCE_FOR_MAIL
    wanted = 1 + told.acknowledged  # the answer comes behind the acknowledgement

    def arrived() -> list[Mail] | None:
        found = post.mails()
        # Not everybody in a directory has an address; then the reviewer's mail is enough.
        enough = len(addressed(author, found)) >= wanted
        return found if enough or (found and time.monotonic() > until) else None

    found = wait_for(f"a mail about the idea arrives in {post.folder}", arrived, sleep=sleep)
    table(("to", "subject", "file"), [(m["To"], m["Subject"], path.name) for path, m in found])
    chosen = addressed(author, found) or found
    for path, mail in chosen[:1] + chosen[1:][-1:]:
        _show(path, mail)


def _show(path: Path, mail: EmailMessage) -> None:
    content = mail.get_body(("plain",))
    text = content.get_content().strip() if content else ""
    for line in text.splitlines()[:_LINES_OF_A_MAIL]:
        say(f"  | {line}")
    say(f"  ({path})")


def submitted_live(services: Services) -> int:
    """Return how many ideas were submitted live, as metrics counts them."""
    asked = {"origin": "live"}
    return int(services.get("metrics", "/v1/kpis/ideas_submitted", params=asked)["value"] or 0)


def numbers_shown(services: Services, before: int, sleep: Sleep) -> None:
    """Show that metrics has heard of it too."""
    heading("What metrics makes of it")
    wait_for("metrics counts the idea", lambda: submitted_live(services) > before, sleep=sleep)
    say(f"ideas submitted live: {before} before, {submitted_live(services)} now")


def trace_shown(services: Services, told: Told, sleep: Sleep) -> None:
    """Show the spans of every service, and fail where one is missing."""
    heading("The trace of the submission, through every service")
    folder = Path(needed(services.settings.traces, "KIEM_TRACES_FOLDER", "where span files are"))

    def complete() -> list[Span] | None:
        spans = read_trace(folder, told.trace)
        seen = {name.removeprefix("kiem-") for name in services_in(spans, told.trace)}
        return spans if set(SERVICES) <= seen else None

    spans = wait_for(f"spans of each service in {folder}", complete, sleep=sleep)
    show_trace(spans, told.trace)


def timeline_shown(told: Told) -> None:
    """Show who did what, when and why."""
    heading("Its timeline")
    show_timeline(told.timeline)
