"""How long a reviewer has for an idea, where that is not as for everybody."""

from alembic import op

from chassis.migrate import run_sql

revision = "0011"
down_revision = "0010"

TABLES = "ALTER TABLE idea_birth_v1 ADD COLUMN decision_days int"


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES)
