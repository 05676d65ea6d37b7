"""The consumers of a service go to another group where Kafka's coordinator of theirs fails."""

from chassis.migrate import run_chassis_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_chassis_sql("0004_consumer_group")
