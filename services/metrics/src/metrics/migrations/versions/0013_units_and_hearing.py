"""The unit of what others report, frozen with it; and outsiders' facts under when they came."""

from alembic import op
from sqlalchemy import Connection, text

from chassis.consuming.dedupe import inbox_id
from chassis.migrate import run_sql

revision = "0013"
down_revision = "0012"

UNIT = "ALTER TABLE edition_cell ADD COLUMN unit text"  # NULL: as the definition says

# Outsiders say when something happened, and not when it was told: that the journal knows, by the
# first time, as a new Kafka may tell it again. Rows are found by the hash of source and id.
_HEARD = """
SELECT source, id, min(heard_at) AS heard_at FROM journal WHERE stream IS NULL GROUP BY source, id
"""
_LATER = """
UPDATE {table}_fact_v1 f SET recorded_at = h.heard_at
FROM unnest(CAST(:names AS bytea[]), CAST(:moments AS timestamptz[])) AS h(name, heard_at)
WHERE f.id = h.name
"""
_AT_ONCE = 10_000


def upgrade() -> None:
    run_sql(op.get_bind(), UNIT)
    note_hearing(op.get_bind())


def note_hearing(bind: Connection) -> None:
    """Say of what others told that it was recorded when it was heard."""
    for rows in bind.execute(text(_HEARD)).partitions(_AT_ONCE):
        names = [inbox_id(row.source, row.id) for row in rows]
        given = {"names": names, "moments": [row.heard_at for row in rows]}
        for table in ("listing", "standing", "report"):
            bind.execute(text(_LATER.format(table=table)), given)
