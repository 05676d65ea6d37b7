"""What people did around ideas, who was in the directory, the tools, and what others reported."""

from alembic import op

from chassis.migrate import run_sql

revision = "0005"
down_revision = "0004"

SQL = """
CREATE TABLE doing_fact_v1 (
    stream text NOT NULL,
    version bigint NOT NULL,
    type text NOT NULL,
    subject uuid NOT NULL,               -- the idea, barrier or request that it is about
    idea uuid,
    person bytea,                        -- a keyed hash, as is every person here
    others bytea NOT NULL,               -- hashes of 16 bytes, one after the other
    kind text,
    department text,
    amount double precision,
    challenge text,
    tool text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (stream, version)
);
CREATE INDEX doing_fact_v1_type ON doing_fact_v1 (type, occurred_at);

CREATE TABLE standing_fact_v1 (
    person bytea NOT NULL,
    id bytea NOT NULL,                   -- a hash of source and id
    present boolean NOT NULL,
    department text,
    level text,
    attributes text NOT NULL,            -- JSON, '{}' once the person is erased
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (person, id)
);

CREATE TABLE tool_fact_v1 (
    tool uuid NOT NULL,
    version bigint NOT NULL,
    name text,                           -- NULL: as it was introduced
    features text NOT NULL,              -- JSON: feature -> core or advanced
    audience text NOT NULL,              -- JSON: departments; none means all
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tool, version)
);

-- Counts that other systems told: of the workforce, and of what came of it all.
CREATE TABLE report_fact_v1 (
    id bytea PRIMARY KEY,
    type text NOT NULL,
    department text NOT NULL,
    period text NOT NULL,
    measure text NOT NULL,
    unit text NOT NULL,
    persons bigint,
    amounts text NOT NULL,               -- JSON: name -> number
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX report_fact_v1_type ON report_fact_v1 (type, period);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
