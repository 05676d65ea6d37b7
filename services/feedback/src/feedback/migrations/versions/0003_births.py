"""Whose each idea is: a reopened or an imported idea does not say it again."""

from alembic import op

from chassis.migrate import run_sql

revision = "0003"
down_revision = "0002"

SQL = """
CREATE TABLE idea_birth_v1 (
    idea uuid PRIMARY KEY,
    co_authors text[] NOT NULL,
    department text,
    category text
);
-- What was heard before this table was there, as far as it is journalled.
INSERT INTO idea_birth_v1 (idea, co_authors, department, category)
SELECT (data ->> 'idea')::uuid,
    ARRAY(SELECT jsonb_array_elements_text(coalesce(data -> 'co_authors', '[]'))),
    data ->> 'department', data ->> 'category'
FROM journal WHERE type = 'kiem.ideas.IdeaSubmitted.v1'
ON CONFLICT DO NOTHING;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
