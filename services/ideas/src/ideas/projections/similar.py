"""Ideas that tell much the same, found through what is rare in what is asked.

Asking for any of the words would rank most of the house: so PostgreSQL's own statistics say which
words are rare, a few bounded questions to the index of words find candidates, and these are ranked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

CLOSE = 0.3  # how alike two titles are that share no whole word: trigrams shared, from 0 to 1
MOST_ROWS = 800  # that all the rare words together may bring
_COMMON = 3_000  # ideas that have a word: to fetch them all would take too long
MOST_WORDS = 40
_RANKED = 20  # of the rarest words, by which candidates are ranked: the others tell little
_WEIGHED = 8  # of the rarest words in the title, all but one of which find an idea
_PAIRED = 4  # of the rarest words in the title, of which any two together find an idea
_BEGUN = 3  # words of the title that are looked up by how they begin, as typing errors come later
_LONG, _SHORTEST = 6, 4  # letters of a word that is worth that, and of a beginning

# A word in both stems, as it stands in the index; without statistics every word counts as rare.
_WORDS = text("""
WITH said AS (
    SELECT lexeme, min(place) AS place FROM (
        SELECT lexeme, positions[1] AS place FROM unnest(to_tsvector('dutch', :title))
        UNION ALL SELECT lexeme, positions[1] FROM unnest(to_tsvector('english', :title))
        UNION ALL SELECT lexeme, NULL FROM unnest(to_tsvector('dutch', :body))
        UNION ALL SELECT lexeme, NULL FROM unnest(to_tsvector('english', :body))
    ) each GROUP BY lexeme
), known AS (
    SELECT each.lexeme, each.share FROM pg_stats s,
        unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS each(lexeme, share)
    WHERE s.schemaname = current_schema() AND s.tablename = 'idea_words_v1' AND s.attname = 'words'
)
SELECT s.lexeme, s.place, coalesce(k.share, 0) * greatest(c.reltuples, 0) AS rows
FROM pg_class c, said s LEFT JOIN known k USING (lexeme)
WHERE c.oid = 'idea_words_v1'::regclass ORDER BY rows, length(s.lexeme) DESC, s.lexeme
""")


def _some(name: str, most: int) -> str:
    # Materialised, so that a limit never tempts the planner to read the whole table instead.
    return f"""(WITH met AS MATERIALIZED (
        SELECT idea FROM idea_words_v1 WHERE words @@ CAST(CAST(:{name} AS text) AS tsquery)
    ) SELECT idea FROM met LIMIT {most})"""  # noqa: S608 - our own names


_SIMILAR = text(f"""
WITH met AS (
    {_some("but_one", 150)} UNION {_some("pairs", 80)} UNION {_some("rare", 150)}
    UNION {_some("begun", 80)}
), ranked AS MATERIALIZED (
    SELECT idea, similarity(title, :title) AS alike,
        ts_rank(words, CAST(CAST(:any AS text) AS tsquery)) AS rank
    FROM met JOIN idea_words_v1 USING (idea) WHERE idea IS DISTINCT FROM :but
)
SELECT idea, alike, rank FROM ranked WHERE rank > 0 OR alike >= :close
ORDER BY alike + rank DESC, idea DESC LIMIT :limit
""")  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Similar:
    """An idea that tells much the same; `alike` is from 0 to 1."""

    idea: UUID
    alike: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for: its place in the title, and in about how many ideas it is."""

    lexeme: str
    place: int | None
    rows: float


def queries(words: Sequence[Word]) -> dict[str, str]:
    """Return what to ask the index, given the words with the rarest first."""
    title = [word for word in words if word.place is not None]
    begun = [word for word in title if len(word.lexeme) >= _LONG and word.rows < MOST_ROWS]
    return {
        "but_one": " | ".join(_but_one(title)),
        "pairs": " | ".join(
            f"({_quoted(one.lexeme)} & {_quoted(other.lexeme)})"
            for one, other in combinations(title[:_PAIRED], 2)
            if one.rows <= _COMMON
        ),
        "rare": " | ".join(_quoted(word.lexeme) for word in _rare(words[:MOST_WORDS])),
        "begun": " | ".join(f"{_quoted(_beginning(w.lexeme))}:*" for w in begun[:_BEGUN]),
        "any": " | ".join(_quoted(word.lexeme) for word in words[:_RANKED]),
    }


def _but_one(title: Sequence[Word]) -> Iterable[str]:
    """Yield all of a title but one word, for each word: that one may be mistyped, or another."""
    places = list(dict.fromkeys(word.place for word in title))[:_WEIGHED]
    for left_out in places if len(places) > 2 else [None]:  # noqa: PLR2004 - one tells too little
        rest = [w for w in title if w.place in places and w.place != left_out]
        if rest:
            yield f"({' & '.join(_quoted(word.lexeme) for word in rest)})"


def _rare(words: Sequence[Word]) -> Iterable[Word]:
    """Yield the rarest word, and others as long as they bring few ideas; none that is common."""
    rows = 0.0
    for word in words:
        rows += word.rows
        if word.rows > _COMMON or (rows > MOST_ROWS and word is not words[0]):
            return
        yield word


def _beginning(lexeme: str) -> str:
    return lexeme[: max(_SHORTEST, len(lexeme) // 2)]


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


async def find_similar(
    connection: AsyncConnection, title: str, body: str = "", *, but: UUID | None = None,
    limit: int = 5,
) -> list[Similar]:  # fmt: skip
    """Return the ideas that tell much the same as these words, the most alike first."""
    found = await connection.execute(_WORDS, {"title": title, "body": body})
    words = [Word(row.lexeme, row.place, row.rows) for row in found]
    if not words:
        return []
    asked = {"title": title, "but": but, "limit": limit, "close": CLOSE}
    rows = await connection.execute(_SIMILAR, asked | queries(words))
    return [Similar(row.idea, round(min(1.0, row.alike + row.rank), 3)) for row in rows]
