"""Codes with which people answer a pulse, and who was given one: nothing joins the two."""

from alembic import op

from chassis.migrate import run_sql

revision = "0008"
down_revision = "0007"

SQL = """
-- As many as are asked, made when a wave opens and lying in the order of their digests. A code goes
-- when it is used. None says to whom it was given, or when.
CREATE TABLE pulse_code (
    digest bytea PRIMARY KEY,            -- keyed
    wave uuid NOT NULL,
    department text,                     -- NULL: one of fewer than five
    sealed bytea                         -- the code itself, until it is given to somebody
);
CREATE INDEX pulse_code_free ON pulse_code (wave, department) WHERE sealed IS NOT NULL;

CREATE TABLE pulse_given (
    wave uuid NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (wave, person)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
