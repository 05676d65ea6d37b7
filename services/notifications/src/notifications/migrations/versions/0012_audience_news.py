"""News that everybody who follows an idea or took part in a challenge is told, some at a time."""

from alembic import op

from chassis.migrate import run_sql

revision = "0012"
down_revision = "0011"

SQL = """
ALTER TABLE follower ADD COLUMN added bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX follower_added ON follower (idea, added);
ALTER TABLE participant ADD COLUMN added bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX participant_added ON participant (challenge, added);

CREATE TABLE audience_news (
    cause text NOT NULL,
    kind text NOT NULL,
    whose uuid NOT NULL,            -- the idea that is followed, or the challenge
    at timestamptz NOT NULL,        -- when it happened
    idea uuid,
    outcome text,
    knowing text[] NOT NULL,        -- who need not be told
    latest bigint NOT NULL,         -- who was added later is not told
    told text NOT NULL DEFAULT '',  -- up to whom everybody was told, in the order of their ids
    since timestamptz NOT NULL,     -- when it was heard
    traceparent text,
    PRIMARY KEY (cause, kind)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
