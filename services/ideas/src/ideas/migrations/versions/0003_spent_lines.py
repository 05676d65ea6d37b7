"""The text of an unplaced line goes with its placing, or with a person whom it names."""

from alembic import op

from chassis.migrate import run_sql

revision = "0003"
down_revision = "0002"

SQL = """
ALTER TABLE unplaced_line ALTER COLUMN raw DROP NOT NULL;
UPDATE unplaced_line SET raw = NULL WHERE placed_at IS NOT NULL;
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
