"""The deputy whom a person chose, beside the one of the directory."""

from alembic import op

from chassis.migrate import run_sql

revision = "0012"
down_revision = "0011"

SQL = "ALTER TABLE person_v1 ADD COLUMN chosen text, ADD COLUMN chosen_at timestamptz"


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
