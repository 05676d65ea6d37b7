"""The deputy whom a person chose, beside the one of the directory."""

from alembic import op

from chassis.migrate import run_sql

revision = "0011"
down_revision = "0010"

SQL = "ALTER TABLE person ADD COLUMN chosen text, ADD COLUMN chosen_at timestamptz"


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
