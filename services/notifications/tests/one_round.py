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
from services.notifications.tests.house import worker


async def main() -> None:
    settings = load(NotificationsSettings)
    tracing = telemetry.start("notifications", settings)
    async with web_client() as client:
        parts = Parts("notifications", settings, client)
        await parts.db.open()
        await begin(parts)
        service = assemble(parts, settings)
        match sys.argv[-1]:
            case "webhooks":
                await worker(service, Messenger).step()
            case "audience":
                await worker(service, Spreading).step()
            case "outages":
                await worker(service, Outages).step()
            case _:
                await worker(service, Courier).step()
        await parts.db.close()
    tracing.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
