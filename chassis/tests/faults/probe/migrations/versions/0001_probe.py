"""The chassis' tables, and ours, which let everything be written twice: so it would show."""

from alembic import op

from chassis.migrate import run_chassis_sql

revision = "0001"
down_revision = None

TABLES = (
    "effect (n bigint GENERATED ALWAYS AS IDENTITY, id text, stream text, version bigint)",
    "fired (n bigint GENERATED ALWAYS AS IDENTITY, owner text, kind text)",
    "followed_v1 (n bigint GENERATED ALWAYS AS IDENTITY, stream text, version bigint)",
    "followed_v2 (n bigint GENERATED ALWAYS AS IDENTITY, stream text, version bigint)",
    "heard_v1 (n bigint GENERATED ALWAYS AS IDENTITY, stream text, version bigint)",
    "heard_v2 (n bigint GENERATED ALWAYS AS IDENTITY, stream text, version bigint)",
)


def upgrade() -> None:
    run_chassis_sql("0001_event_store")
    run_chassis_sql("0002_lost_events")
    run_chassis_sql("0003_topics_made_anew")
    run_chassis_sql("0004_consumer_group")
    for table in TABLES:
        op.execute(f"CREATE TABLE {table}")
