"""The file that somebody is bringing in, with what was seen in it and chosen for it."""

import gzip
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, TypeVar

import msgspec

from history.files import numbered, source_name, unpacked
from history.looking import Box, filled_with, look
from history.mapping.document import WrongMapping
from history.mapping.model import Mapping
from history.mapping.reading import checked
from history.proposing import Choices, Proposal, propose
from history.reading import read_history
from history.report import dry_run_report
from history.trouble import Unreadable
from history.writing import written
from portal.uploads import Uploads

LARGEST: Final = 10_000_000
"""The most bytes of a file, unpacked: what is read is held in memory."""
LARGEST_MAPPING: Final = 60_000  # characters
NAME: Final = 100  # characters of a file's name
T = TypeVar("T")
PARTS: Final = ("content", "look", "chosen")


class Wrong(Exception):
    """The file cannot be used; `name` says why, with what the sentence needs."""

    def __init__(self, name: str, **given: Any) -> None:
        super().__init__(name)
        self.name, self.given = name, given


class Look(msgspec.Struct):
    """What was seen in a file, and what was proposed for it."""

    name: str
    box: Box
    proposal: Proposal


class Chosen(msgspec.Struct):
    """What somebody decided: choices, and the mapping as text, TOML or YAML."""

    choices: Choices
    text: str
    ending: str = "toml"


class Held(msgspec.Struct):
    """A file that is being brought in, but for its lines, which are read when they are needed."""

    look: Look
    chosen: Chosen

    @property
    def box(self) -> Box:
        return self.look.box

    @property
    def choices(self) -> Choices:
        return self.chosen.choices


class Store:
    """What one person is bringing in, as the portal keeps it for some hours."""

    def __init__(self, uploads: Uploads, person: str) -> None:
        self._uploads, self._person = uploads, person

    def held(self) -> Held | None:
        look_, chosen = self._read("look", Look), self._read("chosen", Chosen)
        return Held(look_, chosen) if look_ and chosen else None

    def lines(self) -> bytes | None:
        return self._read("content", bytes)

    def until(self) -> str:
        """Return until when it is kept."""
        return datetime.fromtimestamp(self._uploads.until(self._person, "look"), UTC).isoformat()

    def keep(self, held: Held, content: bytes) -> None:
        """Keep a new file in the place of the one before, and of what became of that."""
        self.forget()
        for what, part in zip(PARTS, (content, held.look, held.chosen), strict=True):
            self._uploads.keep(self._person, what, part)

    def choose(self, chosen: Chosen) -> None:
        self._uploads.keep(self._person, "chosen", chosen)

    def forget(self) -> None:
        self._uploads.forget(self._person, *PARTS, "import")

    def _read(self, what: str, kind: type[T]) -> T | None:
        return self._uploads.read(self._person, what, kind)


def unpacked_content(raw: bytes, name: str) -> bytes:
    """Return the lines of a file; raise Wrong where it is too large, or no gzip after all."""
    try:
        with unpacked(BytesIO(raw), name) as file:
            content = file.read(LARGEST + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Wrong("gzip") from None
    if len(content) > LARGEST:
        raise Wrong("large", most=LARGEST // 1_000_000)
    return content


def looked_at(name: str, content: bytes, unknown: str) -> Held:
    """Look at a file and propose what it means; raise Wrong where no line of it is a record."""
    try:
        box = look(numbered(BytesIO(content), name))
    except Unreadable as error:
        raise Wrong("unreadable", why=str(error)) from None
    if not box.records:
        line, why = next(iter(box.wrong.items()), (1, "the file is empty"))
        raise Wrong("records", line=line, why=why)
    try:
        source = source_name(None, None, name)
    except Unreadable:
        source = "history"
    found = propose(box, source)
    words = found.choices.fields_as("word")
    if found.choices.fact and words:
        counted = filled_with(numbered(BytesIO(content), name), found.choices.fact, words)
        found = propose(box, source, counted)
    return Held(Look(name, box, found), Chosen(found.choices, written(found.choices, unknown)))


def checked_text(chosen: Chosen) -> tuple[Mapping | None, list[str]]:
    """Return the mapping that a text is, or else all that is wrong in it."""
    try:
        mapping = checked(chosen.text.encode(), f"mapping.{chosen.ending}")
    except WrongMapping as wrong:
        return None, wrong.faults
    if mapping.history is None:
        return None, [f"{mapping.file}: it has no table [history]"]
    return mapping, []


def dry_run(content: bytes, name: str, mapping: Mapping, source: str) -> dict[str, Any]:
    """Return what would be understood, as the command line says it; nothing is sent."""
    if mapping.history is None:
        raise ValueError("a mapping without [history] was checked before")
    lines = numbered(BytesIO(content), name)
    found = read_history(lines, mapping.history, mapping.moments, datetime.now(UTC))
    return dry_run_report(found, source)
