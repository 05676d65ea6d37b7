"""The pure shape of a domain, and the ways in which it says no.

Rejected            the domain says no; nothing changed
├── NotFound        there is no such thing
├── NotAllowed      not for this person
└── a true sentence of a domain, such as TheIdeaIsWithdrawn
ConcurrentWrite     someone wrote first: read again and decide again
└── StoreIsBehind   the store is older than what was told of it: an operator decides
CommandKnown        the same idempotency key came with another body
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


class Rejected(Exception):
    """A true sentence about why this can't be, and what to do."""

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or type(self).__name__).strip()


class NotFound(Rejected):
    """There is nothing under this id. Look at the id."""


class NotAllowed(Rejected):
    """That is not for you to do. Ask the person who is accountable."""


class ConcurrentWrite(Exception):
    """Someone wrote to the stream first."""


class StoreIsBehind(ConcurrentWrite):
    """The store was restored to an older copy of itself, and an operator has not decided yet."""


class CommandKnown(Rejected):
    """The idempotency key was used for another request. Take a new key."""


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """What a domain is: where it starts, what it decides, and how facts change it."""

    initial: S
    decide: Callable[[S, C], list[E]]
    evolve: Callable[[S, E], S]

    def replay(self, events: Iterable[E], state: S | None = None) -> S:
        """Fold events onto a state, the initial one where none is given."""
        folded = self.initial if state is None else state
        for event in events:
            folded = self.evolve(folded, event)
        return folded
