"""What each service's HTTP interface promised, and whether today's interface still keeps it.

`python -m <service> openapi | python -m contracts.publishing.http_api <service>` writes the
document and adds to what was promised; with `--check` it writes nothing, says what differs, and
ends with 1 if anything does. A promise is never taken back: who wrote a client last year must not
notice.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from contracts.publishing.schemas import text

HOME = Path(__file__).parents[3] / "http"
COMMAND = "make generate"
METHODS = ("get", "put", "post", "patch", "delete")
ANY = "anything"
_CHOICES = re.compile(r"'[^']*'(?: or '[^']*')*")

Document = Mapping[str, Any]


class Promise(Struct, frozen=True, omit_defaults=True):
    """What one operation promised: where a value goes or comes from, and of which type it is.

    `takes` may be sent; of it only `needs` must be. `answers` comes with every success, by status.
    """

    takes: dict[str, str] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


Promises = dict[str, Promise]


def promises(document: Document) -> Promises:
    """Return what an OpenAPI document promises, operation by operation."""
    return {
        f"{method.upper()} {path}": _promise(document, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }


def _promise(document: Document, operation: Mapping[str, Any]) -> Promise:
    found: dict[str, tuple[str, bool]] = {}
    for each in operation.get("parameters", ()):
        where = f"{each['in']}.{each['name']}"
        found[where] = _kind(document, each["schema"]), bool(each.get("required"))
    for schema in _json(operation.get("requestBody", {})):
        found["body"] = _kind(document, schema), True
        found |= _fields(document, schema, "body", required=True)
    # Only what may be sent is a closed list: in an answer, clients must bear a new word.
    answers = {
        where: _CHOICES.sub("string", kind)
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for schema in _json(response)
        for where, (kind, always) in _answered(document, schema, status).items()
        if always
    }
    needs = sorted(where for where, (_, required) in found.items() if required)
    return Promise({where: kind for where, (kind, _) in found.items()}, needs, answers)


def _json(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind, found in content.get("content", {}).items():
        if kind.endswith("json") and found.get("schema"):
            yield found["schema"]


def _answered(document: Document, schema: Any, status: str) -> dict[str, tuple[str, bool]]:
    own = {status: (_kind(document, schema), True)}
    return own | _fields(document, schema, status, required=True)


def _fields(
    document: Document, schema: Any, where: str, *, required: bool
) -> dict[str, tuple[str, bool]]:
    """Return the fields below a place, each with its type and whether it is always there."""
    whole = _resolved(document, schema)
    found: dict[str, tuple[str, bool]] = {}
    for name, part in whole.get("properties", {}).items():
        there = required and name in whole.get("required", ())
        found[f"{where}.{name}"] = _kind(document, part), there
        found |= _fields(document, part, f"{where}.{name}", required=there)
    if items := whole.get("items"):
        found |= _fields(document, items, f"{where}[]", required=required)
    return found


def _resolved(document: Document, schema: Any) -> Mapping[str, Any]:
    if reference := schema.get("$ref"):
        found: Mapping[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
        return found
    return schema  # type: ignore[no-any-return]


def _kind(document: Document, schema: Any) -> str:
    """Return a type in words: `string:uuid`, `array of object`, `'high' or 'low' or null`."""
    whole = _resolved(document, schema)
    if choices := whole.get("anyOf") or whole.get("oneOf"):
        words = {word for choice in choices for word in _kind(document, choice).split(" or ")}
        return " or ".join(sorted(words))
    if whole.get("type") == "array":
        return f"array of {_kind(document, whole.get('items', {}))}"
    if words := whole.get("enum", [whole["const"]] if "const" in whole else None):
        return " or ".join(sorted(f"'{word}'" for word in words))
    kind = str(whole.get("type", ANY))
    return f"{kind}:{whole['format']}" if "format" in whole else kind


def broken(before: Promises, now: Promises) -> list[str]:
    """Return which promises today's interface does not keep, a sentence each."""
    found = [f"{name} is gone: clients still ask for it" for name in before.keys() - now.keys()]
    for name in before.keys() & now.keys():
        old, new = before[name], now[name]
        found += [f"{name} {each}" for each in _no_longer(old.takes, new.takes, "takes")]
        found += [f"{name} {each}" for each in _no_longer(old.answers, new.answers, "answers")]
        found += [
            f"{name} needs {where} now: clients that were written before do not send it"
            for where in sorted({*new.needs} - {*old.needs})
        ]
    return sorted(found)


def _no_longer(old: Mapping[str, str], new: Mapping[str, str], verb: str) -> Iterator[str]:
    for where, kind in old.items():
        if where not in new:
            yield f"{verb} {where} no more"
        elif new[where] != kind and not _wider(kind, new[where], verb):
            yield f"{verb} {where} as {new[where]}; it was {kind}"


def _wider(old: str, new: str, verb: str) -> bool:
    """More may be taken than before, and less may be answered; never the other way round."""
    was, is_ = {*old.split(" or ")}, {*new.split(" or ")}
    return is_ >= was if verb == "takes" else old == ANY or is_ <= was


def merged(before: Promises, now: Promises) -> Promises:
    """Return all that was promised up to now, where nothing of it is broken."""
    return before | now


def main(arguments: Sequence[str] | None = None, home: Path = HOME) -> int:
    """Write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("service")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    given = parser.parse_args(arguments)
    if not (home.parent / "pyproject.toml").exists():
        parser.error(f"{home.parent} is not the folder of the contracts: run this in a checkout")
    document = msgspec.json.decode(sys.stdin.buffer.read())
    said, files = derived(given.service, document, home)
    if not said and given.check:
        said = [
            f"{file} differs: run `{COMMAND}`" for file, new in files.items() if _old(file) != new
        ]
    if said:
        sys.stderr.write("\n".join(said) + "\n")
        return 1
    for file, new in {} if given.check else files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(new)
    return 0


def derived(service: str, document: Document, home: Path) -> tuple[list[str], dict[Path, str]]:
    """Return the promises that are broken, and the text of the service's files."""
    kept = home / "promised" / f"{service}.json"
    before = msgspec.json.decode(_old(kept) or "{}", type=Promises)
    now = promises(document)
    said = [f"{service}: {each}" for each in broken(before, now)]
    promised = text(msgspec.to_builtins(merged(before, now)))
    return said, {home / f"{service}.json": text(document), kept: promised}


def _old(file: Path) -> str:
    return file.read_text() if file.exists() else ""


if __name__ == "__main__":
    raise SystemExit(main())
