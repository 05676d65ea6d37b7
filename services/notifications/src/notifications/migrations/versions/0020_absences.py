"""All the absences of a person, who stands apart from an idea, and who is gone.

Before, only the absence that was told last was known. What was heard before is in the journal. The
columns of that one absence are dropped one release later.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0020"
down_revision = "0019"

TABLES = """
CREATE TABLE absence (
    person text NOT NULL,
    first date NOT NULL,
    last date NOT NULL,
    PRIMARY KEY (person, first, last)
);
CREATE TABLE stands_apart (  -- recused themselves, or gave the answer that an appeal is against
    idea uuid NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (idea, person)
);
CREATE VIEW gone AS
SELECT person FROM person WHERE erased_at IS NOT NULL
    OR (left_at IS NOT NULL AND (listed_at IS NULL OR listed_at <= left_at));

-- What the receiver refused; to wait for words says nothing about it.
ALTER TABLE webhook_call ADD COLUMN refusals int NOT NULL DEFAULT 0;
"""
HEARD = """
INSERT INTO absence
SELECT j.data ->> 'person', (j.data ->> 'first')::date, (j.data ->> 'last')::date
FROM journal j LEFT JOIN person p ON p.person = j.data ->> 'person'
WHERE j.type = 'kiem.people.AbsencePlanned.v1' AND p.erased_at IS NULL
ON CONFLICT DO NOTHING;

INSERT INTO stands_apart
SELECT (data ->> 'idea')::uuid, coalesce(data ->> 'against', data ->> 'reviewer') FROM journal
WHERE type IN ('kiem.feedback.ReviewerRecused.v1', 'kiem.feedback.AppealLodged.v1')
ON CONFLICT DO NOTHING;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES + HEARD)
