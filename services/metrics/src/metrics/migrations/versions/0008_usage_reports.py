"""Uses of tools as other systems counted them: by week and department, about no person."""

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = """
CREATE TABLE usage_report (
    id bytea PRIMARY KEY,                -- a hash of source and id
    tool text NOT NULL,
    feature text NOT NULL,
    department text NOT NULL,
    week date NOT NULL,                  -- its Monday
    users bigint NOT NULL,
    uses bigint NOT NULL,
    reported_at timestamptz NOT NULL
)
"""


def upgrade() -> None:
    op.execute(SQL)
    op.execute("CREATE INDEX usage_report_of ON usage_report (tool, week, reported_at)")
