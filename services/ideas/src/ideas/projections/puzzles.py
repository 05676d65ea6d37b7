"""Puzzles that were solved: each counts once, and so many in an hour."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx

# Real time, as with every limit; what is older than an hour limits nothing any more.
_RECENT = text("SELECT count(*) FROM spent_puzzle WHERE spent_at > now() - interval '1 hour'")
_SPEND = text(
    "INSERT INTO spent_puzzle (puzzle) VALUES (:puzzle) ON CONFLICT DO NOTHING RETURNING 1"
)
_CLEAN = text("DELETE FROM spent_puzzle WHERE spent_at < now() - interval '2 hours'")


async def count_recent(connection: AsyncConnection) -> int:
    """Return how many puzzles were solved in the last hour."""
    return int((await connection.execute(_RECENT)).scalar_one())


async def spend(tx: Tx, puzzle: bytes) -> bool:
    """Note that a puzzle was solved; False if it was so before."""
    await tx.sql.execute(_CLEAN)
    return (await tx.sql.execute(_SPEND, {"puzzle": puzzle})).first() is not None
