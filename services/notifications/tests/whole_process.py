"""TEMPORARY, until `chassis.database` reads jsonb as text itself: then `-m notifications` does."""

from functools import partial
from typing import Any

import chassis.database
from chassis.process import run
from notifications.main import assemble
from notifications.settings import NotificationsSettings

database: Any = chassis.database
database.create_async_engine = partial(database.create_async_engine, json_deserializer=str)

if __name__ == "__main__":
    run("notifications", NotificationsSettings, assemble)
