"""Finding people by what they are called: names lie sealed, so each is opened to be looked at.

No index is kept of them: it would be a second copy of every name, which erasing would have to find.
"""

import asyncio
import re
import unicodedata
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from chassis.database import Database
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId
from notifications.projections.contacts import PLACE, Words

AT_ONCE = 200  # names that are opened before others get their turn: some milliseconds
_WORD = re.compile(r"\w+")

# Whoever left or was erased is asked nothing more. Who was never listed is: there need be no
# directory.
_HERE = """
SELECT c.person, c.sealed FROM contact c LEFT JOIN person p USING (person)
WHERE p.person IS NULL
    OR (p.erased_at IS NULL AND (p.left_at IS NULL OR p.left_at < p.listed_at))
"""


class Called(Struct, frozen=True, order=True):
    """What a person is called."""

    name: str
    person: PersonId


async def called_so(db: Database, keyring: Keyring, said: str) -> Sequence[Called]:
    """Return who is called so, in the order of their names.

    Each word that was said begins a word of the name, whatever its accents and capitals; or all of
    it is the person's code.
    """
    wanted = plain(said)
    rows = await db.pool.fetch(_HERE)
    found: list[Called] = []
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        await keyring.fetch(row["person"] for row in some)
        for row in some:
            opened = await keyring.open(row["person"], row["sealed"], PLACE)
            if opened is None:
                continue  # erased since the question began
            name = msgspec.json.decode(opened, type=Words).name
            if row["person"] == said or fits(wanted, plain(name)):
                found.append(Called(name=name, person=PersonId(row["person"])))
        await asyncio.sleep(0)
    return sorted(found)


def plain(said: str) -> list[str]:
    """Return the words of what was said, without accents and capitals."""
    apart = unicodedata.normalize("NFKD", said)
    return _WORD.findall("".join(c for c in apart if not unicodedata.combining(c)).casefold())


def fits(wanted: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether each of the wanted words begins a word of the name; no word fits nobody."""
    return bool(wanted) and all(any(word.startswith(w) for word in name) for w in wanted)
