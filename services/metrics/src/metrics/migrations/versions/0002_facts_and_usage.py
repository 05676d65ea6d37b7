"""What metrics heard of ideas, promises, notices and the directory; what was used on a day."""

from alembic import op

from chassis.migrate import run_sql

revision = "0002"
down_revision = "0001"

SQL = """
CREATE TABLE idea_fact_v1 (
    idea uuid NOT NULL,
    version bigint NOT NULL,
    type text NOT NULL,
    state text,                          -- NULL: the step leaves the idea where it is
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    author bytea NOT NULL,               -- a keyed hash, as is every person here
    origin text NOT NULL,
    department text,
    category text,
    accountable bytea,
    due timestamptz,
    PRIMARY KEY (idea, version)
);
CREATE INDEX idea_fact_v1_type ON idea_fact_v1 (type, occurred_at);

CREATE TABLE promise_fact_v1 (
    idea uuid NOT NULL,
    version bigint NOT NULL,
    step text NOT NULL,
    accountable bytea NOT NULL,
    due timestamptz NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (idea, version)
);

CREATE TABLE delivery_fact_v1 (
    notice uuid NOT NULL,
    version bigint NOT NULL,
    idea uuid NOT NULL,
    person bytea NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (notice, version)
);

CREATE TABLE listing_fact_v1 (
    person bytea NOT NULL,
    id bytea NOT NULL,                   -- a hash of source and id: ids may name persons
    department text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (person, id)
);

-- What may be done with a tool, under the first 8 bytes of its hash: the ledger stays narrow.
CREATE TABLE usage_kind (
    kind bigint PRIMARY KEY,
    tool text NOT NULL,
    feature text NOT NULL,
    department text,                     -- NULL: the directory knows, or nobody
    advanced boolean NOT NULL
);

-- One row a day, person and kind: the source of every number about tools, also for a rebuild.
CREATE TABLE usage_ledger (
    day date NOT NULL,                   -- the local day of the use
    person bytea NOT NULL,
    kind bigint NOT NULL,
    recorded date NOT NULL,              -- the local day on which it was heard
    uses integer NOT NULL,
    PRIMARY KEY (day, person, kind, recorded)
) WITH (fillfactor = 80);

CREATE TABLE erased_person (
    person bytea PRIMARY KEY
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
