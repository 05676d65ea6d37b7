"""What Kafka has of this service and an older copy of its store has not."""

from chassis.migrate import run_chassis_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_chassis_sql("0002_lost_events")
