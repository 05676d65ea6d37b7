"""The words of ideas, to be searched: they are personal, so they go when their author's key goes.

The table is a projection as any other, and holds words in clear; that is why it lives with the
owner of the words, and why a person who is erased is erased from it in the same transaction. What
is told under an alias is not told to the house, and is not in it until its author is known.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.ideas import AuthorRevealed, IdeaRevised, IdeaSubmitted
from contracts.vocabulary import PersonId

_TOLD = text("""
INSERT INTO idea_words_v1 (idea, author, language, title, body)
VALUES (:idea, :author, :language, :title, :body) ON CONFLICT (idea) DO NOTHING
""")
_BETTER = text("""
UPDATE idea_words_v1 SET title = coalesce(:title, title), body = coalesce(:body, body)
WHERE idea = :idea
""")
_ERASED = text("DELETE FROM idea_words_v1 WHERE author = :author")
_SEARCH = text("""
SELECT idea FROM idea_words_v1
WHERE words @@ (websearch_to_tsquery('dutch', :words) || websearch_to_tsquery('english', :words))
   OR title ILIKE '%' || :literal || '%'
ORDER BY ts_rank(words, websearch_to_tsquery('dutch', :words)) DESC, idea DESC LIMIT :limit
""")
_TITLES = text("SELECT idea, title FROM idea_words_v1 WHERE idea = ANY (:ideas)")
MOST = 500  # ideas that one search looks at


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold the words of ideas into the index."""
    for recorded in events:
        match recorded.data:
            case IdeaSubmitted(way="named", title=str(), body=str()) as event:
                await _told(tx, event)
            case AuthorRevealed(title=str(), body=str()) as event:
                await _told(tx, event)
            case IdeaRevised() as event:
                said: dict[str, Any] = {"title": event.title, "body": event.body}
                plain = {name: None if said[name] is UNSET else said[name] for name in said}
                await tx.sql.execute(_BETTER, {"idea": event.idea, **plain})
            case _:
                pass


async def _told(tx: Tx, event: IdeaSubmitted | AuthorRevealed) -> None:
    row = {
        "idea": event.idea, "author": event.author, "language": event.language,
        "title": event.title, "body": event.body,
    }  # fmt: skip
    await tx.sql.execute(_TOLD, row)


PROJECTION = Projection("idea_words", 1, apply)


async def forget(tx: Tx, author: PersonId) -> None:
    """Forget the words of a person who is erased."""
    await tx.sql.execute(_ERASED, {"author": author})


async def search(connection: AsyncConnection, words: str) -> list[UUID]:
    """Return the ideas in which words stand, in either language, the best first."""
    literal = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    asked = {"words": words, "literal": literal, "limit": MOST}
    return [row.idea for row in await connection.execute(_SEARCH, asked)]


async def find_titles(connection: AsyncConnection, ideas: Sequence[UUID]) -> dict[UUID, str]:
    """Return the titles of ideas; those of erased authors are left out."""
    rows = await connection.execute(_TITLES, {"ideas": list(ideas)})
    return {row.idea: row.title for row in rows}
