"""Rubrics, deputies, private notes, and the prints of reasons that were given."""

from alembic import op

from chassis.migrate import run_sql

revision = "0006"
down_revision = "0005"

SQL = """
CREATE TABLE rubric_v1 (
    rubric text PRIMARY KEY,
    category text,
    published_at timestamptz NOT NULL,
    criteria jsonb NOT NULL
);

ALTER TABLE idea_birth_v1 ADD COLUMN challenge uuid, ADD COLUMN told_at timestamptz;
ALTER TABLE person_v1 ADD COLUMN deputy text;
-- What was heard before this column was there, the latest word of each person.
UPDATE person_v1 p SET deputy = j.deputy FROM (
    SELECT DISTINCT ON (key) key AS person, data ->> 'deputy' AS deputy FROM journal
    WHERE type = 'kiem.people.PersonListed.v1' ORDER BY key, occurred_at DESC
) j WHERE j.person = p.person;

-- What a reviewer notes for themselves: told to nobody, sealed with their own key.
CREATE TABLE note_v1 (
    idea uuid NOT NULL,
    reviewer text NOT NULL,
    sealed bytea NOT NULL,
    written_at timestamptz NOT NULL DEFAULT kiem_now(),
    PRIMARY KEY (idea, reviewer)
);

-- A print of each reason, made with a key: the same words for another idea are found out by it,
-- and nobody can read it.
CREATE TABLE reason_v1 (
    print bytea NOT NULL,
    idea uuid NOT NULL,
    given_at timestamptz NOT NULL DEFAULT kiem_now(),
    PRIMARY KEY (print, idea)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
