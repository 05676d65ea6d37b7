"""Who is away when, and who stands in for whom: an import makes nobody accountable who is away.

What was heard before is in the journal.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0011"
down_revision = "0010"

TABLES = """
ALTER TABLE person_v1 ADD COLUMN deputy text, ADD COLUMN chosen text,
    ADD COLUMN chosen_at timestamptz;
CREATE TABLE absence_v1 (
    person text NOT NULL,
    first date NOT NULL,
    last date NOT NULL,
    PRIMARY KEY (person, first, last)
);
"""
HEARD = """
UPDATE person_v1 p SET deputy = said.deputy FROM (
    SELECT DISTINCT ON (1) data ->> 'person' AS person, data ->> 'deputy' AS deputy
    FROM journal WHERE type = 'kiem.people.PersonListed.v1' ORDER BY 1, occurred_at DESC
) AS said WHERE said.person = p.person;

INSERT INTO person_v1 (person, chosen, chosen_at)
SELECT DISTINCT ON (1) data ->> 'person', data ->> 'deputy', occurred_at
FROM journal WHERE type = 'kiem.people.DeputyNamed.v1' ORDER BY 1, occurred_at DESC
ON CONFLICT (person) DO UPDATE SET chosen = excluded.chosen, chosen_at = excluded.chosen_at;

INSERT INTO absence_v1
SELECT data ->> 'person', (data ->> 'first')::date, (data ->> 'last')::date
FROM journal WHERE type = 'kiem.people.AbsencePlanned.v1' ON CONFLICT DO NOTHING;
"""
GONE = """
UPDATE person_v1 p SET deputy = NULL, chosen = NULL FROM journal j
WHERE j.type = 'kiem.people.PersonErased.v1' AND j.data ->> 'person' = p.person;

DELETE FROM absence_v1 a USING journal j
WHERE j.type = 'kiem.people.PersonErased.v1' AND j.data ->> 'person' = a.person;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES + HEARD + GONE)
