"""The page that tells people every event: what it means, where it travels, what it holds."""

import inspect
from collections.abc import Iterator

import msgspec

from contracts.catalog import DECLARED, Declared
from contracts.personal import personal_fields
from contracts.publishing.headers import HEADERS
from contracts.publishing.history import History, Published
from contracts.publishing.schemas import Schema, brief, stored_schema

_BEGINNING = """\
# Events

<!-- Written by `python -m contracts.generate` from the classes in `contracts/`: change those. -->

Every fact that services tell each other or other systems tell Kiem. Each event is declared once,
as a class in `contracts/`; its JSON Schema is `contracts/src/contracts/schemas/<type>.schema.json`,
and `contracts/asyncapi.json` describes topics, headers and keys for programs. Fields marked
*personal* are encrypted where the event is stored and absent from what is published: whoever may
see them asks the owner over HTTP. "Since" is the release that first had it.
"""


def page(history: History) -> str:
    """Return the page in Markdown."""
    kinds = sorted(DECLARED.values(), key=lambda kind: (kind.topic, kind.stream or ""))
    parts = [_BEGINNING, *_index(kinds, history), *_headers()]
    for kind in kinds:
        parts += _event(kind, history[kind.type])
    return "\n".join(parts).rstrip() + "\n"


def _index(kinds: list[Declared], history: History) -> Iterator[str]:
    yield "| event | type | topic | key | stream | owner | since |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for kind in kinds:
        yield _row(
            f"[{kind.event.__name__}](#{kind.event.__name__.lower()})", f"`{kind.type}`",
            f"`{kind.topic}`", f"`{kind.key}`", _stream(kind), _owner(kind),
            history[kind.type][0].since,
        )  # fmt: skip
    yield ""


def _headers() -> Iterator[str]:
    yield "## Headers\n"
    yield "CloudEvents 1.0.2 in Kafka binary mode; structured mode is read as well.\n"
    yield "| header | ours | from outside | says |"
    yield "| --- | --- | --- | --- |"
    for name, always, must, says in HEADERS:
        ours = "always" if always else "where known"
        yield _row(f"`{name}`", ours, "required" if must else "optional", says)
    yield ""


def _event(kind: Declared, revisions: tuple[Published, ...]) -> Iterator[str]:
    yield f"## {kind.event.__name__}\n"
    yield inspect.cleandoc(kind.event.__doc__ or "") + "\n"
    yield f"`{kind.type}` on `{kind.topic}`, key `{kind.key}`, stream {_stream(kind)}.\n"
    yield "| field | type | | personal | since |"
    yield "| --- | --- | --- | --- | --- |"
    stored, personal = stored_schema(kind), personal_fields(kind.event)
    for name, schema in stored["properties"].items():
        whose = f"yes, key of `{personal[name]}`" if name in personal else ""
        since = "" if name in personal else _since(name, revisions)
        yield _row(f"`{name}`", brief(schema), _presence(name, stored), whose, since)
    yield ""


def _presence(name: str, stored: Schema) -> str:
    if name in stored["required"]:
        return "required"
    default = stored["properties"][name].get("default")
    shown = msgspec.json.encode(default).decode()
    return f"default `{shown}`" if default not in (None, [], {}) else "optional"


def _since(field: str, revisions: tuple[Published, ...]) -> str:
    return next(one.since for one in revisions if field in one.schema["properties"])


def _stream(kind: Declared) -> str:
    return f"`{kind.stream}-<{kind.key}>`" if kind.stream else "none"


def _owner(kind: Declared) -> str:
    return kind.owner if kind.stream else "other systems"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
