"""A real SMTP server on the loopback that sends nothing on and keeps what it gets, to be read."""

import asyncio
import hashlib
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from local.ports import LOOPBACK

_LARGEST = 10 * 1024 * 1024


class Keeper:
    """Writes each mail as `<time>-<id>.eml` and a line about it into `index.txt`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep it before saying so: who hears 250 forgets the mail."""
        content = bytes(envelope.content)
        received = datetime.now(UTC)
        digest = hashlib.sha256(content).hexdigest()[:8]
        name = f"{received:%Y%m%dT%H%M%S.%f}Z-{digest}.eml"
        staged = self.folder / f".{name}"
        staged.write_bytes(content)
        staged.rename(self.folder / name)
        message: EmailMessage = message_from_bytes(content, policy=policy.default)
        self._index(received, envelope.rcpt_tos, message, name)
        return "250 kept"

    def _index(
        self, received: datetime, recipients: list[str], message: EmailMessage, name: str
    ) -> None:
        subject = " ".join(str(message.get("subject", "(no subject)")).split())
        line = f"{received:%Y-%m-%d %H:%M:%S}  {', '.join(recipients)}  {subject}  {name}\n"
        with (self.folder / "index.txt").open("a") as index:
            index.write(line)


async def serve(folder: Path, port: int) -> asyncio.Server:
    """Listen on the loopback; mail for anybody is accepted."""
    keeper = Keeper(folder)
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            keeper, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=_LARGEST,
            ident="Kiem mailbox", loop=asyncio.get_running_loop(),
        ),
        LOOPBACK, port,
    )  # fmt: skip


async def main(environment: Mapping[str, str]) -> None:
    """Serve until told to stop."""
    stop = asyncio.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sent, stop.set)
    server = await serve(Path(environment["KIEM_MAIL_FOLDER"]), int(environment["KIEM_PORT"]))
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(os.environ))
