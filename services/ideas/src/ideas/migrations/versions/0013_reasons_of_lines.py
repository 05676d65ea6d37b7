"""Why a line was not placed may quote it: that goes where the text of the line went."""

from alembic import op

from chassis.migrate import run_sql

revision = "0013"
down_revision = "0012"

SQL = """
UPDATE unplaced_line SET reason = '' WHERE placed_at IS NOT NULL;
UPDATE unplaced_line SET reason = 'The line names somebody who is erased, so nothing of it is kept.'
WHERE placed_at IS NULL AND raw IS NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
