"""What every service keeps: events, positions, dead letters, timers."""

from chassis.migrate import run_chassis_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_chassis_sql("0001_event_store")
