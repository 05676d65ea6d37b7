"""A worker of notifications in a process of its own, for one round, to be killed."""

import asyncio
import sys

from chassis import telemetry
from chassis.auth import web_client
from chassis.parts import Parts, begin
from chassis.settings import load
from notifications.consumers.audience import Spreading
from notifications.consumers.outages import Outages
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
        which = {"webhooks": 1, "audience": -2, "outages": -1}.get(sys.argv[-1], 0)
        run = assemble(parts, settings).background[which]
        worker = getattr(run, "__self__", None)
        if isinstance(worker, Outages | Spreading):
            await worker.step()
        else:
            assert isinstance(worker, Courier | Messenger)
            await worker.round()
        await parts.db.close()
    tracing.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
