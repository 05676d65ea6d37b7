"""Mail over real SMTP: a server in this process that says yes, no, not yet, or nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID

import pytest

from notifications.delivery.letters import Letter
from notifications.delivery.mail import (
    Recipient,
    Refused,
    Server,
    Taken,
    Unreachable,
    compose,
    proof,
    send,
)
from services.notifications.tests.neighbours import PostOffice, post_office

NOTICE = UUID(int=42)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA = Recipient("Anna de Wit", "anna@example.org")
LETTER = Letter("nl", "Er is een antwoord: ideeën", "Hallo Anna,\n", "<p>Hallo Anna,</p>\n")


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def server(office: PostOffice) -> AsyncIterator[Server]:
    async with post_office(office) as port:
        yield Server("127.0.0.1", port, "kiem@example.org", timeout=5)


def mail(server: Server, to: Recipient = ANNA, *, stop: str | None = None) -> EmailMessage:
    return compose(LETTER, to, server, notice=NOTICE, at=NOON, stop=stop)


async def test_a_mail_arrives_as_text_and_as_html_with_the_notices_own_id(
    office: PostOffice, server: Server
) -> None:
    sent = await send(mail(server), ANNA, server)
    assert sent == Taken("250 2.0.0 Ok: queued as 4Zk for …")
    (got,) = office.got
    assert got["Message-ID"] == f"<{NOTICE}@example.org>"
    assert got["To"] == "Anna de Wit <anna@example.org>"
    assert got["Subject"] == "Er is een antwoord: ideeën"
    assert got["Content-Language"] == "nl"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe"] is None
    kinds = [part.get_content_type() for part in got.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    text = got.get_body(("plain",))
    assert text is not None
    assert "Hallo Anna," in text.get_content()


async def test_only_an_optional_mail_offers_to_unsubscribe(server: Server) -> None:
    offered = mail(server, stop="https://kiem.example/v1/unsubscribe/7")
    assert offered["List-Unsubscribe"] == "<https://kiem.example/v1/unsubscribe/7>"
    assert offered["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        ("550 5.1.1 <anna@example.org> unknown", Refused("550 5.1.1", for_good=True)),
        ("451 4.7.1 greylisted, anna@example.org", Refused("451 4.7.1", for_good=False)),
        ("452 no room", Refused("452", for_good=False)),
    ],
)
async def test_a_refusal_is_for_good_or_not_yet_and_quotes_no_address(
    office: PostOffice, server: Server, step: str, reply: str, refused: Refused
) -> None:
    setattr(office, step, reply)
    assert await send(mail(server), ANNA, server) == refused


async def test_a_server_that_is_not_there_says_nothing_about_the_mail(server: Server) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = Server("127.0.0.1", unused.getsockname()[1], "kiem@example.org", timeout=5)
        assert await send(mail(nobody), ANNA, nobody) == Unreachable("SMTPConnectError")


async def test_a_server_that_falls_silent_is_given_up_for_now(
    office: PostOffice, server: Server
) -> None:
    office.silent = True
    slow = Server(server.host, server.port, server.sender, timeout=0.2)
    assert await send(mail(slow), ANNA, slow) == Unreachable("SMTPReadTimeoutError")
    assert office.got == []


async def test_a_wrong_password_is_our_mistake_and_not_the_mails(server: Server) -> None:
    ours = Server(server.host, server.port, server.sender, user="kiem", password="wrong")
    assert isinstance(await send(mail(ours), ANNA, ours), Unreachable)


async def test_encryption_that_the_server_does_not_have_is_not_done_without(
    office: PostOffice, server: Server
) -> None:
    strict = Server(server.host, server.port, server.sender, start_tls=True, timeout=5)
    assert isinstance(await send(mail(strict), ANNA, strict), Unreachable)
    assert office.got == []


async def test_a_server_that_hangs_up_after_taking_the_mail_has_taken_it() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"EHLO" | b"MAIL" | b"RCPT":
                    writer.write(b"250 ok\r\n")
                case b"DATA":
                    writer.write(b"354 go\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(b"250 queued as 7\r\n")
                    break
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        curt = Server("127.0.0.1", port, "kiem@example.org", timeout=5)
        assert await send(mail(curt), ANNA, curt) == Taken("250 queued as 7")


def test_a_proof_is_short_and_has_no_address() -> None:
    assert proof(250, "ok\n  queued <anna@example.org>:7 " + "x" * 500).startswith("250 ok queued")
    assert "anna" not in proof(250, "queued <anna@example.org>:7")
    assert len(proof(250, "x" * 500)) == 200
