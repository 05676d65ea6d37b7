"""The list of ideas, the leads of people, and what became of imported lines."""

from alembic import op

from chassis.migrate import run_sql

revision = "0002"
down_revision = "0001"

SQL = """
CREATE TABLE idea_v1 (
    idea uuid PRIMARY KEY,
    author text NOT NULL,
    department text,
    category text,
    language text NOT NULL,
    origin text NOT NULL,
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    accountable text,
    due timestamptz,
    submitted_at timestamptz NOT NULL
);
CREATE INDEX idea_v1_newest ON idea_v1 (submitted_at DESC, idea);
CREATE INDEX idea_v1_state ON idea_v1 (state, submitted_at DESC, idea);

CREATE TABLE person_v1 (
    person text PRIMARY KEY,
    lead text,
    department text,
    listed_at timestamptz,
    left_at timestamptz
);

-- A line of a history and its step: carried out once, whatever is sent again.
CREATE TABLE imported_line (
    command uuid PRIMARY KEY,
    idea uuid NOT NULL,
    verdict text NOT NULL,
    reason text,
    recorded_at timestamptz NOT NULL DEFAULT kiem_now()
);

-- What a mapping did not place, kept whole and sealed until a better one does.
CREATE TABLE unplaced_line (
    source text NOT NULL,
    line bigint NOT NULL,
    reason text NOT NULL,
    raw bytea NOT NULL,
    placed_at timestamptz,
    kept_at timestamptz NOT NULL DEFAULT kiem_now(),
    PRIMARY KEY (source, line)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
