"""Whom a command may name: somebody who is here."""

from collections.abc import Iterable

from chassis.commands import Context
from chassis.process import Parts
from feedback.projections.directory import require_known


async def require_here(parts: Parts, once: Context, named: Iterable[str]) -> None:
    """Refuse a stranger, or somebody who left: raises NobodyOfThatName.

    A command that was carried out is answered as it was, whoever left since.
    """
    if await parts.store.known(once) is None:
        await require_known(parts.db.pool, named)
