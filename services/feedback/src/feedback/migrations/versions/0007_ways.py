"""How an idea was submitted: of a confidential one, `ideas` is asked who may judge it."""

from alembic import op

from chassis.migrate import run_sql

revision = "0007"
down_revision = "0006"

SQL = """
ALTER TABLE idea_birth_v1 ADD COLUMN way text NOT NULL DEFAULT 'named';
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
