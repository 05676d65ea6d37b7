"""The spans that the services of a running system have written down."""

import json
from pathlib import Path
from typing import Any


def spans(folder: Path) -> list[dict[str, Any]]:
    """Return every span that has been written, with its `service`."""
    found = []
    for path in folder.glob("*.jsonl*"):
        # The last line may still be in the writing.
        for line in path.read_text("utf-8").rpartition("\n")[0].splitlines():
            found += _spans(json.loads(line))
    return found


def _spans(export: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**span, "service": attribute["value"]["stringValue"]}
        for resource in export["resourceSpans"]
        for attribute in resource["resource"]["attributes"]
        if attribute["key"] == "service.name"
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
