"""For whom a tool is: whoever comes to it later is told of it, and nobody else."""

from alembic import op

from chassis.migrate import run_sql

revision = "0019"
down_revision = "0018"

SQL = """
CREATE TABLE tool_audience (
    tool uuid PRIMARY KEY,
    departments text[] NOT NULL
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
