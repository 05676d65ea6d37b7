"""Waits for conditions, with a limit and a sentence where one does not come true."""

import time
from collections.abc import Callable
from typing import TypeVar

from cli.failures import Failure

T = TypeVar("T")
PATIENCE = 30.0
_PAUSE = 0.05


def wait_for(
    what: str,
    look: Callable[[], T | None],
    *,
    patience: float = PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Look until there is something; raise Failure with what it was after the patience."""
    until = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= until:
            raise Failure(
                f"The demo waited {patience:.0f} seconds for this, and it did not come: {what}."
                " `kiem status` and `make logs` tell more."
            )
        sleep(_PAUSE)
