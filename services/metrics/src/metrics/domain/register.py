"""What is known about each number: its name, meaning, purpose, and how it may be asked."""

from typing import Literal

from msgspec import Struct

Cut = Literal["department", "category", "origin", "state"]
Kind = Literal["open", "protected"]

OPEN_CUTS: tuple[Cut, ...] = ("department", "category", "origin", "state")
OPEN_PARAMETERS = ("from", "to", "at", "by", "as_known_at", "origin")
THRESHOLD = 5
"""How many persons a number about people must rest on."""


class Definition(Struct, frozen=True, kw_only=True):
    """One number. `version` rises when a change of the definition changes what comes out.

    `needs` are the parameters that may not be left out; `beside` says what is told along with it.
    """

    id: str
    title_en: str
    title_nl: str
    definition: str
    purpose: str
    unit: str
    version: int = 1
    kind: Kind = "open"
    threshold: int | None = None
    cuts: tuple[Cut, ...] = OPEN_CUTS
    parameters: tuple[str, ...] = OPEN_PARAMETERS
    needs: tuple[str, ...] = ()
    beside: dict[str, str] = {}


def about_a_tool(definition: Definition, *needs: str) -> Definition:
    """Return the definition of a number about people: closed months only, never a small group."""
    required = ("from", "to", "tool", *needs)
    return Definition(
        id=definition.id, title_en=definition.title_en, title_nl=definition.title_nl,
        definition=definition.definition, purpose=definition.purpose, unit=definition.unit,
        version=definition.version, kind="protected", threshold=THRESHOLD, cuts=("department",),
        parameters=(*required, "at", "by"), needs=required, beside=definition.beside,
    )  # fmt: skip
