"""From a mapping file to a checked mapping."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from history.mapping.checks import Faults, Table
from history.mapping.document import Node, WrongMapping, read_document
from history.mapping.history import read_history
from history.mapping.model import USAGE_FIELDS, Mapping, Moments, Usage, plain

DELIMITERS = (",", ";", "\t", "|")


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file; raise WrongMapping with all that is wrong in it."""
    try:
        return checked(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise WrongMapping([f"{path}: there is no such file"]) from None


def checked(content: bytes, name: str) -> Mapping:
    """Read and check a mapping of this name; raise WrongMapping with all that is wrong in it."""
    root = read_document(content, name)
    faults = Faults(name)
    mapping = _mapping(root, faults)
    if faults.found:
        raise WrongMapping(faults.found)
    return mapping


def _mapping(root: Node, faults: Faults) -> Mapping:
    top = Table(root, "", faults)
    source = top.text("source")
    moments = top.table("time")
    history = top.table("history")
    usage = top.table("usage")
    top.close()
    if history is None and usage is None:
        faults.note(1, "history", "a mapping needs a table [history] or [usage]")
    return Mapping(
        file=faults.file,
        source=source,
        moments=_moments(moments) if moments else Moments(),
        history=read_history(history) if history else None,
        usage=_usage(usage) if usage else None,
    )


def _moments(table: Table) -> Moments:
    formats = table.texts("formats") or ("iso",)
    for one in formats:
        if one not in ("iso", "unix", "unix_ms") and "%Y" not in one:
            table.note(
                "formats",
                f"'{one}' is no format; allowed are: iso, unix, unix_ms, and patterns"
                " with %Y such as %d-%m-%Y %H:%M",
            )
    zone = table.text("zone") or "Europe/Amsterdam"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        table.note("zone", f"'{zone}' is no time zone; write it like Europe/Amsterdam or UTC")
    table.close()
    return Moments(formats=formats, zone=zone)


def _usage(table: Table) -> Usage:
    names = table.table("fields")
    fields = {name: names.texts(name) or () for name in USAGE_FIELDS if names and name in names}
    if names:
        for name in USAGE_FIELDS:
            names.take(name)
        names.close()
    tool = table.text("tool")
    advanced = table.texts("advanced") or ()
    renamed = table.table("features")
    features = {plain(key): renamed.text(key) or "" for key in renamed.nodes} if renamed else {}
    delimiter = table.text("delimiter", DELIMITERS) or ","
    table.close()
    named = {name: fields.get(name, (name,)) for name in USAGE_FIELDS}
    return Usage(
        fields=named, tool=tool, advanced=frozenset(map(plain, advanced)), features=features,
        delimiter=delimiter,
    )  # fmt: skip
