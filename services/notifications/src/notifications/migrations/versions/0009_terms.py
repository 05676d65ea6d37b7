"""What an idea was promised when it was submitted, where that is not as for everybody."""

from alembic import op

from chassis.migrate import run_sql

revision = "0009"
down_revision = "0008"

TABLES = "ALTER TABLE loop ADD COLUMN terms jsonb"


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
