"""Cuts what is sent into portions that a service takes at once."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec


def portions(items: Sequence[Any], *, most: int, most_bytes: int) -> Iterator[list[Any]]:
    """Yield the items in portions of so many, and of so many bytes, at the most."""
    portion: list[Any] = []
    size = 0
    for item in items:
        length = len(msgspec.json.encode(item))
        if portion and (size + length > most_bytes or len(portion) >= most):
            yield portion
            portion, size = [], 0
        portion.append(item)
        size += length
    if portion:
        yield portion
