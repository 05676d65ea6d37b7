"""Drafts: nobody but their writer ever sees them, so they are no events."""

from alembic import op

from chassis.migrate import run_sql

revision = "0007"
down_revision = "0006"

SQL = """
CREATE TABLE draft (
    draft uuid PRIMARY KEY,
    person text NOT NULL,
    sealed bytea NOT NULL,
    saved_at timestamptz NOT NULL
);
CREATE INDEX draft_person ON draft (person, saved_at DESC, draft);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
