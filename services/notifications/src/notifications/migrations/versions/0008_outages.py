"""When the house itself was away, and the mails and calls that were kept back for its end."""

from alembic import op

from chassis.migrate import run_sql

revision = "0008"
down_revision = "0007"

TABLES = """
CREATE TABLE pulse (                -- the last moment at which the house was there, in real time
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    at timestamptz NOT NULL
);

CREATE TABLE outage (
    outage uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    last_beat timestamptz NOT NULL UNIQUE,  -- real time: whoever finds it twice notes it once
    began_at timestamptz NOT NULL,          -- domain time, as promises are
    ended_at timestamptz NOT NULL,
    settles_at timestamptz NOT NULL,        -- real time; then everybody is told, unless it is held
    held_by text,                           -- who wants to look at it first
    released_at timestamptz,                -- domain time; NULL: what piled up is kept back
    released_by text,                       -- NULL: by itself
    CHECK (began_at < ended_at)
);
CREATE INDEX outage_open ON outage (ended_at) WHERE released_at IS NULL;

ALTER TABLE notice
    DROP CONSTRAINT notice_mail_check,
    ADD CONSTRAINT notice_mail_check CHECK (
        mail IN ('waiting', 'held', 'digest', 'in_digest', 'delivered', 'failed', 'none'));
CREATE INDEX notice_held ON notice (person) WHERE mail = 'held';
ALTER TABLE webhook_call
    DROP CONSTRAINT webhook_call_state_check,
    ADD CONSTRAINT webhook_call_state_check CHECK (
        state IN ('waiting', 'held', 'delivered', 'failed'));
CREATE INDEX webhook_call_held ON webhook_call (notice) WHERE state = 'held';
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
