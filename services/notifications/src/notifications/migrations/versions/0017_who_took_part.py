"""Which challenge an idea answers, where people work, and by when a report comes that is late.

Who supports an answer takes part in its challenge. What was heard before is in the journal.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0017"
down_revision = "0016"

TABLES = """
CREATE TABLE challenge_answer (idea uuid PRIMARY KEY, challenge uuid NOT NULL);
ALTER TABLE person ADD COLUMN department text;
CREATE INDEX person_department ON person (department, person);
ALTER TABLE audience_news
    ADD COLUMN departments text[] NOT NULL DEFAULT '{}', ADD COLUMN due timestamptz;
"""
HEARD = """
INSERT INTO challenge_answer SELECT (data ->> 'idea')::uuid, (data ->> 'challenge')::uuid
FROM journal WHERE type = 'kiem.ideas.IdeaSubmitted.v1' AND data ->> 'challenge' IS NOT NULL
ON CONFLICT DO NOTHING;

INSERT INTO participant (challenge, person, idea)
SELECT a.challenge, j.data ->> 'by', a.idea
FROM journal j JOIN challenge_answer a ON a.idea = (j.data ->> 'idea')::uuid
LEFT JOIN person p ON p.person = j.data ->> 'by'
WHERE j.type = 'kiem.ideas.IdeaSupported.v1' AND p.erased_at IS NULL
ON CONFLICT DO NOTHING;

UPDATE person p SET department = told.department FROM (
    SELECT DISTINCT ON (key) key AS person, data ->> 'department' AS department FROM journal
    WHERE type = 'kiem.people.PersonListed.v1' ORDER BY key, occurred_at DESC, off DESC
) AS told WHERE told.person = p.person AND p.erased_at IS NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES + HEARD)
