"""With which idea another one became one, or from which it was separated: a notice says so."""

from alembic import op

from chassis.migrate import run_sql

revision = "0016"
down_revision = "0015"

SQL = "ALTER TABLE notice ADD COLUMN other uuid"


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
