"""What people wish to be told, and how; the inbox as it grows; digests of what can wait."""

from alembic import op

from chassis.migrate import run_sql

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE preference (
    person text NOT NULL,
    kind text NOT NULL,
    app boolean NOT NULL,
    mail text NOT NULL CHECK (mail IN ('at_once', 'digest', 'off')),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (person, kind)
);

ALTER TABLE notice
    ADD COLUMN shown boolean NOT NULL DEFAULT true,     -- in the app
    -- A reader that goes on from here misses nothing: places are given before they are committed.
    ADD COLUMN told_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(),   -- stops mails of its kind
    ADD COLUMN batch uuid,                              -- the first notice of its digest
    DROP CONSTRAINT notice_mail_check,
    ADD CONSTRAINT notice_mail_check CHECK (
        mail IN ('waiting', 'digest', 'in_digest', 'delivered', 'failed', 'none'));
CREATE INDEX notice_told ON notice (told_in);
CREATE INDEX notice_live ON notice (person, told_in, place);
CREATE INDEX notice_token ON notice (token);
CREATE INDEX notice_digest ON notice (person) WHERE mail = 'digest';
CREATE INDEX notice_batch ON notice (batch) WHERE batch IS NOT NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
