"""Who promised what until when, who works where, how to reach them, and what they are told."""

from alembic import op

from chassis.migrate import run_sql

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE person (
    person text PRIMARY KEY,
    listed_at timestamptz,
    lead text,
    deputy text,
    roles text[] NOT NULL DEFAULT '{}',
    language text,
    left_at timestamptz,
    absence_told_at timestamptz,
    absent_first date,
    absent_last date,
    erased_at timestamptz
);

CREATE TABLE contact (
    person text PRIMARY KEY,
    sealed bytea NOT NULL,          -- name and address, with the person's own key
    language text NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE TABLE loop (
    subject uuid PRIMARY KEY,
    matter text NOT NULL,           -- what kind of thing it is: an idea, a barrier, an appeal …
    idea uuid,                      -- itself, or the one that it is about
    authors text[] NOT NULL,
    version bigint NOT NULL,        -- the last step of it that was followed
    finished boolean NOT NULL DEFAULT false,
    accountable text,               -- with due: the promise that stands; NULL: nothing is owed
    due timestamptz,
    rung text,                      -- of the ladder, once the promise was broken
    since timestamptz,
    broken int NOT NULL DEFAULT 0,  -- how often in its life
    kept int NOT NULL DEFAULT 0,
    CHECK ((accountable IS NULL) = (due IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX loop_of_idea ON loop (idea) WHERE matter <> 'idea';

CREATE TABLE notice (
    notice uuid PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,   -- the order in which they are listed
    person text NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    matter text NOT NULL,
    idea uuid,
    cause text NOT NULL,
    owed boolean NOT NULL,
    at timestamptz NOT NULL,
    accountable text,
    due timestamptz,
    previous text,
    outcome text,
    traceparent text,
    seen_at timestamptz,
    mail text NOT NULL CHECK (mail IN ('waiting', 'delivered', 'failed', 'none')),
    attempts int NOT NULL DEFAULT 0,        -- of the mail
    refusals int NOT NULL DEFAULT 0,        -- of those, the ones that were about this mail
    next_attempt_at timestamptz NOT NULL,   -- real time, as servers live in it
    lease_until timestamptz,
    last_cause text                         -- codes alone, nobody's words
) WITH (fillfactor = 80);
CREATE INDEX notice_waiting ON notice (next_attempt_at) WHERE mail = 'waiting';
CREATE INDEX notice_of_person ON notice (person, place DESC);
CREATE INDEX notice_of_subject ON notice (subject);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
