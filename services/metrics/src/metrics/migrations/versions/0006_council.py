"""Questions about people that were refused, for the works council to see."""

from alembic import op

from chassis.migrate import run_sql

revision = "0006"
down_revision = "0005"

SQL = """
CREATE TABLE refused_question_v1 (
    day date NOT NULL,
    kpi text NOT NULL,
    asked text NOT NULL,                 -- the parameters; who asked is not kept
    why text NOT NULL,
    times bigint NOT NULL,
    PRIMARY KEY (day, kpi, asked, why)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
