"""Who follows which idea, wrote which comment, and took part in which challenge."""

from alembic import op

from chassis.migrate import run_sql

revision = "0010"
down_revision = "0009"

TABLES = """
CREATE TABLE follower (
    idea uuid NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (idea, person)
);
CREATE INDEX follower_person ON follower (person);

CREATE TABLE comment_writer (
    comment uuid PRIMARY KEY,
    person text NOT NULL
);
CREATE INDEX comment_writer_person ON comment_writer (person);

CREATE TABLE participant (
    challenge uuid NOT NULL,
    person text NOT NULL,
    idea uuid,                  -- NULL: a team that shows nothing yet
    UNIQUE NULLS NOT DISTINCT (challenge, person, idea)
);
CREATE INDEX participant_person ON participant (person);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
