"""Whose events were refused: a digest of the source, beside the sealed letter."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("CREATE TABLE letter_source (letter bigint PRIMARY KEY, source bytea NOT NULL)")
    op.execute("CREATE INDEX letter_source_of ON letter_source (source, letter)")
