"""Codes of ideas, whose alias is whose, and the puzzles that were solved once."""

from alembic import op

from chassis.migrate import run_sql

revision = "0006"
down_revision = "0005"

SQL = """
-- A code is kept as a keyed hash. Whoever has it speaks for one idea, as its alias or its author.
CREATE TABLE idea_code (
    hash bytea PRIMARY KEY,
    idea uuid NOT NULL,
    speaker text NOT NULL
);
CREATE INDEX idea_code_idea ON idea_code (idea);
CREATE INDEX idea_code_speaker ON idea_code (speaker);

-- Whose a confidential idea is: found by a keyed hash, read with the key of the alias alone.
CREATE TABLE alias_owner (
    alias text PRIMARY KEY,
    idea uuid NOT NULL,
    owner bytea NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX alias_owner_owner ON alias_owner (owner);

-- Nothing here says which idea a puzzle was for.
CREATE TABLE spent_puzzle (
    puzzle bytea PRIMARY KEY,
    spent_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX spent_puzzle_spent ON spent_puzzle (spent_at);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
