"""What the services answer over HTTP is written down in contracts/http/, and others rely on it."""

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import httpx2
import msgspec
import pytest

from chassis.operation import application
from chassis.parts import Parts
from chassis.settings import example
from contracts.publishing.http_api import derived

ROOT = Path(__file__).parents[2]
HTTP = ROOT / "contracts/http"
SERVICES = ("ideas", "feedback", "metrics", "notifications")
ASKING = ("cli/src", "history/src", "deploy/local/src", "examples", "services")
# Only in development, and so in no document.
UNDOCUMENTED = {"/v1/clock"}
HOLE = "{}"


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_what_the_service_says_and_keeps_every_promise(service: str) -> None:
    assemble = import_module(f"{service}.main").assemble
    settings = example(get_type_hints(assemble)["settings"])
    parts = Parts(service, settings, httpx2.AsyncClient())
    said = json.dumps(application(parts, assemble(parts, settings)).openapi(), sort_keys=True)
    broken, files = derived(service, json.loads(said), HTTP)
    assert not broken
    assert [file.name for file, text in files.items() if file.read_text("utf-8") != text] == []


def test_nobody_asks_for_a_path_that_no_document_has() -> None:
    documents = [msgspec.json.decode((HTTP / f"{name}.json").read_bytes()) for name in SERVICES]
    there = {path for document in documents for path in document["paths"]} | UNDOCUMENTED
    known = re.compile("|".join(re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(p)) for p in there))
    asked = {path: file for file in sources() for path in paths(file)}
    lost = {path: file.name for path, file in asked.items() if not known.fullmatch(path)}
    assert len(asked) > len(SERVICES), "the paths that are asked for are looked up no more"
    assert not lost


def sources() -> Iterator[Path]:
    for folder in ASKING:
        yield from (f for f in (ROOT / folder).rglob("*.py") if "tests" not in f.parts)


def paths(file: Path) -> Iterator[str]:
    """Return the paths that a module names, each part of its own that is filled in as a hole."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else HOLE for p in node.values]
            found = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = node.value
        else:
            continue
        if re.match(r"^/v1/[\w{}/-]+", found) and not found.endswith("/"):
            yield found.partition("?")[0]
