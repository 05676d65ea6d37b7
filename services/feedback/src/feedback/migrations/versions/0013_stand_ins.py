"""Confidential reviews whose reviewer is away, until `ideas` says if the deputy stands apart."""

from alembic import op

from chassis.migrate import run_sql

revision = "0013"
down_revision = "0012"

SQL = """
CREATE TABLE stand_in_v1 (
    idea uuid PRIMARY KEY,
    absent text NOT NULL,
    last date NOT NULL,
    cause text NOT NULL
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
