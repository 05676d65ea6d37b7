"""One-time codes for a pulse: whoever is asked gets one, and nothing says afterwards which.

All codes of a wave are made when it opens. Giving one notes that the person has one, and takes the
seal of any code of their department; using one removes it. What is left joins no person to a code.
An answer waits here for the end of its wave: all of a wave are told together.
"""

import hmac
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag

from chassis.database import Raw, Tx, columns
from chassis.keyring import Keyring, open_with, seal_with
from contracts.vocabulary import AnswerId, PersonId
from feedback.domain.pulse import FEWEST

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none looks like another
_LENGTH = 16  # letters: 79 bits, so nobody guesses one
_PURPOSE = "pulse codes"

_THERE = """
SELECT department FROM person_v1
WHERE listed_at IS NOT NULL AND (left_at IS NULL OR left_at <= listed_at)
"""
_WHERE = _THERE + " AND person = $1"
_MAKE = """
INSERT INTO pulse_code (wave, digest, department, sealed)
SELECT $1, * FROM unnest($2::bytea[], $3::text[], $4::bytea[]) AS c(digest, department, sealed)
ORDER BY digest
"""
_GIVEN = "INSERT INTO pulse_given VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1"
_HAS = "SELECT EXISTS (SELECT FROM pulse_given WHERE wave = $1 AND person = $2)"
_FREE = """
SELECT digest, sealed FROM pulse_code
WHERE wave = $1 AND department IS NOT DISTINCT FROM $2 AND sealed IS NOT NULL
ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_TAKE = "UPDATE pulse_code SET sealed = NULL WHERE digest = $1"
_USE = "DELETE FROM pulse_code WHERE wave = $1 AND digest = ANY($2::bytea[]) RETURNING department"
_LEFT = "SELECT count(*) FROM pulse_code WHERE wave = $1"
_KEEP = "INSERT INTO pulse_answer (answer, wave, department, answers) VALUES ($1, $2, $3, $4)"
_KEPT = """
DELETE FROM pulse_answer WHERE wave = $1 RETURNING answer, department, answers
"""
_CLEAR = ("DELETE FROM pulse_code WHERE wave = $1", "DELETE FROM pulse_given WHERE wave = $1")
_FORGET = "DELETE FROM pulse_given WHERE person = $1"


class Codes:
    """Makes, gives and takes codes."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def invite(self, tx: Tx) -> tuple[int, dict[str, int]]:
        """Return how many are here to be asked, and how many of each department of five or more."""
        rows = await tx.raw.fetch(_THERE)
        sizes = Counter(row["department"] for row in rows if row["department"])
        return len(rows), {name: n for name, n in sorted(sizes.items()) if n >= FEWEST}

    async def make(self, tx: Tx, wave: UUID, invited: int, departments: Mapping[str, int]) -> None:
        """Make a code for everybody."""
        places: list[str | None] = [name for name, n in departments.items() for _ in range(n)]
        places += [None] * (invited - len(places))
        key = self._keyring.derived(_PURPOSE)
        rows = [(*self._made(key, wave), place) for place in places]
        digests, sealed, whose = columns(rows, 3)
        await tx.raw.execute(_MAKE, wave, digests, whose, sealed)

    def _made(self, key: bytes, wave: UUID) -> tuple[bytes, bytes]:
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        return _digest(key, code), seal_with(key, code.encode(), str(wave))

    async def place(self, raw: Raw, person: PersonId) -> tuple[bool, str | None]:
        """Tell whether a person is here, and in which department."""
        row = await raw.fetchrow(_WHERE, person)
        return row is not None, row and row["department"]

    async def has(self, raw: Raw, wave: UUID, person: PersonId) -> bool:
        """Tell whether a person was given a code of a wave."""
        return bool(await raw.fetchval(_HAS, wave, person))

    async def give(
        self, tx: Tx, wave: UUID, person: PersonId, department: str | None
    ) -> str | None:
        """Give a person a code of a wave; None where they have one, or there is none left."""
        if not await tx.raw.fetchval(_GIVEN, wave, person):
            return None
        row = await tx.raw.fetchrow(_FREE, wave, department)
        if row is None:
            return None
        await tx.raw.execute(_TAKE, row["digest"])
        return self._open(row["sealed"], wave)

    def _open(self, sealed: bytes, wave: UUID) -> str | None:
        for key in self._keyring.derived_all(_PURPOSE):
            try:
                return open_with(key, sealed, str(wave)).decode()
            except InvalidTag:
                continue
        return None

    async def use(self, tx: Tx, wave: UUID, code: str) -> tuple[bool, str | None]:
        """Use up a code: whether it was one, and of which department."""
        plain = "".join(code.lower().split()).replace("-", "")
        digests = [_digest(key, plain) for key in self._keyring.derived_all(_PURPOSE)]
        row = await tx.raw.fetchrow(_USE, wave, digests)
        return row is not None, row and row["department"]

    async def left(self, raw: Raw, wave: UUID) -> int:
        """Return how many codes were not used yet."""
        return int(await raw.fetchval(_LEFT, wave))


class Held(NamedTuple):
    """An answer that waits for the end of its wave."""

    answer: AnswerId
    department: str | None
    answers: dict[str, int]


async def hold(tx: Tx, wave: UUID, held: Held) -> None:
    """Keep an answer until its wave ends; no moment is kept with it."""
    said = json.dumps(held.answers)
    await tx.raw.execute(_KEEP, held.answer, wave, held.department, said)


async def held_of(tx: Tx, wave: UUID) -> list[Held]:
    """Return and forget the answers of a wave, in an order that says nothing of when they came."""
    rows = await tx.raw.fetch(_KEPT, wave)
    found = [Held(r["answer"], r["department"], json.loads(r["answers"])) for r in rows]
    return sorted(found)


async def clear(tx: Tx, wave: UUID) -> None:
    """Forget who was given a code, and every code that nobody used."""
    for statement in _CLEAR:
        await tx.raw.execute(statement, wave)


async def forget(tx: Tx, person: PersonId) -> None:
    """Forget that a person was given codes; what they answered was never theirs."""
    await tx.raw.execute(_FORGET, person)


def shown(code: str) -> str:
    """Write a code as people copy it: in fours."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def _digest(key: bytes, code: str) -> bytes:
    return hmac.digest(key, code.encode(), "sha256")[:16]
