"""A courier or a messenger in a process of its own, for one round, so that it may be killed."""

import asyncio
import sys

from chassis import telemetry
from chassis.auth import web_client
from chassis.parts import Parts, begin
from chassis.settings import load
from notifications.delivery.courier import Courier
from notifications.delivery.messenger import Messenger
from notifications.main import assemble
from notifications.settings import NotificationsSettings


async def main() -> None:
    settings = load(NotificationsSettings)
    tracing = telemetry.start("notifications", settings)
    async with web_client() as client:
        parts = Parts("notifications", settings, client)
        parts.db.engine.sync_engine.dialect._json_deserializer = str  # TEMPORARY
        await parts.db.open()
        await begin(parts)
        which = 1 if sys.argv[1:] == ["webhooks"] else 0
        run = assemble(parts, settings).background[which]
        carrier = getattr(run, "__self__", None)
        assert isinstance(carrier, Courier | Messenger)
        await carrier.round()
        await parts.db.close()
    tracing.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
