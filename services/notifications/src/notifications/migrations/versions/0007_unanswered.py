"""Whether a promise was broken and no word came since."""

from alembic import op

from chassis.migrate import run_sql

revision = "0007"
down_revision = "0006"

SQL = """
ALTER TABLE loop ADD COLUMN unanswered boolean NOT NULL DEFAULT false;
UPDATE loop SET unanswered = true WHERE rung IS NOT NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
