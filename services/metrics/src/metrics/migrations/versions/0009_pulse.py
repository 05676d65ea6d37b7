"""Waves of a pulse and what was answered in them: nobody's name, and no moment of an answer."""

from alembic import op

from chassis.migrate import run_sql

revision = "0009"
down_revision = "0008"

SQL = """
CREATE TABLE wave_fact_v1 (
    wave uuid NOT NULL,
    opened boolean NOT NULL,             -- else it is the end
    told text NOT NULL,                  -- JSON: the event
    PRIMARY KEY (wave, opened)
);

CREATE TABLE answer_fact_v1 (
    answer uuid PRIMARY KEY,
    wave uuid NOT NULL,
    department text,
    answers text NOT NULL                -- JSON: question -> number
);
CREATE INDEX answer_fact_v1_wave ON answer_fact_v1 (wave);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
