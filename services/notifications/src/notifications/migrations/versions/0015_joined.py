"""Who came to an idea later, and with which one: they stay when its own authors change.

What was heard before is in the journal. Where nothing of this happened, everybody is of its own.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0015"
down_revision = "0014"

SQL = """
ALTER TABLE loop ADD COLUMN own text[];     -- those who tell it as theirs; NULL: all its authors
ALTER TABLE loop ADD COLUMN joined jsonb NOT NULL DEFAULT '{}';  -- an idea, and who came with it

WITH came AS (
    SELECT (j.data ->> 'idea')::uuid AS idea, j.data ->> 'absorbed' AS source,
        j.data -> 'authors' AS people, j.version
    FROM journal j WHERE j.type = 'kiem.ideas.IdeaAbsorbed.v1' AND NOT EXISTS (
        SELECT FROM journal s WHERE s.type = 'kiem.ideas.IdeaSeparated.v1' AND s.stream = j.stream
            AND s.version > j.version AND s.data ->> 'separated' = j.data ->> 'absorbed'
    )
    UNION ALL
    SELECT (data ->> 'idea')::uuid, data ->> 'idea', jsonb_build_array(data -> 'by'), version
    FROM journal WHERE type = 'kiem.ideas.AuthorRevealed.v1'
), joined AS (
    SELECT idea, jsonb_object_agg(source, people ORDER BY version) AS joined FROM came GROUP BY idea
), own AS (
    SELECT DISTINCT ON (stream) (data ->> 'idea')::uuid AS idea, (data ->> 'author') || ARRAY(
        SELECT jsonb_array_elements_text(coalesce(data -> 'co_authors', '[]'))
    ) AS people
    FROM journal
    WHERE type IN ('kiem.ideas.IdeaSubmitted.v1', 'kiem.ideas.CoAuthorsChanged.v1')
        AND stream IN (SELECT stream FROM journal WHERE type IN (
            'kiem.ideas.IdeaAbsorbed.v1', 'kiem.ideas.AuthorRevealed.v1'
        ))
    ORDER BY stream, version DESC
)
UPDATE loop l SET own = own.people, joined = coalesce(joined.joined, '{}'),
    authors = own.people || ARRAY(
        SELECT DISTINCT person
        FROM jsonb_each(coalesce(joined.joined, '{}')) AS one (source, people),
            jsonb_array_elements_text(one.people) AS person
        WHERE person <> ALL (own.people)
    )
FROM own LEFT JOIN joined USING (idea)
WHERE l.subject = own.idea AND l.matter = 'idea';
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
