"""What a service answers is described where others look it up: contracts/http."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HTTP = Path(__file__).parents[2] / "contracts/http"
METHODS = frozenset({"get", "put", "post", "patch", "delete"})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each operation of the service itself; what operators see is the chassis's, and raw."""
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            if "operation" not in item[method].get("tags", []):
                yield f"{method.upper()} {path}", item[method]


def is_bare(schema: dict[str, Any]) -> bool:
    """Tell whether a schema says no more than that there is something."""
    return not schema or schema.get("additionalProperties") is True


@pytest.mark.parametrize("file", sorted(HTTP.glob("*.json")), ids=lambda file: file.stem)
def test_every_answer_of_a_service_is_described(file: Path) -> None:
    bare = [
        name
        for name, operation in operations(json.loads(file.read_text("utf-8")))
        for status, answer in operation["responses"].items()
        for kind, content in answer.get("content", {}).items()
        if status.startswith("2") and kind == "application/json" and is_bare(content["schema"])
    ]
    assert not bare, f"give these routes a type that says what they answer: {bare}"
