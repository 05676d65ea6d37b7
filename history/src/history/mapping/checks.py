"""Reading checked values out of a mapping file: every fault is noted with line, key and cure."""

from collections.abc import Iterable

from history.mapping.document import Node


class Faults:
    """What is wrong with a mapping file, collected, so that all of it is said at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def note(self, line: int, where: str, what: str) -> None:
        self.found.append(f"{self.file}, line {line}: {where}: {what}")


class Table:
    """A table of the file; whoever reads it takes the keys it knows, `close` faults the rest."""

    def __init__(self, node: Node, where: str, faults: Faults) -> None:
        self.line, self.where, self.faults = node.line, where, faults
        self.known: list[str] = []
        if isinstance(node.value, dict):
            self.nodes: dict[str, Node] = node.value
        else:
            self.nodes = {}
            faults.note(node.line, where, f"a table is expected here, not {kind(node)}")

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def path(self, key: str) -> str:
        shown = key if key.replace("_", "").isalnum() and key.isascii() else f'"{key}"'
        return f"{self.where}.{shown}" if self.where else shown

    def note(self, key: str, what: str) -> None:
        line = self.nodes[key].line if key in self.nodes else self.line
        self.faults.note(line, self.path(key), what)

    def take(self, key: str) -> Node | None:
        self.known.append(key)
        return self.nodes.get(key)

    def table(self, key: str) -> "Table | None":
        node = self.take(key)
        return None if node is None else Table(node, self.path(key), self.faults)

    def text(self, key: str, allowed: Iterable[str] | None = None) -> str | None:
        node = self.take(key)
        if node is None:
            return None
        if not isinstance(node.value, str):
            self.note(key, f"a text in quotes is expected here, not {kind(node)}")
            return None
        if allowed is not None and node.value not in (words := tuple(allowed)):
            self.note(key, f"'{node.value}' is not known here; allowed are: {', '.join(words)}")
            return None
        return node.value

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Take a text, or a list of texts."""
        node = self.take(key)
        if node is None:
            return None
        parts = node.value if isinstance(node.value, list) else [node]
        texts = tuple(part.value for part in parts if isinstance(part.value, str))
        if len(texts) != len(parts) or not parts:
            self.note(key, "a text or a list of texts is expected here")
        return texts

    def close(self) -> None:
        for key in self.nodes:
            if key not in self.known:
                words = ", ".join(self.known) or "none"
                self.note(key, f"there is no such key; allowed are: {words}")


def kind(node: Node) -> str:
    """Name the kind of a value in words."""
    match node.value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "a table"
