"""Whose ideas became a part of another one: they have it too, and judge it in no case."""

from alembic import op

from chassis.migrate import run_sql

revision = "0010"
down_revision = "0009"

SQL = """
CREATE TABLE absorbed_v1 (
    idea uuid NOT NULL,
    absorbed uuid NOT NULL,
    authors text[] NOT NULL,
    PRIMARY KEY (idea, absorbed)
);
INSERT INTO absorbed_v1 (idea, absorbed, authors)
SELECT (j.data->>'idea')::uuid, (j.data->>'absorbed')::uuid,
    ARRAY(SELECT jsonb_array_elements_text(j.data->'authors'))
FROM journal j WHERE j.type = 'kiem.ideas.IdeaAbsorbed.v1' AND NOT EXISTS (
    SELECT FROM journal s WHERE s.type = 'kiem.ideas.IdeaSeparated.v1' AND s.stream = j.stream
        AND s.version > j.version AND s.data->>'separated' = j.data->>'absorbed'
)
ON CONFLICT (idea, absorbed) DO UPDATE SET authors = excluded.authors;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
