"""When a report of use came: an edition is counted again from those that had come by then."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE usage_report ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT kiem_now()"
    )
    op.execute("CREATE INDEX usage_report_feature ON usage_report (tool, feature, week)")
