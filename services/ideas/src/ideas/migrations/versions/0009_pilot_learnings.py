"""What pilots taught, to be found among the learnings; the words stay in the store."""

from alembic import op

from chassis.migrate import run_sql

revision = "0009"
down_revision = "0008"

SQL = """
CREATE TABLE pilot_learning_v1 (
    learning uuid PRIMARY KEY,
    idea uuid NOT NULL,
    version bigint NOT NULL,
    person text NOT NULL,
    told_at timestamptz NOT NULL
);
CREATE INDEX pilot_learning_v1_newest ON pilot_learning_v1 (told_at DESC, learning);
CREATE INDEX pilot_learning_v1_idea ON pilot_learning_v1 (idea);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
