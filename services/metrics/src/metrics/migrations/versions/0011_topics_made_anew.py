"""A topic made anew has other records at the places of the old one."""

from chassis.migrate import run_chassis_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_chassis_sql("0003_topics_made_anew")
