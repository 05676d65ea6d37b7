"""Which dates of a loop were said to be broken since it was promised last.

A word that comes late may have been given in time: then they were not.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0014"
down_revision = "0013"

SQL = """
ALTER TABLE loop ADD COLUMN missed timestamptz[] NOT NULL DEFAULT '{}';

UPDATE loop SET missed = told.dates FROM (
    SELECT substr(b.stream, 6)::uuid AS subject,
        array_agg((b.data ->> 'due')::timestamptz ORDER BY b.version) AS dates
    FROM event b
    WHERE b.type = 'kiem.notifications.PromiseBroken.v1' AND NOT EXISTS (
        SELECT FROM event m WHERE m.stream = b.stream AND m.version > b.version
            AND m.type IN ('kiem.notifications.PromiseMade.v1', 'kiem.notifications.PromiseKept.v1')
    )
    GROUP BY b.stream
) AS told WHERE told.subject = loop.subject;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
