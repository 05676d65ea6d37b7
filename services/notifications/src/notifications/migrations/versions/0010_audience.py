"""Who follows which idea, wrote which comment, and took part in which challenge.

What was heard before is in the journal, so whoever follows already is told from now on.
"""

from alembic import op

from chassis.migrate import run_sql

revision = "0010"
down_revision = "0009"

TABLES = """
CREATE TABLE follower (
    idea uuid NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (idea, person)
);
CREATE INDEX follower_person ON follower (person);

CREATE TABLE comment_writer (
    comment uuid PRIMARY KEY,
    person text NOT NULL
);
CREATE INDEX comment_writer_person ON comment_writer (person);

CREATE TABLE participant (
    challenge uuid NOT NULL,
    person text NOT NULL,
    idea uuid,                  -- NULL: a team that shows nothing yet
    UNIQUE NULLS NOT DISTINCT (challenge, person, idea)
);
CREATE INDEX participant_person ON participant (person);
"""
HEARD = """
INSERT INTO follower
SELECT idea, person FROM (
    SELECT DISTINCT ON (1, 2) (data ->> 'idea')::uuid AS idea, data ->> 'by' AS person, type
    FROM journal
    WHERE type IN ('kiem.ideas.IdeaFollowed.v1', 'kiem.ideas.IdeaUnfollowed.v1')
    ORDER BY 1, 2, version DESC
) AS said WHERE type = 'kiem.ideas.IdeaFollowed.v1' ON CONFLICT DO NOTHING;

INSERT INTO comment_writer SELECT (data ->> 'comment')::uuid, data ->> 'by' FROM journal
WHERE type = 'kiem.ideas.CommentPosted.v1' ON CONFLICT DO NOTHING;

INSERT INTO participant
SELECT (data ->> 'challenge')::uuid, data ->> 'author', (data ->> 'idea')::uuid FROM journal
WHERE type = 'kiem.ideas.IdeaSubmitted.v1' AND data ->> 'challenge' IS NOT NULL
UNION
SELECT (data ->> 'challenge')::uuid, jsonb_array_elements_text(data -> 'co_authors'),
    (data ->> 'idea')::uuid FROM journal
WHERE type = 'kiem.ideas.IdeaSubmitted.v1' AND data ->> 'challenge' IS NOT NULL
UNION
SELECT (data ->> 'challenge')::uuid, jsonb_array_elements_text(data -> 'members'),
    (data ->> 'idea')::uuid FROM journal
WHERE type IN ('kiem.ideas.TeamFormed.v1', 'kiem.ideas.TeamChanged.v1')
UNION
SELECT (data ->> 'challenge')::uuid, data ->> 'by', (data ->> 'idea')::uuid FROM journal
WHERE type = 'kiem.ideas.AnswerJudged.v1'
ON CONFLICT DO NOTHING;
"""
GONE = """
DELETE FROM {table} t USING person p WHERE p.person = t.person AND p.erased_at IS NOT NULL
"""


def upgrade() -> None:
    run_sql(op.get_bind(), TABLES + HEARD)
    for table in ("follower", "comment_writer", "participant"):
        run_sql(op.get_bind(), GONE.format(table=table))
