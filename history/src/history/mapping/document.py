"""A mapping file as it was written: TOML or YAML, every value with the line where it stands."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import yaml  # type: ignore[import-untyped]
from msgspec import Struct

Scalar = str | int | float | bool
Where = tuple[str, ...]

_HEADER = re.compile(r"^\s*\[\[?(?P<key>[^\[\]]+|.*\".*\".*)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*(?P<key>(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+|\s*\.\s*)+?)\s*=(?!=)")


class WrongMapping(Exception):
    """The mapping file cannot be used: each fault names its line, its key and what is allowed."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Node(Struct, frozen=True):
    """A value of the file and the line on which it (or its key) stands."""

    value: "Scalar | list[Node] | dict[str, Node]"
    line: int


def read_document(content: bytes, name: str) -> Node:
    """Read a mapping of this name; raise WrongMapping where it is no TOML or YAML."""
    ending = name.lower().rpartition(".")[2]
    reader = {"toml": _toml, "yaml": _yaml, "yml": _yaml}.get(ending)
    if reader is None:
        raise WrongMapping([f"{name}: a mapping file ends in .toml, .yaml or .yml"])
    try:
        return reader(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise WrongMapping([f"{name}: the file is not UTF-8 text; save it as UTF-8"]) from None


def _toml(text: str, name: str) -> Node:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongMapping([f"{name}: this is no valid TOML: {error}"]) from None
    lines: dict[Where, int] = {}
    for where, line in _toml_lines(text):
        lines.setdefault(where, line)
    return _placed(content, (), lines, 1)


def _toml_lines(text: str) -> Iterator[tuple[Where, int]]:
    """Tell where each key stands; tomllib does not say it."""
    table: Where = ()
    for number, content in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(content):
            table = _toml_path(found["key"])
            yield from ((table[: depth + 1], number) for depth in range(len(table)))
        elif found := _KEY.match(content):
            key = _toml_path(found["key"])
            yield from ((table + key[: depth + 1], number) for depth in range(len(key)))


def _toml_path(key: str) -> Where:
    try:
        content: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:  # a line of a multi-line text that looks like a key
        return ()
    path: Where = ()
    while isinstance(content, dict):
        name, content = next(iter(content.items()))
        path += (name,)
    return path


def _placed(content: Any, where: Where, lines: dict[Where, int], above: int) -> Node:
    line = lines.get(where, above)
    if isinstance(content, dict):
        inner = {k: _placed(v, (*where, k), lines, line) for k, v in content.items()}
        return Node(inner, line)
    if isinstance(content, list):
        return Node([_placed(one, where, lines, line) for one in content], line)
    return Node(content if isinstance(content, Scalar) else str(content), line)


def _yaml(text: str, name: str) -> Node:
    try:
        events = yaml.parse(text, Loader=yaml.SafeLoader)
        if aliases := [e for e in events if isinstance(e, yaml.AliasEvent)]:
            line = aliases[0].start_mark.line + 1
            raise WrongMapping([f"{name}, line {line}: write the value out; aliases are not read"])
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise WrongMapping([f"{name}: this is no valid YAML: {_one_line(error)}"]) from None
    return Node({}, 1) if root is None else _composed(root, name)


def _composed(node: Any, name: str) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Node([_composed(one, name) for one in node.value], line)
    if isinstance(node, yaml.MappingNode):
        return Node(_members(node, name), line)
    # Plain words stay words: YAML would read `no` as false and 12:30 as 750.
    if node.style is None and node.value in ("true", "false"):
        return Node(node.value == "true", line)
    return Node(node.value, line)


def _members(node: Any, name: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, content in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise WrongMapping([f"{name}, line {line}: a key must be a text"])
        if key.value in found:
            raise WrongMapping([f"{name}, line {line}: the key '{key.value}' stands here twice"])
        inner = _composed(content, name)
        found[key.value] = Node(inner.value, line)
    return found


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
