"""Why two ideas became one, or two again, for those who are told of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET

from contracts.ideas import IdeaMerged, IdeaReopened, IdeaSeparated
from contracts.vocabulary import PersonId
from ideas.api.words import Ideas
from ideas.domain import may_see


async def why_together(
    ideas: Ideas, both: tuple[UUID, UUID], recipient: str, *, undone: bool
) -> str | None:
    """Return why one of two became a part of the other, whichever; `undone`: why it is none now.

    None where that was not said, is erased, or is not for this recipient: it is for the authors of
    both, and for whoever may read the one that became a part.
    """
    one, other = both
    for part, whole in ((one, other), (other, one)):
        steps = [recorded.data for recorded in await ideas.history(part)]
        known, host = (await ideas.state(part))[0], (await ideas.state(whole))[0]
        found = (undone and await _undoing(ideas, whole, part)) or _last(
            steps, whole, undone=undone
        )
        if found is None or known is None or host is None:
            continue
        person = PersonId(recipient)
        if person in known.authors | host.authors or may_see(known, person, at_desk=False):
            return None if found.reason is UNSET else str(found.reason)
    return None


async def _undoing(ideas: Ideas, whole: UUID, part: UUID) -> Any:
    """Return the last step by which an idea let go of another one, if it says why."""
    steps = [recorded.data for recorded in await ideas.history(whole)]
    told = [s for s in steps if isinstance(s, IdeaSeparated) and s.separated == part]
    return told[-1] if told and told[-1].reason is not UNSET else None


def _last(steps: Sequence[Any], whole: UUID, *, undone: bool) -> Any:
    """Return the last step into another idea, or the one by which it went on again after that."""
    into = [n for n, s in enumerate(steps) if isinstance(s, IdeaMerged) and s.into == whole]
    if not into:
        return None
    back = (s for s in steps[into[-1] :] if isinstance(s, IdeaReopened))
    return next(back, None) if undone else steps[into[-1]]
