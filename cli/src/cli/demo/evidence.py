"""Shows what the story left behind: promise, mail, numbers and the trace, each awaited."""

import email.policy
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cli.commands.look import DESK, show_timeline
from cli.commands.trace import show_trace
from cli.console import heading, say, table
from cli.demo.story import TITLE, Told
from cli.demo.waiting import wait_for
from cli.services import Services
from cli.settings import SERVICES, needed
from cli.spans import Span, read_trace, services_in

Sleep = Callable[[float], None]
_LINES_OF_A_MAIL = 20
_SECONDS_FOR_THE_AUTHOR = 10.0


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


def mail_shown(services: Services, author: str, since: float, sleep: Sleep) -> None:
    """Show the mails about the idea, and the latest to its author whole."""
    heading("The mail that was sent")
    folder = Path(needed(services.settings.mailbox, "KIEM_MAIL_FOLDER", "where mail is kept"))
    until = time.monotonic() + _SECONDS_FOR_THE_AUTHOR

    def arrived() -> list[tuple[Path, EmailMessage]] | None:
        found = mails(folder, since)
        # Not everybody in a directory has an address; then the reviewer's mail is enough.
        return found if _to(author, found) or (found and time.monotonic() > until) else None

    found = wait_for(f"a mail about the idea arrives in {folder}", arrived, sleep=sleep)
    table(("to", "subject", "file"), [(m["To"], m["Subject"], path.name) for path, m in found])
    path, chosen = (_to(author, found) or found)[-1]
    content = chosen.get_body(("plain",))
    text = content.get_content().strip() if content else ""
    for line in text.splitlines()[:_LINES_OF_A_MAIL]:
        say(f"  | {line}")
    say(f"  ({path})")


def _to(name: str, found: list[tuple[Path, EmailMessage]]) -> list[tuple[Path, EmailMessage]]:
    return [(path, mail) for path, mail in found if name in str(mail["To"])]


def mails(folder: Path, since: float) -> list[tuple[Path, EmailMessage]]:
    """Return the mails since a moment that are about the idea of the story."""
    found: list[tuple[Path, EmailMessage]] = []
    for path in sorted(folder.glob("*.eml")):
        if path.name.startswith(".") or path.stat().st_mtime < since:
            continue
        mail = message_from_bytes(path.read_bytes(), policy=email.policy.default)
        content = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
        said = f"{mail['Subject']} {content.get_content() if content else ''}"
        if isinstance(mail, EmailMessage) and TITLE in " ".join(said.split()):
            found.append((path, mail))
    return found


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
