"""Which way a notice takes next: what is owed goes on until one of them brought it. Pure."""

from dataclasses import dataclass
from typing import Literal

Stood = Literal["none", "waiting", "delivered", "failed"]
Next = Literal["webhook", "in_app"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a notice came: by mail, by the webhooks that reach its person, and in the app."""

    owed: bool
    mail: Stood
    webhook: Stood
    shown: bool


def next_way(standing: Standing) -> Next | None:
    """Return the next way of a notice; None where it arrived, is on its way, or may be missed.

    Mail, then webhooks, then the app. Where there is no webhook, ask again with it as failed.
    """
    ways = (standing.mail, standing.webhook)
    if not standing.owed or "delivered" in ways or "waiting" in ways:
        return None
    return "webhook" if standing.webhook == "none" else "in_app"
