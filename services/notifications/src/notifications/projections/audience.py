"""Who follows which idea, wrote which comment, took part in which challenge: pseudonyms only."""

from collections.abc import Iterable

from chassis.database import Tx
from contracts.vocabulary import ChallengeId, CommentId, IdeaId, PersonId
from notifications.domain.audience import Part

_FOLLOWERS = "SELECT person FROM follower WHERE idea = $1 ORDER BY person"
_PARTS = "SELECT person, idea FROM participant WHERE challenge = $1 ORDER BY person, idea"
_TAKE_PART = """
INSERT INTO participant (challenge, person, idea) SELECT $1, unnest($2::text[]), $3
ON CONFLICT DO NOTHING
"""
_FORGET = (
    "DELETE FROM follower WHERE person = $1",
    "DELETE FROM comment_writer WHERE person = $1",
    "DELETE FROM participant WHERE person = $1",
)


async def follow(tx: Tx, idea: IdeaId, person: PersonId) -> None:
    await tx.raw.execute(
        "INSERT INTO follower (idea, person) VALUES ($1, $2) ON CONFLICT DO NOTHING", idea, person
    )


async def unfollow(tx: Tx, idea: IdeaId, person: PersonId) -> None:
    await tx.raw.execute("DELETE FROM follower WHERE idea = $1 AND person = $2", idea, person)


async def followers(tx: Tx, idea: IdeaId) -> list[PersonId]:
    """Return who wants to hear what becomes of an idea."""
    return [row["person"] for row in await tx.raw.fetch(_FOLLOWERS, idea)]


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


async def parts(tx: Tx, challenge: ChallengeId) -> list[Part]:
    """Return everybody who took part in a challenge, those with an idea of theirs as well."""
    rows = await tx.raw.fetch(_PARTS, challenge)
    return [Part(row["person"], row["idea"]) for row in rows]


async def forget(tx: Tx, person: PersonId) -> None:
    """Forget what an erased person followed, wrote and took part in."""
    for statement in _FORGET:
        await tx.raw.execute(statement, person)
