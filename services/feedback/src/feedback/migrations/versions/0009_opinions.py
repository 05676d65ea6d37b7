"""Views that somebody is asked for, as whoever was asked looks for them."""

from alembic import op

from chassis.migrate import run_sql

revision = "0009"
down_revision = "0008"

SQL = """
CREATE TABLE opinion_v1 (
    opinion uuid PRIMARY KEY,
    idea uuid NOT NULL,
    by text NOT NULL,
    asked text NOT NULL,
    due timestamptz NOT NULL,
    touches_team boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    given_at timestamptz                 -- NULL: it is still asked for
);
CREATE INDEX opinion_v1_asked ON opinion_v1 (asked, due) WHERE given_at IS NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
