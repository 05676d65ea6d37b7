"""An HTTP interface may grow; it never takes back what it promised."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contracts.publishing.http_api import broken, main, promises

Change = Callable[[dict[str, Any]], Any]
Shown = Callable[[dict[str, Any]], int]


def document() -> dict[str, Any]:
    """A small interface: one list, and one command."""
    idea = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "state": {"enum": ["new", "done"], "type": "string"},
            "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["id", "state", "tags"],
    }
    submission = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "hurry": {"enum": ["high", "low"], "type": "string"},
        },
        "required": ["title"],
    }
    tag = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    limit = {"in": "query", "name": "limit", "schema": {"type": "integer"}}

    ideas = {"type": "array", "items": {"$ref": "#/components/schemas/Idea"}}

    def content(schema: dict[str, Any]) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": schema}}}

    return {
        "components": {"schemas": {"Idea": idea, "Submission": submission, "Tag": tag}},
        "paths": {
            "/ideas": {
                "get": {"parameters": [limit], "responses": {
                    "200": content(ideas), "404": content({"type": "object"}),
                }},
                "post": {
                    "requestBody": content({"$ref": "#/components/schemas/Submission"}),
                    "responses": {"201": content({"$ref": "#/components/schemas/Idea"})},
                },
            }
        },
    }  # fmt: skip


def of(changed: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = changed["components"]["schemas"][name]
    return found


def after(change: Change) -> list[str]:
    later = deepcopy(document())
    change(later)
    return broken(promises(document()), promises(later))


def test_everything_that_a_client_sends_and_gets_is_a_promise() -> None:
    listed, submitted = promises(document())["GET /ideas"], promises(document())["POST /ideas"]
    assert listed.takes == {"query.limit": "integer"}
    assert listed.answers == {
        "200": "array of object", "200[].id": "string:uuid", "200[].state": "string",
        "200[].tags": "array of object", "200[].tags[].name": "string",
    }  # fmt: skip
    assert submitted.takes == {
        "body": "object", "body.title": "string", "body.hurry": "'high' or 'low'",
    }  # fmt: skip
    assert submitted.needs == ["body", "body.title"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["paths"]["/ideas"].pop("get"), "GET /ideas is gone"),
        (lambda d: d["paths"]["/ideas"]["get"]["parameters"].pop(), "takes query.limit no more"),
        (lambda d: of(d, "Submission")["properties"].pop("hurry"), "takes body.hurry no more"),
        (lambda d: of(d, "Submission")["required"].append("hurry"), "needs body.hurry now"),
        (lambda d: of(d, "Submission")["properties"]["title"].update(type="integer"),
         "takes body.title as integer; it was string"),
        (lambda d: of(d, "Submission")["properties"]["hurry"]["enum"].remove("low"),
         "takes body.hurry as 'high'; it was 'high' or 'low'"),
        (lambda d: of(d, "Idea")["properties"].pop("tags"), "answers 200[].tags no more"),
        (lambda d: of(d, "Idea")["required"].remove("id"), "answers 201.id no more"),
        (lambda d: of(d, "Tag").update(required=[]), "answers 200[].tags[].name no more"),
        (lambda d: of(d, "Idea")["properties"]["id"].pop("format"),
         "answers 201.id as string; it was string:uuid"),
    ],
)  # fmt: skip
def test_what_was_promised_is_not_taken_back(change: Change, said: str) -> None:
    assert any(said in sentence for sentence in after(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["paths"].update({"/more": {"get": {"responses": {"200": {}}}}}),
        lambda d: of(d, "Submission")["properties"].update(mood={"type": "string"}),
        lambda d: of(d, "Submission").update(required=[]),
        lambda d: of(d, "Submission")["properties"]["hurry"]["enum"].append("none"),
        lambda d: of(d, "Idea")["properties"]["state"]["enum"].append("merged"),
        lambda d: of(d, "Idea")["properties"].update(votes={"type": "integer"}),
        lambda d: of(d, "Idea")["required"].append("note"),
        lambda d: d["paths"]["/ideas"]["get"]["responses"].pop("404"),
    ],
)
def test_an_interface_may_grow(change: Change) -> None:
    assert after(change) == []


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Give a document to the command, as its standard input."""
    (tmp_path / "pyproject.toml").touch()

    def show(given: dict[str, Any], *words: str) -> int:
        text = io.TextIOWrapper(io.BytesIO(json.dumps(given).encode()))
        monkeypatch.setattr("sys.stdin", text)
        return main(["toys", *words], tmp_path / "http")

    return show


def test_the_command_writes_once_and_then_finds_nothing_to_say(
    shown: Callable[..., int], tmp_path: Path
) -> None:
    assert shown(document(), "--check") == 1
    assert not (tmp_path / "http").exists()
    assert shown(document()) == 0
    assert json.loads((tmp_path / "http/toys.json").read_text()) == document()
    assert shown(document(), "--check") == 0


def test_the_command_refuses_to_write_a_broken_promise(
    shown: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(document()) == 0
    later = document()
    del later["paths"]["/ideas"]["post"]
    assert shown(later) == 1
    assert capsys.readouterr().err == "toys: POST /ideas is gone: clients still ask for it\n"
    assert json.loads((tmp_path / "http/toys.json").read_text()) == document()


def test_a_promise_that_was_made_later_counts_as_well(shown: Callable[..., int]) -> None:
    grown = document()
    grown["paths"]["/more"] = {"get": {"responses": {"200": {}}}}
    assert shown(document()) == shown(grown) == 0
    assert shown(document()) == 1
