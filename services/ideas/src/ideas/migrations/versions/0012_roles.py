"""Which roles people have: only who leads answers for a barrier, or grants time.

What was heard before is in the journal.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0012"
down_revision = "0011"

TABLES = """
ALTER TABLE person_v1 ADD COLUMN roles text[] NOT NULL DEFAULT '{}';
CREATE INDEX person_v1_lead ON person_v1 (lead);
"""
HEARD = """
UPDATE person_v1 p SET roles = ARRAY(SELECT jsonb_array_elements_text(said.roles)) FROM (
    SELECT DISTINCT ON (1) data ->> 'person' AS person, coalesce(data -> 'roles', '[]') AS roles
    FROM journal WHERE type = 'kiem.people.PersonListed.v1' ORDER BY 1, occurred_at DESC
) AS said WHERE said.person = p.person AND NOT EXISTS (
    SELECT FROM journal j
    WHERE j.type = 'kiem.people.PersonErased.v1' AND j.data ->> 'person' = p.person
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES + HEARD)
