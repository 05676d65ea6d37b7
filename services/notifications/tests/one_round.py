"""A courier in a process of its own, for one round, so that a test may have it killed."""

import asyncio

from chassis import telemetry
from chassis.auth import web_client
from chassis.parts import Parts, begin
from chassis.settings import load
from notifications.delivery.courier import Courier
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
        run = assemble(parts, settings).background[0]
        courier = getattr(run, "__self__", None)
        assert isinstance(courier, Courier)
        await courier.round()
        await parts.db.close()
    tracing.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
