"""Sends one letter over SMTP and says what became of it: taken, refused for good, or try again."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib

from notifications.delivery.letters import Letter

LONGEST_PROOF = 200
PERMANENT = 500

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"\S*@\S*")


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server that takes our mail, and the address that we write from."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    start_tls: bool = False
    timeout: float = 20.0

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Taken:
    """The server took the mail and is bound to deliver it; `proof` is what it said."""

    proof: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refuses this mail. For good: a mistake in the address, say. Else: not yet.

    `pause` is what it asks to wait at least, if it does.
    """

    cause: str
    for_good: bool
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The server can't be asked at the moment, which says nothing about this mail."""

    cause: str


Sent = Taken | Refused | Unreachable


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail goes to."""

    name: str
    address: str


def compose(
    letter: Letter,
    recipient: Recipient,
    server: Server,
    *,
    notice: UUID,
    at: datetime,
    stop: str | None = None,
) -> EmailMessage:
    """Make the mail of a letter; a notice has one Message-ID, however often it is sent.

    `stop` is where mails of its kind are stopped with one click (RFC 8058).
    """
    mail = EmailMessage(SMTP_POLICY)
    mail["From"] = Address("Kiem", addr_spec=server.sender)
    mail["To"] = Address(recipient.name, addr_spec=recipient.address)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{notice}@{server.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if stop is not None:
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    mail["Content-Language"] = letter.language  # last, as new content removes such headers
    return mail


async def send(mail: EmailMessage, recipient: Recipient, server: Server) -> Sent:
    """Hand a mail over to the server."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.domain,
        username=server.user,
        password=server.password,
        start_tls=server.start_tls,
        timeout=server.timeout,
    )
    try:
        await client.connect()
        return await _hand_over(client, mail, recipient, server)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return Unreachable(_cause(error))
    finally:
        # The mail is taken or not already: how the server takes its leave changes nothing.
        with suppress(aiosmtplib.SMTPException, OSError):
            if client.is_connected:
                await client.quit(timeout=1)
        client.close()


async def _hand_over(
    client: aiosmtplib.SMTP, mail: EmailMessage, recipient: Recipient, server: Server
) -> Sent:
    try:
        _, reply = await client.send_message(
            mail, sender=server.sender, recipients=recipient.address
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _refused(error.recipients[0])
    except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
        return _refused(error)
    except aiosmtplib.SMTPNotSupported:
        return Refused("the server does not take addresses with letters beyond ASCII", True)
    return Taken(proof(250, reply))


def proof(code: int, reply: str) -> str:
    """Return a server's reply as a proof: its code and its words, without anybody's address."""
    words = _ADDRESS.sub("…", " ".join(reply.split()))
    return f"{code} {words}".strip()[:LONGEST_PROOF]


def _refused(error: aiosmtplib.SMTPResponseException) -> Refused:
    return Refused(_cause(error), for_good=error.code >= PERMANENT)


def _cause(error: Exception) -> str:
    """Say what went wrong in codes alone: a server's words may quote the address."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        enhanced = _ENHANCED.search(error.message)
        return f"{error.code} {enhanced.group()}" if enhanced else str(error.code)
    return type(error).__name__
