"""No two modules import each other, however long the way round, in a package or between two."""

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [*ROOT.glob("*/src"), *ROOT.glob("services/*/src"), ROOT / "deploy/local/src"]
Graph = Mapping[str, set[str]]


def modules(*sources: Path) -> dict[str, Path]:
    """Return the modules below these folders by name; a package is the module of its folder."""
    found = {}
    for source in sources:
        for file in source.rglob("*.py"):
            parts = file.relative_to(source).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts).removesuffix(".__init__")] = file
    return found


def graph(known: Mapping[str, Path]) -> Graph:
    """Return whom each module imports: anywhere in it, for an import within a function waits only
    until the function is called, and one for types alone couples two modules as well."""
    return {name: _imported(name, file, known) - {name} for name, file in known.items()}


def _imported(name: str, file: Path, known: Mapping[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(name, file, node)
            for alias in node.names:
                module = f"{origin}.{alias.name}"
                found.add(module if module in known else origin)
    return found & known.keys()


def _origin(name: str, file: Path, node: ast.ImportFrom) -> str:
    """Return the full name of where `from … import` takes things."""
    if not node.level:
        return node.module or ""
    up = node.level - (file.name == "__init__.py")
    package = name.split(".")
    return ".".join([*package[: len(package) - up], *filter(None, [node.module])])


def circle(found: Graph) -> str | None:
    """Return a circle as a chain of names, or None where there is none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return " is imported by ".join(error.args[1])
    return None


def test_no_module_imports_itself_by_way_of_others() -> None:
    found = graph(modules(*SOURCES))
    assert len(found) > 300, "the modules are looked up no more"
    assert sum(map(len, found.values())) > len(found), "the imports are looked up no more"
    went = circle(found)
    assert not went, f"a circle of imports: {went}. Move what both need to where neither is"


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({"a": "import p.b", "b": "from p import c", "c": "from p.a import x"}, True),
        ({"a": "def f():\n    from p.b import x", "b": "import p.a"}, True),
        ({"a": "from . import b", "b": "from .a import x"}, True),
        ({"__init__": "from p.a import x", "a": "from p import x"}, True),
        ({"a": "import p.b, p.c", "b": "import p.c", "c": "import os"}, False),
        ({"__init__": "from p.a import x", "a": "from p.b import x", "b": ""}, False),
    ],
)  # fmt: skip
def test_a_circle_is_found_whichever_way_it_is_written(
    tmp_path: Path, files: dict[str, str], there: bool
) -> None:
    (tmp_path / "p").mkdir()
    for name, text in files.items():
        (tmp_path / "p" / f"{name}.py").write_text(text, "utf-8")
    went = circle(graph(modules(tmp_path)))
    assert bool(went) == there
    assert went is None or "p.a" in went
