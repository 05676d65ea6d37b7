"""Photos of ideas, sealed with the key of their idea's author: they live and die with its words."""

from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId

_KEEP = text("""
INSERT INTO photo (photo, idea, author, sealed, width, height)
VALUES (:photo, :idea, :author, :sealed, :width, :height) ON CONFLICT DO NOTHING
""")
_LIST = text("SELECT photo, width, height FROM photo WHERE idea = :idea ORDER BY photo")
_FIND = text("SELECT author, sealed FROM photo WHERE idea = :idea AND photo = :photo")
_DROP = text("DELETE FROM photo WHERE photo = :photo")
_FORGET = text("DELETE FROM photo WHERE author = :author")


class Photo(Struct, frozen=True):
    """A photo as it is kept: a JPEG without anything but what is to be seen."""

    jpeg: bytes
    width: int
    height: int


class Size(Struct, frozen=True):
    photo: UUID
    width: int
    height: int


class Photos:
    """Keeps photos, and opens them."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def keep(self, tx: Tx, idea: UUID, author: PersonId, photo: UUID, kept: Photo) -> None:
        """Keep a photo; of an erased author nothing is kept."""
        sealed = await self._keyring.seal(author, kept.jpeg, _place(photo))
        if sealed is not None:
            row = {
                "photo": photo, "idea": idea, "author": author, "sealed": sealed,
                "width": kept.width, "height": kept.height,
            }  # fmt: skip
            await tx.sql.execute(_KEEP, row)

    async def find(self, connection: AsyncConnection, idea: UUID, photo: UUID) -> bytes | None:
        """Return a photo of an idea; None where there is none any more."""
        row = (await connection.execute(_FIND, {"idea": idea, "photo": photo})).one_or_none()
        if row is None:
            return None
        return await self._keyring.open(row.author, bytes(row.sealed), _place(photo))


async def sizes(connection: AsyncConnection, idea: UUID) -> list[Size]:
    """Return the photos of an idea, the oldest first."""
    rows = await connection.execute(_LIST, {"idea": idea})
    return [Size(row.photo, row.width, row.height) for row in rows]


async def drop(tx: Tx, photo: UUID) -> None:
    """Destroy a photo."""
    await tx.sql.execute(_DROP, {"photo": photo})


async def forget(tx: Tx, author: PersonId) -> None:
    """Destroy the photos of somebody who is erased."""
    await tx.sql.execute(_FORGET, {"author": author})


def _place(photo: UUID) -> str:
    return f"photo|{photo}"
