"""Two mappings and what they make of lines."""

import json
from pathlib import Path
from typing import Any

from history.assembly import Assembled, assemble
from history.mapping.model import Mapping
from history.mapping.reading import read_mapping
from history.translation import Translator

FACTS = """
[time]
zone = "Europe/Amsterdam"
formats = ["iso", "%d-%m-%Y %H:%M", "unix"]
[history]
fact = "kind"
separator = ";"
ignored_fields = ["was"]
[history.fields]
at = "at"
idea = "idea"
title = "title"
authors = ["authors", "by"]
by = "by"
reviewers = "reviewers"
reason = "why.text"
wake_on = "until"
[history.facts]
born = { step = "submitted", then = "status", also = ["brn"] }
moved = { word = "status" }
staged = { word = "stage", after = "was" }
named = "reviewers_assigned"
said = "ignored"
[history.words.status]
"" = "submitted"
draft = "under_review"
good = "accepted"
bad = "declined"
later = "parked"
[history.words.stage]
alpha = "pilot_started"
beta = "measured"
"stable > beta" = { step = "reopened", to = "in_pilot" }
"""
FIRST = """
[history]
births = "first"
[history.fields]
at = "at"
idea = "idea"
title = "title"
authors = "by"
[history.line]
word = "status"
[history.words.status]
busy = "under_review"
good = "accepted"
mail = "ignored"
"""


def mapping(folder: Path, text: str) -> Mapping:
    path = folder / "m.toml"
    path.write_text(text)
    return read_mapping(path)


def translated(meaning: Mapping, *lines: dict[str, Any] | str) -> Assembled:
    assert meaning.history is not None
    translator = Translator(meaning.history, meaning.moments)
    raw = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return assemble(translator.read(n, line.encode()) for n, line in enumerate(raw, 1))


def steps(whole: Assembled) -> list[tuple[int, str]]:
    return [(step.line, step.step) for idea in whole.ideas for step in idea.steps]
