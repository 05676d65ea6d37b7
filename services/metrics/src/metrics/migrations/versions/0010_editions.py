"""Editions: numbers about people, frozen with what is hidden of them."""

from alembic import op

from chassis.migrate import run_sql

revision = "0010"
down_revision = "0009"

SQL = """
-- One number of one span, frozen; a correction is a further revision. Rows never change.
CREATE TABLE edition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kpi text NOT NULL,
    version integer NOT NULL,            -- of the definition
    family text NOT NULL,                -- numbers that rest on the same persons hide together
    feature text NOT NULL DEFAULT '',
    since date NOT NULL,
    until date NOT NULL,
    basis_since date NOT NULL,           -- the days whose facts it rests on
    basis_until date NOT NULL,
    revision integer NOT NULL,
    threshold integer NOT NULL,
    made_at timestamptz NOT NULL,
    UNIQUE (kpi, family, feature, since, until, version, revision)
);
CREATE INDEX edition_family ON edition (family, id);

CREATE TABLE edition_cell (
    edition bigint NOT NULL REFERENCES edition (id) ON DELETE CASCADE,
    cut text NOT NULL,                   -- '': the organisation
    key text NOT NULL,
    persons bigint NOT NULL,
    hidden boolean NOT NULL,             -- hidden ones leave to nobody; later ones need them
    value text,                          -- a fraction, exactly
    numerator bigint,
    denominator bigint,
    n bigint,
    reason text,
    beside text NOT NULL,                -- JSON: name -> fraction
    PRIMARY KEY (edition, cut, key)
);

-- While past facts come in, no edition is made: half of an import would be frozen.
CREATE TABLE edition_rest (
    one boolean PRIMARY KEY CHECK (one),
    until timestamptz NOT NULL
);

-- The spans that were looked at for late facts after a quarter; one row is left when all were.
CREATE TABLE edition_round (
    quarter date NOT NULL,               -- the day after its last
    family text NOT NULL,                -- '': every one
    since date NOT NULL,
    until date NOT NULL,
    PRIMARY KEY (quarter, family, since, until)
);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
