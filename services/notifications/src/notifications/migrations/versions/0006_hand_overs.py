"""Who was asked to tell a person what no channel brought, and who said that they did."""

from alembic import op

from chassis.migrate import run_sql

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE hand_over (
    task uuid PRIMARY KEY,          -- the notice that asks the colleague
    notice uuid NOT NULL REFERENCES notice,
    colleague text NOT NULL,
    turn int NOT NULL,
    asked_at timestamptz NOT NULL,
    due timestamptz NOT NULL,
    told_at timestamptz             -- when the colleague said that the person was told
);
CREATE INDEX hand_over_of_notice ON hand_over (notice);
CREATE INDEX hand_over_of_colleague ON hand_over (colleague, asked_at DESC);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
