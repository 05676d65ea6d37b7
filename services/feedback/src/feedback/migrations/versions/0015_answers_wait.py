"""Answers to a pulse wait for the end of their wave: told at once, no moment says whose one was."""

from alembic import op

from chassis.migrate import run_sql

revision = "0015"
down_revision = "0014"

SQL = """
-- Nothing says when a row came. It goes when the wave ends and the answer is told.
CREATE TABLE pulse_answer (
    answer uuid PRIMARY KEY,             -- made by chance; they are told in this order
    wave uuid NOT NULL,
    department text,                     -- NULL: one of fewer than five
    answers text NOT NULL                -- JSON: question -> number
);
CREATE INDEX pulse_answer_wave ON pulse_answer (wave);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
