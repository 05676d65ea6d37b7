"""The consumers of a service go to another group where Kafka's coordinator of theirs fails."""

from chassis.migrate import run_chassis_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_chassis_sql("0004_consumer_group")
