"""Photos of ideas: sealed with the key of the idea's author, so that they go with it."""

from alembic import op

from chassis.migrate import run_sql

revision = "0008"
down_revision = "0007"

SQL = """
CREATE TABLE photo (
    photo uuid PRIMARY KEY,
    idea uuid NOT NULL,
    author text NOT NULL,
    sealed bytea NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL
);
ALTER TABLE photo ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX photo_idea ON photo (idea);
CREATE INDEX photo_author ON photo (author);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
