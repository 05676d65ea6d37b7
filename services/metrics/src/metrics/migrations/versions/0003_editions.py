"""Frozen months, the first use of each tool, and who left: what stays when rows of persons go."""

from alembic import op

from chassis.migrate import run_sql

revision = "0003"
down_revision = "0002"

SQL = """
-- A month of a tool as counts, before its rows of persons go. It never changes.
CREATE TABLE usage_edition (
    tool text NOT NULL,
    month date NOT NULL,                 -- its first day
    department text NOT NULL,            -- '': the organisation
    measure text NOT NULL CHECK (measure IN ('active', 'advanced', 'feature')),
    feature text NOT NULL DEFAULT '',
    persons integer NOT NULL,
    PRIMARY KEY (tool, month, department, measure, feature)
);

-- The day on which a person first used a tool, of those whose rows are gone.
CREATE TABLE first_use (
    person bytea NOT NULL,
    tool text NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (person, tool)
);

CREATE TABLE left_person (
    person bytea PRIMARY KEY,
    left_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
