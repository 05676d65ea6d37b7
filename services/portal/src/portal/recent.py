"""Answers that are the same for everybody, remembered for a minute: a wall asks many numbers."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

_LASTS, _MOST = 60.0, 2_000


class Recent:
    """Keeps what was answered a moment ago; nothing about people, and nothing of one reader."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    async def of(self, key: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Return the answer of a moment ago, else ask; what fails is not kept."""
        found = self._kept.get(key)
        if found is not None and self._now() - found[0] < _LASTS:
            return found[1]
        answer = await ask()
        self._kept[key] = (self._now(), answer)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return answer
