"""Ideas that wait to be heard of by whoever finds their reviewers."""

from alembic import op

from chassis.migrate import run_sql

revision = "0018"
down_revision = "0017"

SQL = """
CREATE TABLE review_wait (
    idea uuid PRIMARY KEY,
    accountable text,
    due timestamptz,
    since timestamptz,
    heard timestamptz,
    asked timestamptz,
    told boolean NOT NULL DEFAULT false
);
CREATE INDEX review_wait_heard ON review_wait (heard) WHERE since IS NOT NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
