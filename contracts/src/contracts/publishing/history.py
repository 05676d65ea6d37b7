"""Every schema that was ever published, numbered, each file named by its content."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from contracts.publishing.schemas import Schema, fingerprint, text

FOLDER = "published"
_NAME = re.compile(r"(\d+)-([0-9a-f]{8})\.schema\.json")


class HistoryIsDamaged(Exception):
    """A published schema was changed, renamed or lost: what was published stays."""


class Published(Struct, frozen=True):
    """One revision of an event's schema, and the release that first had it."""

    number: int
    fingerprint: str
    since: str
    schema: Schema

    @property
    def file(self) -> str:
        return f"{self.number}-{self.fingerprint}.schema.json"


History = Mapping[str, tuple[Published, ...]]


def read_history(schemas: Path) -> dict[str, tuple[Published, ...]]:
    """Read all published schemas by event type, oldest first; damage is an error."""
    folders = sorted(path for path in (schemas / FOLDER).glob("*") if path.is_dir())
    return {folder.name: _revisions(folder) for folder in folders}


def _revisions(folder: Path) -> tuple[Published, ...]:
    found = sorted((_read(file) for file in folder.iterdir()), key=lambda one: one.number)
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise HistoryIsDamaged(
            f"{folder}: the numbers are not 1 to {len(found)}; restore the missing file from git"
        )
    return tuple(found)


def _read(file: Path) -> Published:
    named = _NAME.fullmatch(file.name)
    if not named:
        raise HistoryIsDamaged(f"{file}: not <number>-<fingerprint>.schema.json; remove it")
    schema: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    if fingerprint(schema) != named[2]:
        raise HistoryIsDamaged(
            f"{file}: was changed after it was published; restore it from git, "
            "and change the event's class instead"
        )
    return Published(int(named[1]), named[2], schema.get("x-since", ""), schema)


def appended(before: tuple[Published, ...], schema: Schema, since: str) -> tuple[Published, ...]:
    """Return the history with this schema at its end; unchanged where the shape is the last one."""
    mark = fingerprint(schema)
    if before and before[-1].fingerprint == mark:
        return before
    return (*before, Published(len(before) + 1, mark, since, {**schema, "x-since": since}))


def files(history: History) -> dict[str, str]:
    """Return the texts of all files, by their path below the folder of schemas."""
    return {
        f"{FOLDER}/{type_}/{one.file}": text(one.schema)
        for type_, revisions in history.items()
        for one in revisions
    }
