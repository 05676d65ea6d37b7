"""The mails about the idea of the demo, as the local mail server keeps them."""

import email.policy
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from msgspec import Struct

PATIENCE_FOR_MAIL = 15.0
"""Seconds: an acknowledgement waits a few for the reviewer's name to join it."""

Mail = tuple[Path, EmailMessage]


class Post(Struct, frozen=True):
    """Where mail is kept, from when on it counts, and the words that it is known by."""

    folder: Path
    since: float
    about: str

    def mails(self) -> list[Mail]:
        """Return the mails since then that are about the idea, in the order of their arrival."""
        found: list[Mail] = []
        for path in sorted(self.folder.glob("*.eml")):
            if path.name.startswith(".") or path.stat().st_mtime < self.since:
                continue
            mail = message_from_bytes(path.read_bytes(), policy=email.policy.default)
            content = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
            said = f"{mail['Subject']} {content.get_content() if content else ''}"
            if isinstance(mail, EmailMessage) and self.about in " ".join(said.split()):
                found.append((path, mail))
        return found


def addressed(name: str, found: list[Mail]) -> list[Mail]:
    """Return the mails to a person."""
    return [(path, mail) for path, mail in found if name in str(mail["To"])]
