"""The mailbox keeps every mail where a person can read it."""

import asyncio
import smtplib
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

from local.mailbox import serve
from local.ports import free_port


def send(port: int, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(message)


def mails(folder: Path) -> list[tuple[str, bytes]]:
    return [(file.name, file.read_bytes()) for file in folder.glob("*.eml")]


def index(folder: Path) -> str:
    return (folder / "index.txt").read_text()


async def test_a_mail_is_kept_whole_and_listed(tmp_path: Path) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "kiem@example.org", "zoë@example.org"
    message["Subject"] = "Je idee is ontvangen: één fiets"
    message.set_content("Dank je wel.\n")
    port = free_port()
    async with await serve(tmp_path, port):
        await asyncio.to_thread(send, port, message)
    (name, content), *others = mails(tmp_path)
    assert not others
    assert BytesParser(policy=SMTP).parsebytes(content)["Subject"] == message["Subject"]
    line = index(tmp_path)
    assert "Je idee is ontvangen: één fiets" in line
    assert name in line


async def test_an_empty_mail_is_kept_too(tmp_path: Path) -> None:
    port = free_port()
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "a@example.org", "b@example.org"
    async with await serve(tmp_path, port):
        await asyncio.to_thread(send, port, message)
    assert "(no subject)" in index(tmp_path)
