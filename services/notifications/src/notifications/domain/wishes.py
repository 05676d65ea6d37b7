"""How a person wishes to be told things: by kind and channel; what is owed can't be turned off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from chassis.decider import Rejected
from notifications.domain.notices import CAN_WAIT, OPTIONAL, Kind

Mail = Literal["at_once", "digest", "off"]


class WhatIsOwedReachesYou(Rejected):
    """You are owed this, so it reaches you in the app, by mail, or both. Leave one of them on."""


class WhatIsOwedIsToldAtOnce(Rejected):
    """You are owed this, so its mail does not wait for a digest. Choose at_once or off."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether notices of a kind are shown in the app, come by mail and when, and by webhook."""

    kind: Kind
    app: bool = True
    mail: Mail = "at_once"
    webhook: bool = True

    @property
    def owed(self) -> bool:
        return self.kind not in OPTIONAL


def usual(kind: Kind) -> Wish:
    """Return how whoever wishes nothing is told."""
    return Wish(kind, mail="digest" if kind in CAN_WAIT else "at_once")


def require_possible(wish: Wish) -> None:
    """Refuse what would let an owed notice fall silent, or wait."""
    if wish.owed and not wish.app and wish.mail == "off":
        raise WhatIsOwedReachesYou
    if wish.owed and wish.mail == "digest":
        raise WhatIsOwedIsToldAtOnce


def all_wishes(told: dict[str, Wish]) -> Iterator[Wish]:
    """Return a wish for every kind, as it was told, else as it is for everybody."""
    for kind in get_args(Kind):
        yield told.get(kind, usual(kind))
