"""Who follows which idea, wrote which comment, took part in which challenge, and works where.

And the news that they are still to be told, with how far each came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chassis.database import Tx
from contracts.vocabulary import ChallengeId, CommentId, IdeaId, PersonId, ToolId
from notifications.domain.audience import News, Part

# Whoever came after the news is not told of it; who left meanwhile is not either.
_TOOK_PART = """
SELECT DISTINCT ON (person) person, idea FROM participant
WHERE challenge = $1 AND person > $2 AND added <= $3 ORDER BY person, idea LIMIT $4
"""
_PARTS = {
    "followed": """
SELECT person, idea FROM follower WHERE idea = $1 AND person > $2 AND added <= $3
ORDER BY person LIMIT $4
""",
    "challenge_closed": _TOOK_PART,
    "challenge_late": _TOOK_PART,
    # Who works there now; whoever comes to the house later finds the tool in the list of tools.
    "tool_introduced": """
SELECT p.person, NULL::uuid AS idea FROM person p, audience_news n
WHERE n.kind = 'tool_introduced' AND n.whose = $1 AND p.person > $2 AND $3::bigint >= 0
    AND (cardinality(n.departments) = 0 OR p.department = ANY (n.departments))
    AND p.listed_at IS NOT NULL AND p.erased_at IS NULL
    AND (p.left_at IS NULL OR p.left_at < p.listed_at)
ORDER BY p.person LIMIT $4
""",
}
_NEWEST_PART = "SELECT max(added) FROM participant WHERE challenge = $1"
_LATEST = {
    "followed": "SELECT max(added) FROM follower WHERE idea = $1",
    "challenge_closed": _NEWEST_PART,
    "challenge_late": _NEWEST_PART,
    "tool_introduced": "SELECT 0::bigint WHERE $1::uuid IS NOT NULL",
}
_SPREAD = """
INSERT INTO audience_news
    (cause, kind, whose, at, outcome, knowing, latest, since, traceparent, departments, due)
VALUES ($1, $2, $3, $4, $5, $6, $7, kiem_now(), $8, $9, $10) ON CONFLICT DO NOTHING
"""
_NEXT = "SELECT * FROM audience_news ORDER BY since LIMIT 1 FOR UPDATE SKIP LOCKED"
_TAKE_PART = """
INSERT INTO participant (challenge, person, idea) SELECT $1, unnest($2::text[]), $3
ON CONFLICT DO NOTHING
"""
_ANSWERS = """
INSERT INTO challenge_answer (idea, challenge) VALUES ($1, $2) ON CONFLICT DO NOTHING
"""
_SUPPORT = """
INSERT INTO participant (challenge, person, idea)
SELECT challenge, $2, idea FROM challenge_answer WHERE idea = $1 ON CONFLICT DO NOTHING
"""
_CAME_TO = """
WITH now AS (
    INSERT INTO tool_audience (tool, departments) VALUES ($1, $2)
    ON CONFLICT (tool) DO UPDATE SET departments = excluded.departments
)
SELECT departments FROM tool_audience WHERE tool = $1
"""
_FORGET = (
    "DELETE FROM follower WHERE person = $1",
    "DELETE FROM comment_writer WHERE person = $1",
    "DELETE FROM participant WHERE person = $1",
    "UPDATE audience_news SET knowing = array_remove(knowing, $1) WHERE $1 = ANY (knowing)",
)


@dataclass(frozen=True, slots=True)
class Telling:
    """News on its way: the last person who was told, and the trace of what it is about."""

    news: News
    told: PersonId
    latest: int
    traceparent: str | None


async def follow(tx: Tx, idea: IdeaId, person: PersonId) -> None:
    await tx.raw.execute(
        "INSERT INTO follower (idea, person) VALUES ($1, $2) ON CONFLICT DO NOTHING", idea, person
    )


async def unfollow(tx: Tx, idea: IdeaId, person: PersonId) -> None:
    await tx.raw.execute("DELETE FROM follower WHERE idea = $1 AND person = $2", idea, person)


async def wrote(tx: Tx, comment: CommentId, person: PersonId) -> None:
    await tx.raw.execute(
        "INSERT INTO comment_writer (comment, person) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        comment, person,
    )  # fmt: skip


async def writer_of(tx: Tx, comment: CommentId | None) -> PersonId | None:
    """Return who wrote a comment, as far as that is known still."""
    found: PersonId | None = await tx.raw.fetchval(
        "SELECT person FROM comment_writer WHERE comment = $1", comment
    )
    return found


async def take_part(
    tx: Tx, challenge: ChallengeId, people: Iterable[PersonId], idea: IdeaId | None
) -> None:
    await tx.raw.execute(_TAKE_PART, challenge, list(people), idea)


async def answers(tx: Tx, idea: IdeaId, challenge: ChallengeId) -> None:
    """Keep which challenge an idea answers: who supports it takes part there."""
    await tx.raw.execute(_ANSWERS, idea, challenge)


async def support(tx: Tx, idea: IdeaId, person: PersonId) -> None:
    """Let somebody who supports an answer take part in its challenge, if it is one."""
    await tx.raw.execute(_SUPPORT, idea, person)


async def came_to(tx: Tx, tool: ToolId, departments: Sequence[str]) -> tuple[str, ...] | None:
    """Keep for which departments a tool is; return those it was for; None: nobody knows."""
    before = await tx.raw.fetchval(_CAME_TO, tool, list(departments))
    return None if before is None else tuple(before)


async def spread(tx: Tx, news: News, traceparent: str | None) -> None:
    """Let everybody who belongs to an audience by now be told, whenever their turn comes."""
    latest = await tx.raw.fetchval(_LATEST[news.kind], news.whose)
    if latest is None:
        return  # nobody to tell
    await tx.raw.execute(
        _SPREAD, news.cause, news.kind, news.whose, news.at, news.outcome, sorted(news.knowing),
        latest, traceparent, list(news.departments), news.due,
    )  # fmt: skip


async def next_news(tx: Tx) -> Telling | None:
    """Take the oldest news that nobody else is telling, for as long as the transaction lasts."""
    row = await tx.raw.fetchrow(_NEXT)
    if row is None:
        return None
    knowing = frozenset(map(PersonId, row["knowing"]))
    news = News(
        row["kind"], row["whose"], row["cause"], row["at"], row["outcome"], knowing,
        tuple(row["departments"]), row["due"],
    )  # fmt: skip
    return Telling(news, row["told"], row["latest"], row["traceparent"])


async def parts(tx: Tx, telling: Telling, most: int) -> list[Part]:
    """Return those whose turn it is, at most so many."""
    news = telling.news
    rows = await tx.raw.fetch(_PARTS[news.kind], news.whose, telling.told, telling.latest, most)
    return [Part(row["person"], row["idea"]) for row in rows]


async def go_on(tx: Tx, news: News, told: PersonId | None) -> None:
    """Note up to whom everybody was told; None: all were."""
    if told is None:
        done = "DELETE FROM audience_news WHERE cause = $1 AND kind = $2"
        await tx.raw.execute(done, news.cause, news.kind)
    else:
        moved = "UPDATE audience_news SET told = $3 WHERE cause = $1 AND kind = $2"
        await tx.raw.execute(moved, news.cause, news.kind, told)


async def forget(tx: Tx, person: PersonId) -> None:
    """Forget what an erased person followed, wrote and took part in."""
    for statement in _FORGET:
        await tx.raw.execute(statement, person)
