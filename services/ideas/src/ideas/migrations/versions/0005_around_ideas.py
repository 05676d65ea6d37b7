"""What lives around ideas: one list of matters, and who supports what."""

from alembic import op

from chassis.migrate import run_sql

revision = "0005"
down_revision = "0004"

SQL = """
CREATE TABLE idea_v2 (
    idea uuid PRIMARY KEY,
    author text NOT NULL,
    department text,
    category text,
    language text NOT NULL,
    origin text NOT NULL,
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    accountable text,
    due timestamptz,
    submitted_at timestamptz NOT NULL,
    co_authors text[] NOT NULL,
    way text NOT NULL,
    tags text[] NOT NULL,
    challenge uuid,
    tool uuid,
    merged_into uuid
);
CREATE INDEX idea_v2_newest ON idea_v2 (submitted_at DESC, idea);
CREATE INDEX idea_v2_state ON idea_v2 (state, submitted_at DESC, idea);
CREATE INDEX idea_v2_author ON idea_v2 (author, submitted_at DESC);
CREATE INDEX idea_v2_co_authors ON idea_v2 USING gin (co_authors);
CREATE INDEX idea_v2_tags ON idea_v2 USING gin (tags);
CREATE INDEX idea_v2_merged ON idea_v2 (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX idea_v2_challenge ON idea_v2 (challenge) WHERE challenge IS NOT NULL;

-- Words in clear, to be searched; a person who is erased is erased from here as well.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE idea_words_v1 (
    idea uuid PRIMARY KEY,
    author text NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('dutch', title), 'A') || setweight(to_tsvector('english', title), 'A')
        || to_tsvector('dutch', body) || to_tsvector('english', body)
    ) STORED
);
CREATE INDEX idea_words_v1_author ON idea_words_v1 (author);
CREATE INDEX idea_words_v1_title ON idea_words_v1 USING gin (title gin_trgm_ops);
CREATE INDEX idea_words_v1_words ON idea_words_v1 USING gin (words);

CREATE TABLE matter_v1 (
    matter uuid PRIMARY KEY,
    kind text NOT NULL,
    author text NOT NULL,
    accountable text,
    due timestamptz,
    department text,
    idea uuid,
    tool uuid,
    told_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX matter_v1_newest ON matter_v1 (kind, told_at DESC, matter);
CREATE INDEX matter_v1_owed ON matter_v1 (accountable, due) WHERE accountable IS NOT NULL;

CREATE TABLE support_v1 (
    idea uuid NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (idea, person)
);

CREATE TABLE hours_v1 (
    request uuid PRIMARY KEY,
    department text,
    month text,
    asked double precision NOT NULL,
    granted double precision NOT NULL
);
CREATE INDEX hours_v1_month ON hours_v1 (department, month);
"""


def upgrade() -> None:
    run_sql(op.get_bind(), SQL)
