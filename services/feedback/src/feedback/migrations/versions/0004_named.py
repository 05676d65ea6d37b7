"""Who was named just now: the queue follows a moment later, and a burst of ideas is spread."""

from alembic import op

from chassis.migrate import run_sql

revision = "0004"
down_revision = "0003"

SQL = """
CREATE TABLE named_v1 (
    idea uuid PRIMARY KEY,
    reviewer text NOT NULL
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
