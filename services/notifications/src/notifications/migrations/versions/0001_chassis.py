"""The tables that every service has: events, outbox, positions, timers, keys."""

from chassis.migrate import run_chassis_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_chassis_sql("0001_event_store")
