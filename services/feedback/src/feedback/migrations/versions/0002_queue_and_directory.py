"""Who has which review, and the part of the directory that routing asks."""

from alembic import op

from chassis.migrate import run_sql

revision = "0002"
down_revision = "0001"

SQL = """
CREATE TABLE review_queue_v1 (
    idea uuid PRIMARY KEY,
    author text NOT NULL,
    co_authors text[] NOT NULL,
    department text,
    category text,
    origin text NOT NULL,
    state text NOT NULL,
    reviewer text,
    accountable text NOT NULL,
    due timestamptz NOT NULL,
    requested_at timestamptz NOT NULL
);
CREATE INDEX review_queue_v1_reviewer ON review_queue_v1 (reviewer, due) WHERE state = 'open';
CREATE INDEX review_queue_v1_waiting ON review_queue_v1 (requested_at)
    WHERE state = 'open' AND reviewer IS NULL;

CREATE TABLE person_v1 (
    person text PRIMARY KEY,
    department text,
    lead text,
    roles text[] NOT NULL DEFAULT '{}',
    listed_at timestamptz,
    left_at timestamptz
);
CREATE INDEX person_v1_reviewer ON person_v1 (person) WHERE 'reviewer' = ANY (roles);

CREATE TABLE absence_v1 (
    person text NOT NULL,
    first date NOT NULL,
    last date NOT NULL,
    planned_at timestamptz NOT NULL,
    PRIMARY KEY (person, first, last)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
