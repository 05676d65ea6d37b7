"""Webhooks of people and of the organisation, and the queue of what is posted to them."""

from alembic import op

from chassis.migrate import run_sql

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE endpoint (
    endpoint uuid PRIMARY KEY,
    person text,                    -- whose it is; NULL: the organisation's
    receiver text NOT NULL,         -- which template it reads
    reaches boolean NOT NULL,       -- it brings notices to people: its yes counts as delivery
    sealed bytea,                   -- address and secrets, with their owner's key; NULL: removed
    made_at timestamptz NOT NULL,
    stopped text                    -- why nothing is posted there any more
);
CREATE INDEX endpoint_of_person ON endpoint (person) WHERE stopped IS NULL;

CREATE TABLE webhook_call (
    notice uuid NOT NULL REFERENCES notice,
    endpoint uuid NOT NULL REFERENCES endpoint,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,   -- real time, as servers live in it
    lease_until timestamptz,
    last_cause text,                        -- codes alone, nobody's words
    PRIMARY KEY (notice, endpoint)
) WITH (fillfactor = 80);
CREATE INDEX webhook_call_waiting ON webhook_call (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX webhook_call_of_endpoint ON webhook_call (endpoint);

ALTER TABLE preference ADD COLUMN webhook boolean NOT NULL DEFAULT true;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
